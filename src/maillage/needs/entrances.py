"""Where people go on to from their first page: the doors of this package, by role."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

ENTRANCES = (
    Entrance(
        _("Needs of firms"),
        _("What they ask for, who answers"),
        "needs:needs",
        {Role.ADVISER: 30, Role.OFFICER: 20, Role.EXPERT: 20},
    ),
    Entrance(
        _("Requests received"),
        _("Firms that wait for your answer"),
        "needs:referrals",
        {Role.ADVISER: 40, Role.OFFICER: 10, Role.SERVICE_MANAGER: 20, Role.EXPERT: 10},
    ),
    Entrance(
        _("Follow-up of needs"),
        _("What partners do, what nobody has in hand"),
        "needs:followed",
        {Role.SERVICE_MANAGER: 10},
    ),
    Entrance(
        _("Tree of themes"),
        _("What firms may ask for, in which words"),
        "needs:trees",
        {Role.ADMINISTRATOR: 65},
    ),
    Entrance(
        _("Firms to call back"),
        _("Thirty and ninety days after: did it help?"),
        "needs:call_backs",
        {Role.ADVISER: 20},
    ),
)
