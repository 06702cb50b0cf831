"""Firms of tests that hold the link to their sheet, and what they ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.observatory.purposes import FIRM
from maillage.post import links
from maillage.register.actions import own
from maillage.register.models import FirmAccess, FirmRequest, LegalUnit
from tests.factories import accounts, register


def access(owner: Organisation | None = None, unit: LegalUnit | None = None) -> FirmAccess:
    """An organisation handed a firm its link."""
    made, _new = own.hand_out(
        unit=unit or register.establishment().legal_unit,
        until=clock.real_now() + timedelta(days=90),
        sent_to="",
        language="fr",
        by=accounts.actor(Role.ADVISER, owner or accounts.organisation()),
        key=uuid4(),
    )
    return made


def token(given: FirmAccess | None = None) -> str:
    """The secret of its link."""
    given = given or access()
    address = links.make(FIRM, subject=str(given.key), lasting=timedelta(days=90))
    return address.split("/l/")[1].split("/")[0]


def request(owner: Organisation | None = None, **said: Any) -> FirmRequest:
    """Something a firm asks of the organisation that handed it the link."""
    asked = {"what": "correct", "said": "Nous avons déménagé", "once": uuid4()} | said
    return own.ask(**{"access": access(owner)} | asked)
