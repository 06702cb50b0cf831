"""What a timeline tells of a call-back: to the organisation that drew it; masked, and counted, for the others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.outreach import actions, lines
from maillage.outreach.models import ControlledVisit
from tests.factories import accounts, outreach as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


@pytest.fixture
def called(manager: Actor) -> ControlledVisit:
    line = make.control(manager).lines.unscoped(reason="a test").get()
    return actions.check_visit(line=line, outcome="confirmed", by=manager)


def test_the_organisation_reads_what_the_firm_said_and_of_which_visit(
    manager: Actor, called: ControlledVisit
) -> None:
    told = lines.controls([str(called.key)], manager)[str(called.key)]
    assert "Confirmée" in told.title
    assert told.url == reverse("outreach:visit", args=[called.visit.key])
    assert str(manager.person) in told.who


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ELECTED, Role.EXPERT])
def test_others_find_a_masked_line_that_counts(called: ControlledVisit, role: Role) -> None:
    reader = accounts.actor(role)
    accounts.share(called.control.organisation, reader.organisation, "visits", Sensitivity.PARTNERS)
    assert lines.controls([str(called.key)], reader) == {}
    entries = ledger.timeline(called.visit.legal_unit, reader)
    assert len(entries) == 2, "the visit and the call-back"
    assert entries[0].is_masked


def test_a_control_is_called_by_its_days(called: ControlledVisit) -> None:
    control = called.control
    assert str(control) == f"{control.starts_on} – {control.ends_on}"
    assert str(called) == f"{control.pk}, {called.visit_id}"
