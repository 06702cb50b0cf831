"""What is asked of a team's day, read from the address of the page: days that can be read, and why others cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.outreach.forms.hours import HourField, HourForm
from maillage.outreach.forms.team_rounds import DayOutForm, TeamDays, TeamForm
from maillage.outreach.models.kept_rounds import HOUR
from tests.spec.drawn import noon

DAY = date(2020, 7, 16)
TOWNS = (("59350", "Lille"), ("59512", "Roubaix"))
TEAM = ((Person(pk=1, name="Sofia"), 12), (Person(pk=2, name="Karim"), 0))
USUAL = {
    "goes": "on", "begins": "09:00", "ends": "17:30", "lunch_from": "12:00", "lunch_lasts": "60",
    "going": "walking", "leaves_from": "", "back_to": "",
}  # fmt: skip


def sent(*out: int, **changed: str) -> dict[str, str]:
    """An address in which these go out; `changed` is of the first of them."""
    told = {"day": "2020-07-16", "visit": "30", "spare": "on"}
    for rank, one in enumerate(out):
        own = USUAL | (changed if rank == 0 else {})
        told |= {f"a{one}-{name}": value for name, value in own.items()}
    return told


def read(given: dict[str, str] | None) -> TeamDays:
    return TeamDays(given, people=TEAM, towns=TOWNS, usual=DAY)


def test_before_anything_is_asked_whoever_has_somebody_to_see_is_ticked() -> None:
    for nothing in (None, {}, {"page": "2"}):
        days = read(nothing)
        assert not days.is_bound
        assert not days.is_wrong
        assert days.asked() == []
        assert [one.fields["goes"].initial for one in days.days] == [True, False]
        assert days.form.initial["day"] == DAY
        assert [one.is_out for one in days.days] == [True, False]


def test_the_usual_day_goes_from_nine_to_half_past_five_with_lunch_at_noon() -> None:
    (kept,) = read(sent(1)).asked()
    assert kept.adviser.name == "Sofia"
    assert (kept.begins, kept.ends) == (9 * HOUR, 17 * HOUR + HOUR // 2)
    assert (kept.lunch_from, kept.lunch_lasts) == (12 * HOUR, HOUR)
    assert (kept.visit_lasts, kept.going) == (1800, "walking")
    assert (kept.leaves_from, kept.back_to) == ("", "")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"begins": "08:15"}, {"begins": 8 * HOUR + 900}),
        ({"begins": "00:00", "ends": "23:59"}, {"begins": 0, "ends": 24 * HOUR - 60}),
        ({"lunch_lasts": "0"}, {"lunch_lasts": 0}),
        ({"lunch_lasts": "45"}, {"lunch_lasts": 2700}),
        ({"lunch_from": "11:30"}, {"lunch_from": 11 * HOUR + 1800}),
        ({"going": "car"}, {"going": "car"}),
        ({"leaves_from": "59350"}, {"leaves_from": "59350", "back_to": ""}),
        ({"leaves_from": "59350", "back_to": "="}, {"leaves_from": "59350", "back_to": "59350"}),
        ({"leaves_from": "59350", "back_to": "59512"}, {"back_to": "59512"}),
        ({"leaves_from": "", "back_to": "="}, {"leaves_from": "", "back_to": ""}),
        ({"back_to": "59512"}, {"leaves_from": "", "back_to": "59512"}),
    ],
)
def test_a_day_is_kept_as_it_was_asked(changed: dict[str, str], expected: dict[str, Any]) -> None:
    first, second = read(sent(1, 2, **changed)).asked()
    assert {name: getattr(first, name) for name in expected} == expected
    assert (second.begins, second.going, second.leaves_from) == (9 * HOUR, "walking", "")


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"begins": "17:30"}, "ends", "finit avant de commencer"),
        ({"begins": "18:00", "ends": "09:00"}, "ends", "finit avant de commencer"),
        ({"begins": ""}, "begins", "obligatoire"),
        ({"begins": "25:00"}, "begins", "heure valide"),
        ({"ends": "noon"}, "ends", "heure valide"),
        ({"lunch_from": "12h"}, "lunch_from", "heure valide"),
        ({"lunch_lasts": "61"}, "lunch_lasts", "61"),
        ({"lunch_lasts": "an hour"}, "lunch_lasts", "an hour"),
        ({"going": "flying"}, "going", "flying"),
        ({"leaves_from": "75056"}, "leaves_from", "75056"),
        ({"leaves_from": "="}, "leaves_from", "="),
        ({"back_to": "75056"}, "back_to", "75056"),
    ],
)
def test_a_day_that_cannot_be_read_is_told_on_its_field(
    changed: dict[str, str], field: str, words: str
) -> None:
    with translation.override("fr"):
        days = read(sent(1, 2, **changed))
        assert days.asked() == [], "not even the days of the others"
        assert days.is_wrong
        wrong = {name for name, told in days.days[0].errors.items() if told}
        assert wrong == {field}
        assert words in str(days.days[0].errors[field])
        assert not days.days[1].errors


def test_the_day_of_somebody_who_stays_is_not_read() -> None:
    given = sent(1, 2, begins="25:00", goes="")
    days = read(given)
    (kept,) = days.asked()
    assert kept.adviser.name == "Karim"
    assert not days.is_wrong
    del given["a2-goes"]
    assert read(given).asked() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": "soon"}, "day"),
        ({"day": ""}, "day"),
        ({"visit": "4"}, "visit"),
        ({"visit": "241"}, "visit"),
        ({"visit": "half"}, "visit"),
    ],
)
def test_a_day_for_nobody_can_be_wrong_too(changed: dict[str, str], field: str) -> None:
    days = read(sent(1) | changed)
    assert days.asked() == []
    assert days.is_wrong
    assert set(days.form.errors) == {field}


def test_somebody_goes_out() -> None:
    with translation.override("fr"):
        days = read(sent())
        assert days.asked() == []
        assert "Dites qui sort ce jour-là" in str(days.form.errors["__all__"])


def test_firms_given_to_nobody_are_seen_unless_it_is_unticked() -> None:
    given = sent(1)
    ticked, unticked = read(given), read({k: v for k, v in given.items() if k != "spare"})
    for days, expected in ((ticked, True), (unticked, False)):
        assert days.asked()
        assert days.form.cleaned_data["spare"] is expected
    assert TeamForm().fields["spare"].initial is True


def test_a_day_leaves_from_a_commune_of_the_list_or_from_nowhere() -> None:
    form = DayOutForm(None, person=TEAM[0][0], count=1, towns=TOWNS)
    leaves: Any = form.fields["leaves_from"]
    back: Any = form.fields["back_to"]
    assert [code for code, _ in leaves.choices] == ["", "59350", "59512"]
    assert [code for code, _ in back.choices] == ["", "=", "59350", "59512"]


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("00:00", 0), ("09:05", 32700), ("9:05", 32700), ("23:59", 86340), ("12:00:30", 43200), ("", None)],
)  # fmt: skip
def test_an_hour_is_seconds_from_midnight_and_shown_as_a_clock_shows_it(
    typed: str, seconds: int | None
) -> None:
    field = HourField(required=False)
    assert field.clean(typed) == seconds
    if seconds is not None:
        hours, minutes = divmod(seconds // 60, 60)
        assert field.prepare_value(seconds) == f"{hours:02}:{minutes:02}"
    assert field.prepare_value(typed) == typed, "what was typed wrong is shown again"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"day": "2020-07-16", "at": "10:30"}, set()),
        ({"day": "2020-07-16", "at": ""}, set()),
        ({"day": "2020-07-16"}, set()),
        ({"day": "2020-07-16", "at": "24:00"}, {"at"}),
        ({"at": "10:30"}, {"day"}),
        ({"day": "16 July", "at": "ten"}, {"at", "day"}),
    ],
)
def test_an_agreed_hour_is_of_a_day(given: dict[str, str], wrong: set[str]) -> None:
    with clock.at(noon("2020-07-15")):
        assert set(HourForm(given).errors) == wrong
