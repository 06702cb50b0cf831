"""Every route of the product: the composition root mounts each package's own list."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from maillage.site import views
from maillage.site.first_day.views import first_page

HEALTH = term("health", fr="État de l’instance", en="Health of the instance")

WATCH = term("watch", fr="Surveillance de l’instance", en="Watch over the instance")
_watch = Rule("read", WATCH, (Role.ADMINISTRATOR, Role.AUDITOR))
FIRST_PAGE = term("first_page", fr="Première page de l’instance", en="First page of the instance")
_begin = Rule(
    "create",
    FIRST_PAGE,
    roles=EVERYONE,
    why=Words(
        fr="Tant que l’instance est vide, et avec la clé affichée sur la machine.",
        en="While the instance is empty, with the key printed on the machine.",
    ),
)

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
    route("surveillance/", views.watch, name="watch", get=_watch),
    route("premiere-page/", first_page, name="first_page", get=_begin, post=_begin),
    path("", include("maillage.site.ui_routes")),
    path("", include("maillage.site.inviting.routes")),
    *(path("", include(f"{name}.urls")) for name in _MOUNTED),
]
