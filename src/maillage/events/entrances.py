"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Events"),
        _("What takes place, who comes"),
        "events:events",
        {Role.ADVISER: 110, Role.OFFICER: 80, Role.SERVICE_MANAGER: 80},
    ),
    Entrance(
        _("Public calendar"),
        _("Events open to firms, without an account"),
        "events:calendar",
        {None: 40},
    ),
)
