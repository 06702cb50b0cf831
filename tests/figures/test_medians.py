"""The middle of what is measured: over any list, over many rows, split, masked in public, and never a sum."""

from __future__ import annotations

import random
from statistics import median

import pytest
from hypothesis import given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Indicator, Median, Question
from maillage.figures.engine.cells import middle
from maillage.figures.publication import disclosed
from maillage.figures.released import digest
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from tests.factories.ledger import VISIT
from tests.figures.kinds import VISITS
from tests.spec.drawn import draw, noon

WORDS = Words(fr="Milieu de ce qui est mesuré", en="Middle of what is measured")
YEAR = Period.parse("2020")
#: Of each firm the quantities of its visits are added up; of each act its own is taken.
BY_FIRM, BY_ACT = (
    figures.declare(
        Median(
            code=f"tests.middle_by_{name}", version=1, owner="tests", label=WORDS, words=WORDS, unit=name, key=key,
            measure="quantity", kinds=(VISIT.name,), dimensions=("month", "commune"),
        )
    )
    for name, key in (("firm", "legal_unit_id"), ("act", "id"))
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.integers(-50, 5000), min_size=1, max_size=30))
def test_the_middle_is_that_of_the_books(amounts: list[int]) -> None:
    assert middle(sorted(amounts)) == median(amounts)
    assert isinstance(middle(sorted(amounts)), float)


def test_nothing_has_no_middle() -> None:
    assert middle([]) is None


@pytest.fixture
def _drawn(db: None) -> None:
    with clock.at(noon("2021-02-01")):
        draw(f"""
        kind            | day        | firm | commune | quantity
        {VISIT.name} | 2020-01-05 | A    | 59350   | 4
        {VISIT.name} | 2020-01-06 | A    |         | 5
        {VISIT.name} | 2020-02-01 | B    | 59512   | 1
        {VISIT.name} | 2020-02-02 | C    | 59350   | 100
        {VISIT.name} | 2020-02-03 | D    | 59512   |
        """)


def ask(of: Median, by: str = "", period: Period | None = YEAR) -> figures.Answer:
    (answer,) = figures.answer([Question(of.code, Filter(), period, by)], noon("2021-01-01"))
    return answer


@pytest.mark.usefixtures("_drawn")
def test_a_unit_of_several_rows_measures_their_sum_and_opens_so() -> None:
    firms, acts = ask(BY_FIRM), ask(BY_ACT)
    assert (firms.value, firms.n, firms.censored) == (9.0, 3, None)  # 1, 9, 100: D measures nothing
    assert (acts.value, acts.n) == (4.5, 4)  # 1, 4, 5, 100
    page = figures.records(Question(BY_FIRM.code, Filter(), YEAR), System("tests"))
    assert sorted(record.amount or 0 for record in page.records) == [1, 9, 100]


@pytest.mark.usefixtures("_drawn")
def test_each_part_has_its_own_and_parts_do_not_overlap() -> None:
    months = ask(BY_ACT, "month")
    assert {part.key: (part.value, part.n) for part in months.groups} == {
        "2020-01": (4.5, 2),
        "2020-02": (50.5, 2),
    }
    assert months.overlap == 0


@pytest.mark.usefixtures("_drawn")
def test_several_medians_and_counts_of_one_page_are_each_their_own() -> None:
    asked = [
        Question(BY_ACT.code, Filter(), Period.parse("2020-01")),
        Question(VISITS.code, Filter(), YEAR),
        Question(BY_ACT.code, Filter(communes=("59512",)), YEAR),
        Question(BY_FIRM.code, Filter(), Period.parse("2019")),
    ]
    found = figures.answer(asked, noon("2021-01-01"), cached=False)
    assert [(one.value, one.n) for one in found] == [(4.5, 2), (5, 5), (1.0, 1), (None, 0)]


@pytest.mark.usefixtures("_drawn")
def test_few_units_are_masked_in_public_whatever_they_measure() -> None:
    assert disclosed(ask(BY_ACT))["value"] == 4.5  # one weighs 100 of 110, and is one act in four
    alone = disclosed(ask(BY_ACT, period=Period.parse("2020-01")))
    assert (alone["masked"], alone["value"], alone["n"]) == (True, None, None)


@pytest.mark.django_db
def test_it_means_something_else_than_the_sum_of_the_same_rows() -> None:
    same = {
        name: getattr(BY_ACT, name) for name in ("code", "label", "words", "unit", "key", "kinds")
    }
    total = Indicator(
        **same, version=1, owner="tests", measure="quantity", null_rule=BY_ACT.null_rule
    )
    assert digest(total) != digest(BY_ACT)


@pytest.mark.django_db
def test_in_whatever_order_acts_are_told_the_middle_is_the_same() -> None:
    amounts = list(range(1, 24))
    random.Random(20).shuffle(amounts)  # noqa: S311 -- an order, not a secret
    rows = "\n".join(f"{VISIT.name} | 2020-03-{n:02} | A | {n * n}" for n in amounts)
    with clock.at(noon("2021-02-01")):
        draw(f"kind | day | firm | quantity\n{rows}")
    assert ask(BY_ACT).value == 144.0
