"""Figures of cohorts over lists drawn at random, against a slow loop: by stage, cohort, area, neighbourhood, structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.cohorts.acts import KINDS, NAMES
from maillage.cohorts.relations import REACHED
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.spec.cohorts.reading import LINE, NOW, PERSON, standing
from tests.spec.drawn import draw, noon

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FUNNEL = "cohorts.support_funnel"
DAYS = [
    "2018-12-31",
    "2019-01-01",
    "2019-06-15",
    "2019-12-31",
    "2020-01-01",
    "2020-02-29",
    "2020-12-31",
    "2021-01-01",
    "2021-03-01",
]
YEARS = ["2018", "2019", "2020", "2021", "2019..2020", "2020-02", "2018..2021"]
HEAD = "kind | day | by | of | source | euros | commune | qpv | recorded\n"
STEP = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(DAYS),
    st.sampled_from(["fab", "other", "third"]),
    st.integers(1, 5),
    st.sampled_from([PERSON, PERSON, PERSON, LINE]),
    st.sampled_from(["59350", "59512", ""]),
    st.sampled_from(["yes", "no", ""]),
)
LISTS = st.lists(STEP, min_size=1, max_size=14)
DRAWN = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_ranks = count(1)


def drawn(steps: Iterable[tuple[Any, ...]], gone: Iterable[int]) -> list[Act]:
    """The acts of these steps, some cancelled. Examples of a test share its ledger: each has persons of its own."""
    base = next(_ranks) * 1000
    lines, met = [], 0
    for kind, day, by, of, source, commune, near in steps:
        met += 1
        euros = str(met * 10) if kind in {KINDS["loan"].name, KINDS["guarantee"].name} else ""
        key = base + (of if source == PERSON else 100 + met)
        lines.append(f"{kind} | {day} | {by} | {key} | {source} | {euros} | {commune} | {near} | ")
    lines += [f"~{rank + 1} | | | | | | | | 2021-06-01" for rank in sorted(set(gone)) if rank < met]
    before = set(Act.objects.unscoped(reason="a test").values_list("pk", flat=True))
    draw(HEAD + "\n".join(lines) + "\n")
    return [act for act in standing() if act.pk not in before]


def answered(code: str, period: str, by: str = "") -> figures.Answer:
    question = figures.Question(code, figures.Filter(), Period.parse(period), by=by or None)
    (found,) = figures.answer([question], at=noon(NOW))
    return found


def groups(code: str, period: str, by: str) -> dict[str, int]:
    return {one.key: int(one.value or 0) for one in answered(code, period, by).groups if one.value}


def first_days(acts: Iterable[Act]) -> dict[str, Any]:
    """The day on which anybody first told of each person."""
    found: dict[str, Any] = {}
    for act in acts:
        if act.source_model == PERSON:
            found[act.source_key] = min(act.occurred_on, found.get(act.source_key, act.occurred_on))
    return found


def persons(acts: Iterable[Act], what: Callable[[Act], str]) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for act in acts:
        found.setdefault(what(act), set()).add(act.source_key)
    return {key: len(keys) for key, keys in found.items()}


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon(NOW)):
        yield


@DRAWN
@given(LISTS, st.lists(st.integers(0, 13), max_size=3), st.sampled_from(YEARS))
def test_the_funnel_is_what_a_loop_counts_by_every_split(steps, gone, year):
    drawn(steps, gone)
    acts, period = standing(), Period.parse(year)
    first = first_days(acts)
    inside = [act for act in acts if act.source_model == PERSON and first[act.source_key] in period]
    stages = {kind.name: REACHED[stage] for stage, kind in KINDS.items()}
    near = {True: "1_near", False: "2_far", None: ""}
    assert answered(FUNNEL, year).value == len({act.source_key for act in inside})
    assert groups(FUNNEL, year, "cohort_stage") == persons(inside, lambda act: stages[act.kind])
    assert groups(FUNNEL, year, "cohort") == persons(
        inside, lambda act: str(first[act.source_key].year)
    )
    assert groups(FUNNEL, year, "commune") == persons(inside, lambda act: act.commune)
    assert groups(FUNNEL, year, "qpv") == persons(inside, lambda act: near[act.in_qpv])
    assert groups(FUNNEL, year, "organisation") == persons(inside, lambda act: str(act.keeper_id))


@DRAWN
@given(LISTS, st.sampled_from(YEARS))
def test_the_overlap_is_what_structures_told_more_than_once(steps, year):
    drawn(steps, ())
    acts, period = standing(), Period.parse(year)
    first = first_days(acts)
    told = {
        (act.source_key, act.keeper_id)
        for act in acts
        if act.source_model == PERSON and first[act.source_key] in period
    }
    assert answered(FUNNEL, year, "organisation").overlap == len(told) - len(
        {key for key, _ in told}
    )


@DRAWN
@given(LISTS, st.lists(st.integers(0, 13), max_size=3), st.sampled_from(YEARS))
def test_persons_of_a_stage_loans_and_lines_are_what_a_loop_counts(steps, gone, year):
    drawn(steps, gone)
    period = Period.parse(year)
    acts = [act for act in standing() if act.occurred_on in period]
    for code, stage in (
        ("welcomed", "welcome"),
        ("supported", "support"),
        ("created", "creation"),
        ("employed", "job"),
    ):
        mine = [one for one in acts if one.kind == KINDS[stage].name and one.source_model == PERSON]
        assert answered(f"cohorts.persons_{code}", year).value == len(
            {one.source_key for one in mine}
        )
        assert groups(f"cohorts.persons_{code}", year, "commune") == persons(
            mine, lambda one: one.commune
        )
        months = persons(mine, lambda one: f"{one.occurred_on:%Y-%m}")
        assert groups(f"cohorts.persons_{code}", year, "month") == months
    lent = [one for one in acts if one.kind in {KINDS["loan"].name, KINDS["guarantee"].name}]
    assert answered("cohorts.loans", year).value == len(lent)
    assert answered("cohorts.amount_lent", year).value == sum(one.amount_cents or 0 for one in lent)
    assert groups("cohorts.loans", year, "kind") == Counter(one.kind for one in lent)
    nobody = [one for one in acts if one.source_model == LINE]
    assert answered("cohorts.steps_without_person", year).value == len(nobody)
    assert groups("cohorts.steps_without_person", year, "commune") == Counter(
        one.commune for one in nobody
    )


@DRAWN
@given(LISTS)
def test_each_person_enters_one_year_and_years_add_up(steps):
    """Cohorts part the persons: what years count, one by one, is what they count together."""
    drawn(steps, ())
    whole = answered(FUNNEL, "2018..2021").value
    assert whole == sum(int(answered(FUNNEL, str(year)).value or 0) for year in range(2018, 2022))
    assert whole == len(first_days(standing()))


@DRAWN
@given(LISTS, STEP)
def test_one_step_more_never_loses_anybody(steps, more):
    """A person who was counted over all years stays counted, and at most one is new."""
    drawn(steps, ())
    before = int(answered(FUNNEL, "2018..2021").value or 0)
    drawn([more], ())
    after = int(answered(FUNNEL, "2018..2021").value or 0)
    assert after == before + (more[4] == PERSON)
