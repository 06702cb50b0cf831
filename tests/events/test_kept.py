"""What is kept of a list: that a seat was taken and who came, as acts; names and addresses, one year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import System
from maillage.events.models import Choice, Contribution, Event, Registration, Workshop
from maillage.events.retention import KEPT
from maillage.kernel import clock
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
LINE = {
    "origin": "form",
    "registered_at": clock.parse_instant("2020-03-02T10:00"),
}


def test_every_model_of_the_package_says_how_long_it_is_kept() -> None:
    assert set(KEPT) == {Event, Registration, Workshop, Choice, Contribution}


def test_names_and_addresses_go_after_a_year_and_nothing_else() -> None:
    (rule,) = KEPT[Registration].rules
    assert (rule.after, rule.since) == (timedelta(days=365), "registered_at")
    assert rule.empties == {"name": "", "email": "", "phone": ""}


def test_two_lines_emptied_of_their_address_stand_side_by_side() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event = make.event()
        for who in "ab":
            make.line(event, email=f"{who}@a.example")
    rows = Registration.objects.visible_to(MACHINE)
    rows.update(name="", email="", phone="")
    assert rows.standing().count() == 2


def test_a_line_emptied_of_its_name_is_called_by_its_firm_or_by_nobody() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event, firm = make.event(), register.establishment()
        named, person = make.line(event, firm), make.line(event)
    named.name = person.name = ""
    assert named.called == firm.display_name
    assert str(person) == "Personnes sans entreprise"


# What the database itself refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_at": clock.parse_instant("2020-03-03T10:00")},
        {"ended_because": "twice"},
        {"seat": 3},
        {"seat": 0, "seated_on": make.DAY},
        {"came_at": clock.parse_instant("2020-03-12T10:00")},
        {"came_by": "list"},
        {"people": 0},
        {
            "seat": 1, "seated_on": make.DAY, "ended_because": "twice",
            "ended_at": clock.parse_instant("2020-03-03T10:00"),
        },
    ],
)  # fmt: skip
def test_a_line_that_does_not_hold_together_is_refused(wrong: dict[str, object]) -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event = make.event()
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(event=event, **(LINE | wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 3.0},
        {"lat": 50.0},
        {"ends_at": "07:00"},
        {"cancelled_at": clock.parse_instant("2020-03-03T10:00")},
    ],
)
def test_an_event_that_does_not_hold_together_is_refused(wrong: dict[str, object]) -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event = make.event()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.unscoped(reason="tests").filter(pk=event.pk).update(**wrong)


def test_one_address_stands_once_on_a_list_and_on_as_many_lists_as_one_likes() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        by = accounts.actor()
        one, other = make.event(by), make.event(by)
        for event in (one, other):
            make.line(event, email="a@a.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(event=one, email="A@a.example", **LINE)


@pytest.mark.parametrize(
    ("instant", "takes"),
    [
        ("2020-03-12T07:59", True),
        ("2020-03-12T08:00", False),
        ("2020-03-13T08:00", False),
    ],
)
def test_registrations_end_when_the_event_begins(instant: str, takes: bool) -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event = make.event()
    with clock.at(clock.parse_instant(instant)):
        assert event.takes_registrations is takes


def test_the_hours_of_an_event_are_those_of_paris_in_summer_too() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        winter, summer = make.event(), make.event(day=make.DAY.replace(month=7))
    assert winter.begins.utcoffset() == timedelta(hours=1)
    assert summer.begins.utcoffset() == timedelta(hours=2)
    assert summer.ends - summer.begins == timedelta(hours=2)
