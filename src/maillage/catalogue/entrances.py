"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Catalogue"),
        _("Services and schemes, for whom, how to ask"),
        "catalogue:entries",
        {
            Role.ADVISER: 70,
            Role.OFFICER: 100,
            Role.SERVICE_MANAGER: 100,
            Role.EXPERT: 30,
            Role.ADMINISTRATOR: 70,
        },
    ),
)
