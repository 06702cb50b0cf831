"""Every route of the product: the composition root mounts each package's own list."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.site import views

HEALTH = term("health", fr="État de l’instance", en="Health of the instance")

handler400 = "maillage.site.errors.unreadable"
handler403 = "maillage.site.errors.forbidden"
handler404 = "maillage.site.errors.not_found"
handler500 = "maillage.site.errors.crashed"

# A package with a `urls` module is mounted by being there; no list of packages grows here. Lower
# packages first: a page that reads across never hides one of theirs.
_MOUNTED = [
    config.name
    for config in reversed(list(apps.get_app_configs()))
    if config.name.startswith("maillage.")
    and config.name != "maillage.site"
    and module_has_submodule(config.module, "urls")
]

urlpatterns: list[URLPattern | URLResolver] = [
    route("health", views.health, name="health", get=Rule("read", HEALTH, roles=EVERYONE)),
    path("", include("maillage.site.ui_routes")),
    *(path("", include(f"{name}.urls")) for name in _MOUNTED),
]
