"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Desks"),
        _("Hours, who came"),
        "desks:sessions",
        {Role.ADVISER: 80, Role.OFFICER: 110, Role.SERVICE_MANAGER: 110},
    ),
)
