"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("What goes out"),
        _("Messages sent, waiting, uncertain"),
        "post:outbox",
        {Role.ADMINISTRATOR: 50},
    ),
)
