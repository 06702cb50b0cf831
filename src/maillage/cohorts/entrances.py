"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Programmes of support"),
        _("Lists under pseudonyms, persons by stage"),
        "cohorts:programmes",
        {Role.OFFICER: 125, Role.SERVICE_MANAGER: 175, Role.EXPERT: 45, Role.AUDITOR: 85},
    ),
)
