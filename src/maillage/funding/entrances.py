"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Published grants"),
        _("Who gave what to whom, as communities publish it"),
        "funding:grants",
        {Role.ADVISER: 135, Role.OFFICER: 135, Role.SERVICE_MANAGER: 185, Role.AUDITOR: 90},
    ),
)
