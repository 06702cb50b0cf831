"""Every figure of needs, recomputed in plain Python from its words: no code is shared with the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.factories import places
from tests.spec.drawn import World, draw, noon

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
YEAR = Period.parse("2020")
HELPED = "needs.need_closed_helped"

# Holidays of 2020 and of the first days of 2021 that fall on a weekday, written from the calendar.
HOLIDAYS = {
    date.fromisoformat(day)
    for day in ["2020-01-01", "2020-04-13", "2020-05-01", "2020-05-08", "2020-05-21", "2020-06-01", "2020-07-14", "2020-11-11", "2020-12-25", "2021-01-01"]
}  # fmt: skip


def working_days(first: date, last: date) -> int:
    """Days after the first, up to the last, on which people work."""
    count, day = 0, first
    while day < last:
        day += timedelta(days=1)
        count += day.weekday() < 5 and day not in HOLIDAYS
    return count


def standing(acts: Iterable[Act], at: datetime) -> list[Act]:
    known = [act for act in acts if act.recorded_at <= at]
    gone = {act.reverses_id for act in known if act.reverses_id}
    return [act for act in known if not act.reverses_id and act.id not in gone]


@dataclass
class Slow:
    """The acts known at an instant, looked through one by one."""

    acts: Sequence[Act]
    today: date

    @classmethod
    def at(cls, at: datetime) -> Slow:
        every = list(Act.objects.visible_to(MACHINE).order_by("id"))
        return cls(standing(every, at), at.astimezone(clock.PARIS).date())

    def expressed(self) -> list[Act]:
        return [act for act in self.acts if act.kind.endswith("need_expressed")]

    def asked(self) -> list[Act]:
        return [act for act in self.acts if act.kind == "needs.opinion_asked"]

    def sent(self) -> list[Act]:
        return [act for act in self.acts if act.kind == "needs.referral_sent"]

    def of_the_same(self, act: Act) -> list[Act]:
        """The acts of the same need or the same referral."""
        source = (act.source_model, act.source_key)
        return [one for one in self.acts if (one.source_model, one.source_key) == source]

    def became(self, act: Act, *starts: str) -> bool:
        return any(one.kind.startswith(starts) for one in self.of_the_same(act))

    def aged(self, act: Act, days: int) -> bool:
        return working_days(act.occurred_on, self.today) >= days

    def picked(self, act: Act, days: int) -> bool:
        waited = [
            one.quantity for one in self.of_the_same(act) if one.kind == "needs.referral_taken"
        ]
        return any(quantity is not None and quantity <= days for quantity in waited)


Rule = Callable[[Slow], list[Act]]
#: The acts that each figure counts, whatever their day.
RULES: dict[str, Rule] = {
    "needs.needs_expressed": lambda slow: slow.expressed(),
    "needs.needs_heard_at_visits": lambda slow: [
        act for act in slow.expressed() if act.kind == "outreach.need_expressed"
    ],
    "needs.needs_followed": lambda slow: slow.expressed(),
    "needs.needs_helped": lambda slow: [a for a in slow.expressed() if slow.became(a, HELPED)],
    "needs.needs_open": lambda slow: [
        a for a in slow.expressed() if not slow.became(a, "needs.need_closed_")
    ],
    "needs.needs_taken_up": lambda slow: [
        a for a in slow.expressed() if slow.became(a, "needs.need_taken_up")
    ],
    "needs.needs_waiting": lambda slow: [
        a for a in slow.expressed() if not slow.became(a, "needs.need_taken_up")
    ],
    "needs.opinions_asked": lambda slow: slow.asked(),
    "needs.opinions_given": lambda slow: [a for a in slow.asked() if slow.became(a, "needs.was_")],
    "needs.opinions_contacted": lambda slow: [
        a for a in slow.asked() if slow.became(a, "needs.was_contacted")
    ],
    "needs.opinions_rated": lambda slow: [
        a for a in slow.asked() if slow.became(a, "needs.found_")
    ],
    "needs.opinions_useful": lambda slow: [
        a for a in slow.asked() if slow.became(a, "needs.found_useful")
    ],
    "needs.referrals_sent": lambda slow: slow.sent(),
    "needs.entry_referrals": lambda slow: [a for a in slow.sent() if a.scheme.startswith("entry:")],
    "needs.entry_helped": lambda slow: [
        act
        for act in slow.acts
        if act.kind == "needs.referral_closed_helped" and act.scheme.startswith("entry:")
    ],
    "needs.referrals_due_3": lambda slow: [a for a in slow.sent() if slow.aged(a, 3)],
    "needs.referrals_due_5": lambda slow: [a for a in slow.sent() if slow.aged(a, 5)],
    "needs.referrals_picked_3": lambda slow: [
        a for a in slow.sent() if slow.aged(a, 3) and slow.picked(a, 3)
    ],
    "needs.referrals_picked_5": lambda slow: [
        a for a in slow.sent() if slow.aged(a, 5) and slow.picked(a, 5)
    ],
}
#: The figures that are the middle of what something measures: the rule of what is measured, and by how much.
MEDIANS = {"needs.days_to_first_exchange": "needs.needs_taken_up"}
RATES = {
    "needs.helped_rate": ("needs.needs_helped", "needs.needs_followed"),
    "needs.open_rate": ("needs.needs_open", "needs.needs_followed"),
    "needs.pick_up_3": ("needs.referrals_picked_3", "needs.referrals_due_3"),
    "needs.usefulness": ("needs.opinions_useful", "needs.opinions_rated"),
    "needs.response_rate": ("needs.opinions_given", "needs.opinions_asked"),
    "needs.contacted_rate": ("needs.opinions_contacted", "needs.opinions_given"),
    "needs.pick_up_5": ("needs.referrals_picked_5", "needs.referrals_due_5"),
}


def counted(code: str, at: datetime, period: Period = YEAR, **kept: Any) -> set[str]:
    """The keys of the acts that a figure counts, the slow way."""
    slow = Slow.at(at)
    found = [a for a in RULES[code](slow) if period.start <= a.occurred_on <= period.end]
    if "themes" in kept:
        found = [a for a in found if a.theme in kept["themes"]]
    if "organisations" in kept:
        found = [a for a in found if str(a.organisation.key) in kept["organisations"]]
    if "communes" in kept:
        found = [a for a in found if a.commune in kept["communes"]]
    return {str(act.key) for act in found}


def waited(at: datetime, period: Period = YEAR, **kept: Any) -> list[int]:
    """The days that each need taken up waited, the slow way."""
    slow, taken = Slow.at(at), counted("needs.needs_taken_up", at, period, **kept)
    return [
        min(one.quantity or 0 for one in slow.of_the_same(act) if one.kind == "needs.need_taken_up")
        for act in slow.acts
        if str(act.key) in taken
    ]


def ask(code: str, at: datetime, period: Period = YEAR, **kept: Any) -> figures.Answer:
    with clock.at(noon("2022-01-03")):
        (answer,) = figures.answer([Question(code, Filter(**kept), period)], at, cached=False)
    return answer


def opened(code: str, at: datetime, period: Period = YEAR, part: str = "", **kept: Any) -> set[str]:
    question = Question(code, Filter(**kept), period)
    with clock.at(noon("2022-01-03")):
        page = figures.records(question, MACHINE, at=at, part=part)
    return {record.unit for record in page.records}


# Fourteen needs and nine referrals: on both ends of the year, known late, cancelled, opened again.
STORY = """
    kind                           | day        | firm | of | theme    | by  | commune | days | funder | scheme     | recorded
    outreach.need_expressed        | 2020-01-01 | A    | 1  | online   | cma | 59350   |      |        |            |
    outreach.need_expressed        | 2020-12-31 | B    | 2  | premises | cma | 59512   |      |        |            |
    needs.desk_need_expressed      | 2019-12-31 | C    | 3  | energy   | mel | 59350   |      |        |            |
    needs.form_need_expressed      | 2020-02-03 | D    | 4  | cash     | cma | 59350   |      |        |            |
    needs.event_need_expressed     | 2020-03-04 | E    | 5  | online   | mel | 62498   |      |        |            |
    needs.partner_need_expressed   | 2020-04-06 | F    | 6  | transfer | cma | 59350   |      |        |            | 2021-02-01
    needs.survey_need_expressed    | 2020-05-07 | A    | 7  | online   | cma | 59350   |      |        |            |
    needs.file_need_expressed      | 2021-01-01 | B    | 8  | recruit  | cma | 59512   |      |        |            |
    needs.referral_sent            | 2020-02-04 | D    | 9  | cash     | cma | 59350   |      | epf    | entry:1    |
    needs.referral_sent            | 2020-03-05 | E    | 10 | online   | mel | 62498   |      | cci    | campaign:1 |
    needs.referral_sent            | 2020-12-30 | B    | 11 | premises | cma | 59512   |      | epf    | entry:2    |
    needs.referral_sent            | 2020-12-31 | A    | 12 | online   | cma | 59350   |      | epf    |            |
    needs.referral_sent            | 2019-12-30 | C    | 13 | energy   | mel | 59350   |      | cci    | entry:1    |
    needs.referral_taken           | 2020-02-06 | D    | 9  | cash     | epf | 59350   | 2    | cma    | entry:1    |
    needs.need_taken_up            | 2020-02-06 | D    | 4  | cash     | cma | 59350   | 3    |        |            |
    needs.referral_taken           | 2020-03-11 | E    | 10 | online   | cci | 62498   | 4    | mel    | campaign:1 |
    needs.need_taken_up            | 2020-03-11 | E    | 5  | online   | mel | 62498   | 7    |        |            |
    needs.referral_taken           | 2021-01-08 | B    | 11 | premises | epf | 59512   | 6    | cma    | entry:2    |
    needs.need_taken_up            | 2021-01-08 | B    | 2  | premises | cma | 59512   | 8    |        |            |
    needs.need_closed_helped       | 2020-02-20 | D    | 4  | cash     | cma | 59350   |      |        |            |
    needs.need_closed_out_of_scope | 2020-04-01 | E    | 5  | online   | mel | 62498   |      |        |            |
    needs.need_closed_helped       | 2021-01-20 | B    | 2  | premises | cma | 59512   |      |        |            |
    needs.need_closed_helped       | 2020-01-15 | C    | 3  | energy   | mel | 59350   |      |        |            |
    needs.need_closed_unreachable  | 2020-06-01 | A    | 7  | online   | cma | 59350   |      |        |            |
    needs.opinion_asked            | 2020-03-02 | D    | 4  | cash     | cma | 59350   |      |        |            |
    needs.was_contacted            | 2020-03-03 | D    | 4  | cash     | cma | 59350   |      |        |            |
    needs.found_useful             | 2020-03-03 | D    | 4  | cash     | cma | 59350   |      |        |            |
    needs.opinion_asked            | 2020-12-31 | E    | 5  | online   | mel | 62498   |      |        |            |
    needs.was_not_contacted        | 2021-01-05 | E    | 5  | online   | mel | 62498   |      |        |            |
    needs.referral_closed_helped   | 2020-02-20 | D    | 9  | cash     | epf | 59350   |      | cma    | entry:1    |
    needs.referral_closed_helped   | 2021-01-20 | B    | 11 | premises | epf | 59512   |      | cma    | entry:2    |
    needs.referral_closed_helped   | 2020-04-01 | E    | 10 | online   | cci | 62498   |      | mel    | campaign:1 |
    ~24                            |            |      |    |          |     |         |      |        |            | 2020-09-01
    ~1                             |            |      |    |          |     |         |      |        |            | 2021-03-01
