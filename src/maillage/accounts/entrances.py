"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("People and shares"),
        _("Who does what in your organisation"),
        "accounts:organisation",
        {Role.SERVICE_MANAGER: 160, Role.AUDITOR: 60, Role.ADMINISTRATOR: 10},
    ),
    Entrance(
        _("Journals"),
        _("Who read what, whose rights changed"),
        "accounts:journals",
        {Role.AUDITOR: 10, Role.ADMINISTRATOR: 30},
    ),
    Entrance(
        _("Rights"),
        _("Who may see and do what"),
        "accounts:rights",
        {None: 50, Role.AUDITOR: 40, Role.ADMINISTRATOR: 80},
    ),
)
