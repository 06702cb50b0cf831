"""The route of the first page."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.observatory.views import home

HOME = term("home", fr="Accueil", en="Home")

ROUTES = [route("", home.home, name="home", get=Rule("read", HOME, EVERYONE))]
