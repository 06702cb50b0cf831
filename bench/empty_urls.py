"""The product's routes and one more, that of an empty page."""

from __future__ import annotations

from bench.pages import empty
from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.site.urls import *  # noqa: F403 -- the handlers of errors too
from maillage.site.urls import urlpatterns as _product

_EMPTY = term("bench_empty", fr="Page vide de la mesure", en="Empty page of the bench")
urlpatterns = [
    route("bench/empty", empty, name="bench-empty", get=Rule("read", _EMPTY, roles=EVERYONE)),
    *_product,
]
