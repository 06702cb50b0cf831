"""Routes of the pages that read across: every module of `routes/` brings its own list."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern

from maillage.observatory import routes

app_name = "observatory"

urlpatterns: list[URLPattern] = [
    pattern
    for module in sorted(iter_modules(routes.__path__), key=lambda found: found.name)
    for pattern in import_module(f"{routes.__name__}.{module.name}").ROUTES
]
