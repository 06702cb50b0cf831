"""What is kept of lists: three years of what they tell, one of what is nobody, nothing of an erased firm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.ledger import verify
from maillage.lists import actions
from maillage.register import erasing
from maillage.register.models import Establishment
from tests.factories import lists as make, register

pytestmark = pytest.mark.django_db

MACHINE = System("a test")


@pytest.fixture
def by() -> Actor:
    return make.manager()


def aged(load: Load, days: int) -> None:
    Load.objects.filter(pk=load.pk).update(staged_at=clock.now() - timedelta(days=days))


def called() -> list[str]:
    return [line.called for line in make.lines().order_by("number")]


def test_within_a_year_everything_stays(by: Actor) -> None:
    aged(make.compared(by), 364)
    retaining.apply(by=MACHINE)
    assert called() == ["Fournil Delattre", "Inconnu au bataillon"]


def test_after_a_year_lines_that_are_no_firm_go(by: Actor) -> None:
    make.bakery()
    aged(make.compared(by), 366)
    retaining.apply(by=MACHINE)
    assert called() == ["Fournil Delattre"]


def test_after_three_years_what_the_list_tells_goes_and_the_firm_stays_on_it(by: Actor) -> None:
    make.bakery()
    aged(make.compared(by), 3 * 365 + 1)
    retaining.apply(by=MACHINE)
    (line,) = make.lines()
    assert (line.told, line.fingerprint) == ({}, "")
    assert line in make.lines().linked()
    assert verify().is_valid


def test_a_line_that_was_refused_goes_with_its_likeness_and_its_act_stays(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    actions.refuse(match=match, by=by)
    aged(match.line.load, 366)
    retaining.apply(by=MACHINE)
    assert not make.lines().exists()
    assert not make.matches().exists()
    assert verify().acts == 1


def erased(place: Establishment) -> None:
    erasing.erase(unit=place.legal_unit, reason="asked", by=MACHINE)


def test_an_erased_firm_is_told_of_by_no_list(by: Actor) -> None:
    place = make.bakery()
    make.compared(by)
    erased(place)
    (line,) = [one for one in make.lines() if one.matches.exists()]
    assert (line.told, line.fingerprint) == ({}, "")


def test_a_line_that_was_only_thought_to_be_it_forgets_it_too(by: Actor) -> None:
    place = make.bakery()
    make.doubtful(by, place)
    erased(place)
    assert "Delattre" not in str([line.told for line in make.lines()])


def test_a_line_that_bears_its_name_without_being_recognised_forgets_it(by: Actor) -> None:
    make.loaded(by)
    erased(make.bakery())
    assert "Delattre" not in str([line.told for line in make.lines()])
    assert "Inconnu au bataillon" in called()