"""
INSTANTS = [
    "2020-02-05",
    "2020-02-10",
    "2020-12-31",
    "2021-01-04",
    "2021-01-08",
    "2021-02-15",
    "2021-04-01",
]


@pytest.fixture
def world() -> World:
    places.places_loaded()
    with clock.at(noon("2021-06-01")):
        return draw(STORY)


@pytest.mark.parametrize("at", INSTANTS)
def test_every_figure_opens_onto_what_the_slow_engine_finds(world: World, at: str) -> None:
    for code in RULES:
        expected = counted(code, noon(at))
        assert ask(code, noon(at)).value == len(expected), (code, at)
        assert opened(code, noon(at)) == expected, (code, at)


@pytest.mark.parametrize("at", INSTANTS)
def test_every_rate_is_one_over_the_other_and_opens_onto_both(world: World, at: str) -> None:
    for code, (above, below) in RATES.items():
        answer = ask(code, noon(at))
        over, under = counted(above, noon(at)), counted(below, noon(at))
        assert over <= under
        assert (answer.numerator, answer.denominator) == (len(over), len(under)), (code, at)
        assert answer.value == (len(over) / len(under) if under else None)
        assert opened(code, noon(at), part="numerator") == over
        assert opened(code, noon(at), part="denominator") == under


@pytest.mark.parametrize("at", INSTANTS)
def test_the_median_is_the_middle_of_what_the_slow_engine_measures(world: World, at: str) -> None:
    for code, measured in MEDIANS.items():
        answer, days = ask(code, noon(at)), waited(noon(at))
        assert answer.value == (median(days) if days else None), (code, at)
        assert answer.n == len(days)
        assert answer.censored == len(counted("needs.needs_waiting", noon(at)))
        assert opened(code, noon(at)) == counted(measured, noon(at))


KEPT: dict[str, dict[str, Any]] = {
    "one theme": {"themes": ("online",)},
    "two themes": {"themes": ("cash", "premises")},
    "one commune": {"communes": ("59350",)},
    "a commune where nothing was": {"communes": ("59009",)},
}


@pytest.mark.parametrize("kept", KEPT)
def test_filters_keep_what_the_slow_engine_keeps(world: World, kept: str) -> None:
    at = noon("2021-02-15")
    for code in RULES:
        expected = counted(code, at, **KEPT[kept])
        assert ask(code, at, **KEPT[kept]).value == len(expected), code
        assert opened(code, at, **KEPT[kept]) == expected, code


@pytest.mark.parametrize("name", ["cma", "mel"])
def test_an_organisation_is_asked_for_alone(world: World, name: str) -> None:
    at = noon("2021-02-15")
    kept = {"organisations": (str(world.organisations[name].key),)}
    for code in RULES:
        assert opened(code, at, **kept) == counted(code, at, **kept), code


@pytest.mark.parametrize(
    "period", ["2019", "2021", "2020-02", "2020-01-01..2020-02-03", "2020-02-04..2020-12-30"]
)
def test_both_ends_of_a_period_are_in_it(world: World, period: str) -> None:
    at, read = noon("2021-04-01"), Period.parse(period)
    for code in RULES:
        assert opened(code, at, read) == counted(code, at, read), code


def test_parts_of_a_breakdown_make_the_whole(world: World) -> None:
    at = noon("2021-02-15")
    for code in ("needs.needs_expressed", "needs.needs_followed", "needs.referrals_sent"):
        for by in ("month", "commune"):
            with clock.at(noon("2022-01-03")):
                (answer,) = figures.answer(
                    [Question(code, Filter(), YEAR, by=by)], at, cached=False
                )
            assert sum(group.value or 0 for group in answer.groups) == answer.value, (code, by)


def test_a_past_reading_is_the_same_whatever_is_recorded_afterwards(world: World) -> None:
    at = noon("2020-12-31")
    before = {code: opened(code, at) for code in RULES}
    draw(
        "kind | day | firm | of | theme\nneeds.need_closed_helped | 2020-06-05 | A | 7 | online | ",
        world,
    )
    draw("kind | day | firm\n~4 | | ", world)
    assert {code: opened(code, at) for code in RULES} == before


def test_what_was_said_and_cancelled_leaves_every_figure_as_it_was(world: World) -> None:
    at = noon("2021-05-01")
    before = {code: ask(code, at).value for code in RULES}
    draw(
        """
        kind                      | day        | firm | of | theme  | recorded
        needs.desk_need_expressed | 2020-07-01 | F    | 90 | online | 2021-04-05
        ~35                       |            |      |    |        | 2021-04-06
        """,
        world,
    )
    assert {code: ask(code, at).value for code in RULES} == before


# Stories drawn at random

KINDS = (
    "outreach.need_expressed", "needs.form_need_expressed", "needs.need_taken_up", "needs.need_closed_helped",
    "needs.need_closed_abandoned", "needs.referral_sent", "needs.referral_taken",
)  # fmt: skip
ACTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.dates(date(2019, 12, 20), date(2021, 1, 10)),
        st.integers(1, 4),  # which need or referral
        st.integers(0, 7),  # working days it waited
        st.sampled_from("ABC"),
    ),
    max_size=12,
)


def told(acts: list[tuple[str, date, int, int, str]], cancelled: list[int]) -> str:
    lines = ["kind | day | firm | of | theme | days | funder | recorded"]
    for kind, day, of, days, firm in acts:
        source = of + (50 if "referral" in kind else 0)
        waited = str(days) if kind.endswith(("taken", "taken_up")) else ""
        lines.append(f"{kind} | {day} | {firm} | {source} | online | {waited} | epf | 2021-01-15")
    rows = sorted({row for row in cancelled if row <= len(acts)})
    return "\n".join([*lines, *(f"~{row} | | | | | | | 2021-01-20" for row in rows)])


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, cancelled=st.lists(st.integers(1, 12), max_size=3))
def test_whatever_happened_both_engines_agree(
    acts: list[tuple[str, date, int, int, str]],
    cancelled: list[int],
    db_rollback: Callable[[], AbstractContextManager[None]],
) -> None:
    with db_rollback(), clock.at(noon("2021-06-01")):
        draw(told(acts, cancelled))
        for at in (noon("2021-01-16"), noon("2021-01-21")):
            days = waited(at)
            seen = {code: opened(code, at) for code in RULES}
            assert ask("needs.days_to_first_exchange", at).value == (median(days) if days else None)
            assert (
                seen["needs.needs_waiting"] | seen["needs.needs_taken_up"]
                == seen["needs.needs_followed"]
            )
            assert seen == {code: counted(code, at) for code in RULES}
            assert seen["needs.needs_heard_at_visits"] <= seen["needs.needs_expressed"]
            assert seen["needs.needs_helped"].isdisjoint(seen["needs.needs_open"])
            assert seen["needs.referrals_picked_3"] <= seen["needs.referrals_picked_5"] | (
                seen["needs.referrals_due_3"] - seen["needs.referrals_due_5"]
            )


def test_every_figure_of_needs_is_recomputed_here() -> None:
    ours = {code for code in figures.REGISTRY.versions if code.startswith("needs.")}
    assert ours == RULES.keys() | RATES.keys() | MEDIANS.keys()
    assert Counter(map(len, RATES.values())) == {2: 7}
