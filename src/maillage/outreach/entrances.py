"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("My day"),
        _("Whom to see today"),
        "outreach:my_day",
        {Role.ADVISER: 10},
    ),
    Entrance(
        _("Campaigns"),
        _("Lists, advisers, coverage"),
        "outreach:campaigns",
        {Role.ADVISER: 50, Role.OFFICER: 60, Role.SERVICE_MANAGER: 60},
    ),
    Entrance(
        _("Visits and calls"),
        _("Who was seen, where, with what outcome"),
        "outreach:visits",
        {Role.ADVISER: 55, Role.OFFICER: 65, Role.SERVICE_MANAGER: 65},
    ),
    Entrance(
        _("Portfolios"),
        _("Firms followed, contacts due"),
        "outreach:portfolio",
        {Role.ADVISER: 90, Role.OFFICER: 70, Role.SERVICE_MANAGER: 70},
    ),
    Entrance(
        _("Early signals"),
        _("Firms to call before it is too late"),
        "outreach:signals",
        {Role.ADVISER: 100, Role.SERVICE_MANAGER: 30},
    ),
    Entrance(
        _("Controls of visits"),
        _("Visits drawn by lot and called back"),
        "outreach:controls",
        {Role.SERVICE_MANAGER: 50},
    ),
    Entrance(
        _("Visit guides"),
        _("What is asked at the door"),
        "outreach:guides",
        {Role.SERVICE_MANAGER: 40},
    ),
)
