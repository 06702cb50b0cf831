"""Laws of a middle, whatever is measured: where it stands, what moves it, what it opens onto, and what is known when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Answer, Filter, Indicator, Median, Question
from maillage.figures.engine.cells import middle
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from tests.factories.ledger import VISIT
from tests.figures.test_medians import BY_ACT, BY_FIRM
from tests.spec.drawn import World, draw, noon

MACHINE = System("tests")
YEAR = Period.parse("2020")
NEXT_YEAR = noon("2021-03-01")
UNMEASURED = figures.declare(
    Indicator(
        code="tests.acts_unmeasured", version=1, owner="tests", unit="act", key="id", kinds=(VISIT.name,),
        label=Words(fr="Actes sans mesure", en="Acts that measure nothing"),
        words=Words(fr="Actes dont rien n’est mesuré.", en="Acts of which nothing is measured."),
        where=lambda rows: rows.quantity.isnull(), dimensions=("month", "commune"),
    )
)  # fmt: skip
BESIDE = figures.declare(
    Median(
        code="tests.middle_beside", version=1, owner="tests", unit="act", key="id", kinds=(VISIT.name,), measure="quantity",
        label=Words(fr="Milieu, et ce qui attend", en="Middle, and what waits"),
        words=Words(fr="Milieu des actes mesurés.", en="Middle of the acts that measure something."),
        censored=UNMEASURED, dimensions=("month", "commune"),
    )
)  # fmt: skip
Rollback = Callable[[], AbstractContextManager[None]]
AMOUNTS = st.lists(st.integers(0, 400), min_size=1, max_size=7)
SOME = settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture])


def visits(*amounts: int | None, month: int = 3, firms: str = "A", recorded: str = "") -> str:
    """A drawing of one visit for each amount, a day after another, about each firm in turn."""
    lines = ["kind | day | firm | quantity | recorded"]
    for rank, amount in enumerate(amounts):
        told = "" if amount is None else amount
        firm = firms[rank % len(firms)]
        lines.append(f"{VISIT.name} | 2020-{month:02}-{1 + rank:02} | {firm} | {told} | {recorded}")
    return "\n".join(lines)


def ask(of: Median = BY_ACT, by: str = "", at: str = "2021-01-01", **kept: object) -> Answer:
    asked = Question(of.code, Filter(**kept), YEAR, by)  # type: ignore[arg-type]
    (answer,) = figures.answer([asked], noon(at), cached=False)
    return answer


def opened(of: Median = BY_ACT, at: str = "2021-01-01") -> list[int | None]:
    page = figures.records(Question(of.code, Filter(), YEAR), MACHINE, at=noon(at), size=100)
    return [record.amount for record in page.records]


# Of a list


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_it_stands_between_the_least_and_the_greatest(amounts: list[int]) -> None:
    found = middle(sorted(amounts))
    assert found is not None
    assert min(amounts) <= found <= max(amounts)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_no_more_than_half_measure_less_and_no_more_than_half_measure_more(
    amounts: list[int],
) -> None:
    found = middle(sorted(amounts))
    assert found is not None
    assert 2 * sum(amount < found for amount in amounts) <= len(amounts)
    assert 2 * sum(amount > found for amount in amounts) <= len(amounts)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), st.integers(1, 10**6))
def test_one_far_away_does_not_carry_it_off(amounts: list[int], far: int) -> None:
    ordered = sorted(amounts)
    farther = [*ordered[:-1], ordered[-1] + far]
    if len(ordered) > 2:
        assert middle(farther) == middle(ordered)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40), st.integers(-500, 500))
def test_everybody_later_by_as_much_moves_it_by_as_much(amounts: list[int], later: int) -> None:
    moved = middle(sorted(amount + later for amount in amounts))
    assert moved == (middle(sorted(amounts)) or 0) + later


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=20))
def test_one_below_and_one_above_leave_it_where_it_is(amounts: list[int]) -> None:
    framed = [min(amounts) - 1, *amounts, max(amounts) + 1]
    assert middle(sorted(framed)) == middle(sorted(amounts))


@given(st.integers(-1000, 1000), st.integers(1, 30))
def test_of_the_same_everywhere_it_is_that(amount: int, times: int) -> None:
    assert middle([amount] * times) == amount


# Of acts

TABLE: list[tuple[list[int | None], float | None, int]] = [
    ([], None, 0),
    ([None], None, 1),
    ([None, None, None], None, 3),
    ([0], 0, 0),
    ([7], 7, 0),
    ([0, 1], 0.5, 0),
    ([1, 2, 3], 2, 0),
    ([3, 1, 2], 2, 0),
    ([1, 1, 1, 9], 1, 0),
    ([1, 9, 9, 9], 9, 0),
    ([2, 3, None], 2.5, 1),
    ([None, 40, None, 10, None, 30], 30, 3),
    ([0, 0, 0, None], 0, 1),
]


@pytest.mark.django_db
def test_it_is_what_the_table_says_and_what_measures_nothing_is_told_beside(
    db_rollback: Rollback,
) -> None:
    for amounts, expected, waiting in TABLE:
        with db_rollback(), clock.at(NEXT_YEAR):
            draw(visits(*amounts))
            found = ask(BESIDE)
            assert (found.value, found.censored) == (expected, waiting), amounts
            assert found.n == len(amounts) - waiting, amounts


@SOME
@given(amounts=AMOUNTS)
@pytest.mark.django_db
def test_acts_have_the_middle_of_the_books_between_the_extremes(
    amounts: list[int], db_rollback: Rollback
) -> None:
    with db_rollback(), clock.at(NEXT_YEAR):
        draw(visits(*amounts))
        found = ask()
        assert found.value == median(amounts)
        assert min(amounts) <= (found.value or 0) <= max(amounts)
        assert found.n == len(amounts)


@SOME
@given(amounts=st.permutations([3, 14, 15, 92, 65, 35]))
@pytest.mark.django_db
def test_the_order_in_which_acts_are_told_changes_nothing(
    amounts: list[int], db_rollback: Rollback
) -> None:
    with db_rollback(), clock.at(NEXT_YEAR):
        draw(visits(*amounts))
        assert ask().value == 25.0
        assert sorted(one or 0 for one in opened()) == [3, 14, 15, 35, 65, 92]


@SOME
@given(amounts=st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=7))
@pytest.mark.django_db
def test_it_opens_onto_what_it_measures_and_only_that(
    amounts: list[int | None], db_rollback: Rollback
) -> None:
    with db_rollback(), clock.at(NEXT_YEAR):
        draw(visits(*amounts))
        found, shown = ask(BESIDE), opened(BESIDE)
        measured = [amount for amount in amounts if amount is not None]
        assert sorted(one or 0 for one in shown) == sorted(measured)
        assert found.value == (median(measured) if measured else None)
        assert (found.n, found.censored) == (len(measured), len(amounts) - len(measured))


@SOME
@given(amounts=AMOUNTS, firms=st.sampled_from(["A", "AB", "ABC"]))
@pytest.mark.django_db
def test_by_firm_each_firm_measures_once_the_sum_of_its_acts(
    amounts: list[int], firms: str, db_rollback: Rollback
) -> None:
    with db_rollback(), clock.at(NEXT_YEAR):
        draw(visits(*amounts, firms=firms))
        sums = [sum(amounts[rank :: len(firms)]) for rank in range(min(len(firms), len(amounts)))]
        found = ask(BY_FIRM)
        assert (found.value, found.n) == (median(sums), len(sums))
        assert sorted(one or 0 for one in opened(BY_FIRM)) == sorted(sums)


# By part


@SOME
@given(first=AMOUNTS, second=AMOUNTS)
@pytest.mark.django_db
def test_parts_make_the_whole_and_the_whole_stands_between_them(
    first: list[int], second: list[int], db_rollback: Rollback
) -> None:
    with db_rollback(), clock.at(NEXT_YEAR):
        draw(visits(*second, month=5), draw(visits(*first, month=3)))
        whole = ask(by="month")
        parts = {part.key: (part.value, part.n) for part in whole.groups}
        assert parts == {
            "2020-03": (median(first), len(first)),
            "2020-05": (median(second), len(second)),
        }
        assert whole.n == sum(n for _, n in parts.values())
        low, high = sorted([median(first), median(second)])
        assert low <= (whole.value or 0) <= high


@pytest.mark.django_db
def test_a_part_in_which_nothing_is_measured_has_no_middle_and_is_not_zero() -> None:
    with clock.at(NEXT_YEAR):
        draw(visits(None, None, month=5), draw(visits(4, 6, month=3)))
    found = ask(BESIDE, by="month")
    assert {part.key: part.value for part in found.groups if part.n} == {"2020-03": 5.0}
    assert all(part.value is None for part in found.groups if not part.n)
    assert (found.value, found.censored) == (5.0, 2)


@pytest.mark.django_db
def test_asked_of_one_part_it_is_the_part_s() -> None:
    with clock.at(NEXT_YEAR):
        draw(f"""
        kind            | day        | firm | commune | quantity
        {VISIT.name} | 2020-01-05 | A    | 59350   | 4
        {VISIT.name} | 2020-01-06 | B    | 59512   | 10
        {VISIT.name} | 2020-02-01 | C    | 59512   | 30
        {VISIT.name} | 2020-02-02 | D    | 59350   |
        """)
    parts = {part.key: (part.value, part.n) for part in ask(BESIDE, by="commune").groups}
    for commune, expected in {"59350": (4.0, 1), "59512": (20.0, 2)}.items():
        alone = ask(BESIDE, communes=(commune,))
        assert parts[commune] == (alone.value, alone.n) == expected
        assert alone.censored == (1 if commune == "59350" else 0)


# As it was known

AMOUNTS_KNOWN = [("2020-04-01", 8), ("2020-05-01", 2), ("2020-06-01", 100), ("2020-07-01", 3)]


def told_one_after_another() -> World:
    world = World()
    for day, amount in AMOUNTS_KNOWN:
        draw(visits(amount, recorded=day), world)
    return world


@pytest.mark.django_db
def test_it_is_read_as_of_any_day_from_what_was_known_then() -> None:
    with clock.at(NEXT_YEAR):
        told_one_after_another()
    expected = {
        "2020-03-31": None,
        "2020-04-01": 8,
        "2020-05-31": 5,
        "2020-06-30": 8,
        "2020-07-02": 5.5,
    }
    for at, value in expected.items():
        known = [amount for day, amount in AMOUNTS_KNOWN if day <= at]
        assert ask(at=at).value == value == (median(known) if known else None), at
        assert ask(at=at).n == len(opened(at=at)) == len(known), at
        assert sorted(one or 0 for one in opened(at=at)) == sorted(known), at


@pytest.mark.django_db
def test_what_is_cancelled_leaves_it_from_that_day_on_and_not_before() -> None:
    with clock.at(NEXT_YEAR):
        world = told_one_after_another()
        draw("kind | recorded\n~3 | 2020-09-01", world)
        draw("kind | recorded\n~1 | 2020-10-01", world)
    assert [ask(at=day).value for day in ("2020-08-31", "2020-09-02", "2020-10-02")] == [
        5.5,
        3,
        2.5,
    ]
    assert sorted(one or 0 for one in opened(at="2020-10-02")) == [2, 3]


@pytest.mark.django_db
def test_a_past_reading_does_not_move_when_more_is_told_of_the_past() -> None:
    with clock.at(NEXT_YEAR):
        world = told_one_after_another()
        before = {day: ask(at=day).value for day, _ in AMOUNTS_KNOWN}
        draw(visits(0, 0, 0, 0, 0, recorded="2020-12-01"), world)
        assert {day: ask(at=day).value for day, _ in AMOUNTS_KNOWN} == before
    assert ask(at="2020-12-02").value == 0


@pytest.mark.django_db
def test_both_ends_of_a_period_are_in_it_and_the_day_after_is_not() -> None:
    with clock.at(NEXT_YEAR):
        draw(visits(1, 2, 3, 4, 5))
    first = date(2020, 3, 1)
    for days in range(1, 6):
        over = Period(first, first + timedelta(days=days - 1))
        asked = Question(BY_ACT.code, Filter(), over)
        (found,) = figures.answer([asked], noon("2021-01-01"), cached=False)
        assert (found.value, found.n) == (median(range(1, days + 1)), days)
