"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Lists of partners"),
        _("Lines to be reviewed"),
        "lists:lists",
        {Role.ADVISER: 130, Role.OFFICER: 130, Role.SERVICE_MANAGER: 180},
    ),
)
