"""What is kept of desks: whom they welcomed, for good; the names of project leaders, three years."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.desks.models import Project, Welcome
from maillage.desks.models.places import MACHINE
from maillage.desks.retention import KEPT
from maillage.kernel import clock
from maillage.ledger import verify
from maillage.ledger.models import Act
from maillage.register import erasing
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
THREE_YEARS = timedelta(days=3 * 365)


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def projects() -> list[Project]:
    return list(Project.objects.visible_to(MACHINE).order_by("pk"))


def aged(project: Project, by_days: timedelta) -> None:
    rows = Project.objects.visible_to(MACHINE).filter(pk=project.pk)
    rows.update(last_met_on=clock.today() - by_days)


def told(project: Project) -> list[str]:
    return [getattr(project, name) for name in KEPT[Project].personal.split()]


def test_within_three_years_a_name_stays(by: Actor) -> None:
    found = make.project(by, phone="0320000000", activity="Couture", commune=make.LILLE)
    aged(found, THREE_YEARS - timedelta(days=1))
    retaining.apply(by=System("a test"))
    assert projects()[0].name == "Inès Faure"


def test_after_three_years_without_a_meeting_all_that_tells_of_the_person_goes(by: Actor) -> None:
    found = make.project(by, phone="0320000000", activity="Couture", commune=make.LILLE)
    aged(found, THREE_YEARS + timedelta(days=1))
    retaining.apply(by=System("a test"))
    (kept,) = projects()
    assert set(told(kept)) == {""}
    assert kept.pseudonym == found.pseudonym
    acts = Act.objects.unscoped(reason="test").effective().filter(source_key=found.pseudonym)
    assert acts.count() == 1  # and it counts still


def test_who_came_back_since_is_kept_from_that_day(by: Actor) -> None:
    found = make.project(by)
    aged(found, THREE_YEARS + timedelta(days=1))
    make.leader(make.session(by), projects()[0])
    retaining.apply(by=System("a test"))
    assert projects()[0].name == "Inès Faure"


def test_an_erased_firm_is_named_by_no_project(by: Actor) -> None:
    unit = register.legal_unit(name="ATELIER ZEPHYRINE")
    register.establishment(legal_unit=unit)
    named = make.project(by, name="Atelier Zephyrine", activity="")
    other = make.project(by, name="Inès Faure")
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    kept = {one.pk: one for one in projects()}
    assert kept[named.pk].name == ""
    assert kept[other.pk].name == "Inès Faure"


def test_the_welcome_of_an_erased_firm_stays_as_proof_and_the_chains_hold(by: Actor) -> None:
    firm = register.establishment()
    make.welcome(make.session(by), firm, "desk_other", "energy")
    erasing.erase(unit=firm.legal_unit, reason="asked", by=System("a test"))
    assert Welcome.objects.visible_to(MACHINE).count() == 1
    assert verify().is_valid
