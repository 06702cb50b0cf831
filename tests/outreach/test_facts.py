"""What a visit says of itself: which facts hold together, which are refused, in both languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.needs.vocabulary import Theme
from maillage.outreach.actions.visits import (
    EARLIEST,
    LONGEST_MINUTES,
    VisitFacts,
    default_level,
)
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Met, Mode, NoteLevel, Outcome
from tests.factories.themes import SENSITIVE_THEMES, SHIPPED

NOW = datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = date(2020, 6, 30)


def facts(**given: Any) -> VisitFacts:
    told = {"mode": Mode.VISIT, "outcome": Outcome.DONE, "occurred_on": TODAY} | given
    return VisitFacts(**told)


def refusal(given: dict[str, Any], language: str = "fr") -> tuple[str, dict[str, str]]:
    with clock.at(NOW), translation.override(language), pytest.raises(Invalid) as refused:
        facts(**given).checked()
    with translation.override(language):
        fields = {name: str(said) for name, said in refused.value.fields.items()}
        return str(refused.value), fields


REFUSED = {
    "tomorrow": (
        {"occurred_on": date(2020, 7, 1)},
        "occurred_on",
        "Choisissez aujourd’hui ou un jour passé.",
        "Choose today or an earlier day.",
    ),
    "a year of two digits": (
        {"occurred_on": date(20, 6, 30)},
        "occurred_on",
        "Vérifiez l’année.",
        "Check the year.",
    ),
    "the last day of another century": (
        {"occurred_on": date(1999, 12, 31)},
        "occurred_on",
        "Vérifiez l’année.",
        "Check the year.",
    ),
    "no minute at all": (
        {"minutes": 0},
        "minutes",
        "Une visite dure de 1 à 600 minutes.",
        "A visit lasts from 1 to 600 minutes.",
    ),
    "time that runs backwards": (
        {"minutes": -15},
        "minutes",
        "Une visite dure de 1 à 600 minutes.",
        "A visit lasts from 1 to 600 minutes.",
    ),
    "more than a day's work": (
        {"minutes": 601},
        "minutes",
        "Une visite dure de 1 à 600 minutes.",
        "A visit lasts from 1 to 600 minutes.",
    ),
    "done, and nobody met": (
        {"met": Met.NOBODY},
        "met",
        (
            "Vous n’avez rencontré personne\xa0: la démarche n’est pas réalisée. "
            "Indiquez «\xa0Personne sur place\xa0», ou la personne rencontrée."
        ),
        "Nobody was met: it was not done. Say “Nobody there”, or whom you met.",
    ),
    "a need heard from somebody absent": (
        {"outcome": Outcome.ABSENT, "themes": ("premises",)},
        "themes",
        (
            "Un besoin est exprimé par quelqu’un\xa0: décochez-le, ou indiquez que la visite est "
            "réalisée."
        ),
        "A need is heard from somebody: untick it, or say that the visit was done.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_facts_that_do_not_hold_together_are_refused_on_their_field_in_both_languages(
    what: str,
) -> None:
    given, field, french, english = REFUSED[what]
    assert refusal(given)[1] == {field: french}
    assert refusal(given, "en")[1] == {field: english}


def test_a_need_that_nobody_declared_is_named() -> None:
    assert refusal({"themes": ("gardening", "astrology")}, "en") == (
        "Unknown need: astrology, gardening",
        {},
    )


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.DONE])
def test_a_need_is_heard_only_when_the_visit_was_done(outcome: Outcome) -> None:
    assert list(refusal({"outcome": outcome, "themes": ("cash",)})[1]) == ["themes"]


@pytest.mark.parametrize(
    ("outcome", "met", "taken"),
    [
        (Outcome.DONE, Met.OWNER, True),
        (Outcome.DONE, Met.SPOUSE, True),
        (Outcome.DONE, Met.EMPLOYEE, True),
        (Outcome.DONE, "", True),
        (Outcome.DONE, Met.NOBODY, False),
        (Outcome.ABSENT, Met.NOBODY, True),
        (Outcome.ABSENT, Met.EMPLOYEE, True),  # the employee says that the owner is away
        (Outcome.REFUSED, Met.OWNER, True),
        (Outcome.POSTPONED, Met.SPOUSE, True),
        (Outcome.UNREACHABLE, "", True),
        (Outcome.CLOSED_DOWN, Met.NOBODY, True),
        (Outcome.WRONG_ADDRESS, Met.EMPLOYEE, True),
    ],
)
def test_whom_one_met_agrees_with_what_came_of_it(
    outcome: Outcome, met: Met | str, taken: bool
) -> None:
    given = facts(outcome=outcome, met=met)
    with clock.at(NOW):
        if taken:
            assert given.checked() == given
        else:
            with pytest.raises(Invalid):
                given.checked()


@pytest.mark.parametrize(
    ("instant", "day", "taken"),
    [
        ("2020-06-30T23:59:59+02:00", date(2020, 6, 30), True),
        ("2020-06-30T23:59:59+02:00", date(2020, 7, 1), False),
        ("2020-07-01T00:00:00+02:00", date(2020, 7, 1), True),
        # 22:30 in UTC is already the next day in Paris, where the visit took place.
        ("2020-06-30T22:30:00+00:00", date(2020, 7, 1), True),
        ("2020-12-31T23:00:00+00:00", date(2021, 1, 1), True),
        ("2020-12-31T22:59:59+00:00", date(2021, 1, 1), False),
    ],
)
def test_today_ends_at_midnight_in_paris(instant: str, day: date, taken: bool) -> None:
    with clock.at(datetime.fromisoformat(instant)):
        if taken:
            facts(occurred_on=day).checked()
        else:
            with pytest.raises(Invalid, match="jour"):
                facts(occurred_on=day).checked()


@pytest.mark.parametrize("minutes", [None, 1, 30, LONGEST_MINUTES])
def test_a_duration_is_not_asked_and_is_taken_up_to_ten_hours(minutes: int | None) -> None:
    with clock.at(NOW):
        assert facts(minutes=minutes).checked().minutes == minutes


@given(
    chosen=st.lists(st.sampled_from([theme.value for theme in Theme]), max_size=12),
    back=st.integers(0, (TODAY - EARLIEST).days),
    minutes=st.none() | st.integers(1, LONGEST_MINUTES),
    met=st.sampled_from(["", Met.OWNER, Met.SPOUSE, Met.EMPLOYEE]),
)
def test_facts_that_hold_are_taken_as_they_are_each_need_once_in_a_fixed_order(
    chosen: list[str], back: int, minutes: int | None, met: Met | str
) -> None:
    day = TODAY - timedelta(days=back)
    with clock.at(NOW):
        taken = facts(occurred_on=day, minutes=minutes, met=met, themes=tuple(chosen)).checked()
        assert taken.checked() == taken
    assert set(taken.themes) == set(chosen)
    assert list(taken.themes) == [code for code in SHIPPED if code in set(chosen)]
    assert (taken.occurred_on, taken.minutes, taken.met) == (day, minutes, met)


@given(chosen=st.sets(st.sampled_from([theme.value for theme in Theme])))
def test_a_note_is_for_the_partners_unless_a_difficulty_is_told(chosen: set[str]) -> None:
    level = default_level(tuple(sorted(chosen)))
    difficult = bool(chosen & {theme.value for theme in SENSITIVE_THEMES})
    assert level is (NoteLevel.CONFIDENTIAL if difficult else NoteLevel.PARTNERS)


@given(
    mode=st.sampled_from(Mode),
    outcome=st.sampled_from(Outcome),
    minutes=st.none() | st.integers(1, LONGEST_MINUTES),
    may_transmit=st.booleans(),
    themes=st.lists(st.sampled_from([theme.value for theme in Theme]), unique=True),
)
def test_what_is_written_on_a_visit_is_read_back_the_same(
    mode: Mode, outcome: Outcome, minutes: int | None, may_transmit: bool, themes: list[str]
) -> None:
    told = facts(
        mode=mode,
        outcome=outcome,
        minutes=minutes,
        may_transmit=may_transmit,
        themes=tuple(themes),
    )
    visit = Visit()
    told.write_on(visit)
    assert VisitFacts.of(visit) == told
    assert visit.themes == themes  # a list, as JSON keeps it


@pytest.mark.parametrize("level", NoteLevel)
def test_a_note_goes_to_its_level_and_nowhere_else(level: NoteLevel) -> None:
    visit = Visit()
    visit.write_note("At the back of the yard", level.value)
    found = {one.value: getattr(visit, f"note_{one.value}") for one in NoteLevel}
    assert found.pop(level.value) == "At the back of the yard"
    assert set(found.values()) == {""}


def test_a_note_of_no_level_is_a_defect_not_a_public_note() -> None:
    with pytest.raises(ValueError, match="everybody"):
        Visit().write_note("Owes three rents", "everybody")
