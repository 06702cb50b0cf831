"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("All conventions"),
        _("Texts, actions, promises"),
        "conventions:conventions",
        {
            None: 10,
            Role.ELECTED: 10,
            Role.ADVISER: 145,
            Role.EXPERT: 40,
            Role.LANDLORD: 10,
            Role.COMMITTEE: 10,
        },
    ),
    Entrance(
        _("Payments charged to nothing"),
        _("Money waiting for its action"),
        "conventions:entries_nothing",
        {Role.OFFICER: 30, Role.SERVICE_MANAGER: 120},
    ),
    Entrance(
        _("Payments"),
        _("Commitments and payments entered"),
        "conventions:entries",
        {Role.AUDITOR: 50},
    ),
)
