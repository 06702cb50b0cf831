"""Routes of portfolios."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.outreach.models.portfolios import FOLLOWERS
from maillage.outreach.models.visits import READERS
from maillage.outreach.views import portfolios

PORTFOLIOS = term("portfolios", fr="Portefeuilles", en="Portfolios")
RUNNERS = (Role.OFFICER, Role.SERVICE_MANAGER)
AUDIT = (Role.AUDITOR,)
PARTNERS = Sensitivity.PARTNERS
OWN_PORTFOLIO = Words(
    fr="On décide de son propre portefeuille ; qui anime l’équipe décide de tous.",
    en="One decides on one's own portfolio; who runs the team decides on all.",
)

_portfolios = Rule("read", PORTFOLIOS, READERS, sensitivity=PARTNERS)
_portfolio = Rule("read", PORTFOLIOS, READERS, Scope.OWN, PARTNERS, everywhere=AUDIT)
_follow = Rule("create", PORTFOLIOS, FOLLOWERS, sensitivity=PARTNERS)
_decide = Rule("edit", PORTFOLIOS, FOLLOWERS, Scope.OWN, PARTNERS, why=OWN_PORTFOLIO)
_pass_on = Rule("edit", PORTFOLIOS, RUNNERS, Scope.OWN, PARTNERS)

ROUTES = [
    route("portefeuille/", portfolios.portfolio, name="portfolio", get=_portfolios),
    route("portefeuille.csv", portfolios.portfolio_csv, name="portfolio_csv", get=_portfolios),
    route("portefeuille/ajouter/", portfolios.find_to_follow, name="find_to_follow", get=_follow),
    route(
        "portefeuille/passer/",
        portfolios.hand_over_all,
        name="hand_over_all",
        get=_pass_on,
        post=_pass_on,
    ),
    route(
        "etablissements/<uuid:key>/portefeuille/",
        portfolios.follow,
        name="follow",
        maker="establishment",
        get=_follow,
        post=_follow,
    ),
    route(
        "portefeuille/<uuid:key>/",
        portfolios.followed,
        name="followed",
        maker="followed",
        get=_portfolio,
        post=_decide,
    ),
    route(
        "portefeuille/<uuid:key>/passer/",
        portfolios.hand_over,
        name="hand_over",
        maker="followed",
        post=_decide,
    ),
    route(
        "portefeuille/<uuid:key>/arreter/",
        portfolios.stop,
        name="stop",
        maker="followed",
        post=_decide,
    ),
]
