"""What a day and an instant know of acts and texts: pure rules, drawn at random."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from maillage.conventions.models import Version
from maillage.conventions.states import (
    ActionState,
    Fact,
    action_state,
    days_late,
    in_force,
    last,
)

KINDS = ("started", "completed", "paused", "blocked", "abandoned")
DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(KINDS), DAYS), max_size=8))
    return [Fact(f"conventions.action_{kind}", on, n) for n, (kind, on) in enumerate(drawn, 1)]


def text(number: int, effective: str, signed: str) -> Version:
    """A text of a convention, not stored: its number, the day it takes effect, the day it was known."""
    known = datetime.fromisoformat(signed).replace(tzinfo=UTC) if signed else None
    on = date.fromisoformat(effective) if effective else None
    return Version(number=number, effective_on=on, recorded_at=known)


@given(histories(), DAYS, st.randoms())
def test_the_order_in_which_acts_are_read_changes_nothing(
    facts: list[Fact], on: date, chance: object
) -> None:
    mixed = list(facts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert last(mixed, on) == last(facts, on)


@given(histories(), DAYS)
def test_an_act_of_tomorrow_leaves_todays_state_as_it_was(facts: list[Fact], on: date) -> None:
    tomorrow = Fact("conventions.action_abandoned", on + timedelta(days=1), 99)

    assert action_state([*facts, tomorrow], on) is action_state(facts, on)
    assert action_state([*facts, tomorrow], tomorrow.on) is ActionState.ABANDONED


@given(histories(), DAYS)
def test_of_two_acts_of_one_day_the_one_recorded_last_holds(facts: list[Fact], on: date) -> None:
    pair = [Fact("conventions.action_blocked", on, 98), Fact("conventions.action_started", on, 99)]

    assert action_state([*pair, *facts], on) is ActionState.UNDER_WAY


@given(st.sampled_from(ActionState), DAYS, DAYS)
def test_lateness_grows_by_one_a_day_and_stops_with_the_action(
    state: ActionState, due: date, on: date
) -> None:
    today, tomorrow = (days_late(state, due, day) for day in (on, on + timedelta(days=1)))

    if state is ActionState.COMPLETED or on < due:
        assert (today, tomorrow) == (0, 0)
    else:
        assert (today, tomorrow) == ((on - due).days, today + 1)
    assert days_late(state, None, on) == 0


# number:effective:known for each text | day read | known at | number of the text in force
TEXTS = """
1:2019-04-05:2019-04-01                         | 2019-04-04 | 2030-01-01 | -
1:2019-04-05:2019-04-01                         | 2019-04-05 | 2030-01-01 | 1
1:2019-04-05:2019-04-01                         | 2019-04-05 | 2019-03-31 | -
1:2019-04-05:2019-04-01                         | 2019-04-05 | 2019-04-01 | 1
1:2019-04-05:2019-04-01 2:2020-01-01:2019-12-01 | 2019-12-31 | 2030-01-01 | 1
1:2019-04-05:2019-04-01 2:2020-01-01:2019-12-01 | 2020-01-01 | 2030-01-01 | 2
1:2019-04-05:2019-04-01 2:2020-01-01:2019-12-01 | 2020-01-01 | 2019-11-30 | 1
1:2019-04-05:2019-04-01 2:2019-04-05:2019-04-01 | 2019-04-05 | 2030-01-01 | 2
2:2019-04-05:2019-04-01 1:2019-04-05:2019-04-01 | 2019-04-05 | 2030-01-01 | 2
1:2020-01-01:2019-04-01 2:2019-06-01:2019-05-01 | 2020-06-01 | 2030-01-01 | 1
1:2019-04-05:                                   | 2020-06-01 | 2030-01-01 | -
1::2019-04-01                                   | 2020-06-01 | 2030-01-01 | -
"""


@pytest.mark.parametrize("row", TEXTS.strip().splitlines())
def test_the_text_in_force_is_the_last_to_take_effect_among_those_known(row: str) -> None:
    drawn, on, known, expected = (cell.strip() for cell in row.split("|"))
    texts = []
    for cell in drawn.split():
        number, effective, signed = cell.split(":")
        texts.append(text(int(number), effective, signed))

    at = datetime.fromisoformat(known).replace(tzinfo=UTC)
    found = in_force(texts, date.fromisoformat(on), at)

    assert (str(found.number) if found else "-") == expected
