"""What was typed of an event or of who comes, as the actions take it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from maillage.events.forms.events import EventForm, PositionField, initial_of
from maillage.events.forms.lists import ArrivalForm, EndForm, RegisterForForm, RegisterForm
from maillage.kernel import clock
from tests.factories import accounts, events as make, places, register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("50.6366, 3.0635", (3.0635, 50.6366)),
        ("50.6366;3.0635", (3.0635, 50.6366)),
        (" -12 , 45 ", (45.0, -12.0)),
        ("", None),
    ],
)
def test_a_position_is_typed_as_maps_give_it(typed: str, position: object) -> None:
    assert PositionField(required=False).clean(typed) == position


@pytest.mark.parametrize("typed", ["Lille", "50.6", "1,2,3", "91,0", "0,181", "nan,nan", "inf,0"])
def test_a_position_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        PositionField(required=False).clean(typed)


def test_an_event_read_back_into_its_form_is_the_same_plan() -> None:
    places.places_loaded()
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        event = make.event(lon=3.0635, lat=50.6366, partners=(accounts.organisation(),))
    given = initial_of(event)
    typed: dict[str, Any] = {name: "" if one is None else one for name, one in given.items()}
    typed |= {"once": str(uuid4()), "starts_at": "08:00", "ends_at": "10:00"}
    form = EventForm(typed)
    assert form.is_valid(), form.errors
    assert form.plan() == make.actions.Plan.of(event)


def test_online_a_name_and_an_address_are_asked_for_and_an_adviser_may_leave_both() -> None:
    blank = {"once": str(uuid4()), "name": "", "email": "", "phone": ""}
    assert set(RegisterForm(blank).errors) == {"name", "email"}
    assert RegisterForForm(blank).is_valid()
    assert set(RegisterForForm(blank, is_firm=False).errors) == {"name"}


def test_who_is_to_come_is_handed_on_with_the_firm_and_the_language() -> None:
    firm = register.establishment()
    form = RegisterForm(
        {"once": str(uuid4()), "name": "Ada", "email": "a@a.example", "phone": "03"}
    )
    assert form.is_valid()
    who = form.attendee(firm, "en")
    assert (who.establishment, who.name, who.email, who.phone, who.language) == (
        firm, "Ada", "a@a.example", "03", "en",
    )  # fmt: skip


@pytest.mark.parametrize("people", ["0", "2001", "many", ""])
def test_a_number_of_people_is_one_that_counts(people: str) -> None:
    form = ArrivalForm({"once": str(uuid4()), "name": "", "people": people, "how": "list"})
    assert set(form.errors) == {"people"}


def test_what_the_machine_alone_says_is_offered_to_nobody() -> None:
    offered = [value for value, _words in EndForm().fields["because"].choices]  # type: ignore[attr-defined]
    assert offered == ["given_up", "twice", "mistake"]
    assert not EndForm({"because": "event"}).is_valid()
    how = [value for value, _words in ArrivalForm().fields["how"].choices]  # type: ignore[attr-defined]
    assert how == ["list", "paper"]
