"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Loads of files"),
        _("What came in by file, rows refused"),
        "intake:loads",
        {Role.SERVICE_MANAGER: 170, Role.ADMINISTRATOR: 60},
    ),
)
