"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("All figures"),
        _("Definitions, values, records"),
        "observatory:figures",
        {
            None: 20,
            Role.ADVISER: 140,
            Role.OFFICER: 150,
            Role.ELECTED: 20,
            Role.EXPERT: 50,
            Role.LANDLORD: 20,
            Role.COMMITTEE: 20,
        },
    ),
    Entrance(
        _("Requests of firms"),
        _("To correct, to be forgotten"),
        "observatory:firm_requests",
        {Role.SERVICE_MANAGER: 150, Role.ADMINISTRATOR: 20},
    ),
    Entrance(
        _("Corrections"),
        _("What was set right, by whom, why"),
        "observatory:corrections",
        {Role.OFFICER: 50, Role.SERVICE_MANAGER: 140, Role.AUDITOR: 20, Role.ADMINISTRATOR: 40},
    ),
    Entrance(
        _("Qualification drifts"),
        _("What the register now says otherwise"),
        "observatory:drifts",
        {Role.OFFICER: 40, Role.SERVICE_MANAGER: 130, Role.AUDITOR: 30},
    ),
    Entrance(
        _("Publish the observatories"),
        _("Stocks loaded, what they would say"),
        "observatory:observatory_vintages",
        {Role.OFFICER: 140, Role.SERVICE_MANAGER: 190},
    ),
)
