"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Find a firm"),
        _("Name, SIRET or commune"),
        "register:search",
        {
            None: 30,
            Role.ADVISER: 120,
            Role.OFFICER: 120,
            Role.ELECTED: 30,
            Role.EXPERT: 60,
            Role.LANDLORD: 30,
            Role.COMMITTEE: 30,
        },
    ),
)
