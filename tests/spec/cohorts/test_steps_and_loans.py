"""Persons by stage of a period, lines without day of birth apart, loans and guarantees: number and sum (I24)."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.cohorts.reading import (
    LINE,
    LISTS,
    NOW,
    PERSON,
    by,
    cancelled,
    counted,
    person,
    standing,
)
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
KINDS = {
    "cohorts.persons_welcomed": ("person_welcomed", {1, 2}),
    "cohorts.persons_supported": ("person_supported", {1}),
    "cohorts.persons_created": ("activity_created", {1}),
    "cohorts.persons_employed": ("job_found", {3}),
}


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon(NOW)):
        yield


def of_the_year(*kinds: str, source: str = "") -> list:
    wanted = {f"cohorts.{kind}" for kind in kinds}
    return [
        act
        for act in standing()
        if act.occurred_on.year == 2020
        and (act.kind in wanted or not wanted)
        and source in {"", act.source_model}
    ]


@pytest.mark.parametrize("code", KINDS)
def test_distinct_persons_of_a_stage_count_on_the_day_of_the_stage(code: str):
    draw(LISTS)
    kind, ranks = KINDS[code]
    slow = counted(of_the_year(kind, source=PERSON), lambda act: act.kind)
    assert ask(code, at=NOW).value == len(ranks) == slow[f"cohorts.{kind}"]
    assert opened(code, at=NOW) == person(*ranks)


def test_lines_without_day_of_birth_are_counted_apart_and_never_as_persons():
    draw(LISTS)
    assert ask("cohorts.steps_without_person", at=NOW).value == 2
    assert len(opened("cohorts.steps_without_person", at=NOW)) == len(of_the_year(source=LINE)) == 2
    assert by("cohorts.steps_without_person", "kind") == {
        "cohorts.person_welcomed": 1,
        "cohorts.loan_granted": 1,
    }


def test_loans_and_guarantees_are_counted_and_summed_with_or_without_person():
    draw(LISTS)
    slow = of_the_year("loan_granted", "guarantee_granted")
    assert ask("cohorts.loans", at=NOW).value == 4 == len(slow)
    assert ask("I24", at=NOW).value == 4
    assert ask("cohorts.amount_lent", at=NOW).value == 920_050
    assert sum(act.amount_cents or 0 for act in slow) == 920_050
    assert len(opened("cohorts.amount_lent", at=NOW)) == 4


def test_a_loan_taken_back_lends_nothing_any_more():
    draw(LISTS + cancelled(4, "2021-06-01"))
    assert ask("cohorts.amount_lent", at="2021-05-30").value == 920_050
    assert ask("cohorts.amount_lent", at=NOW).value == 520_050
    assert ask("cohorts.loans", at=NOW).value == 3
