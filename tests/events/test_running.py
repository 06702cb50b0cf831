"""An event from its draft to its end: prepared, announced, changed, held, cancelled; who may, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions
from maillage.events.models import Event, Registration
from maillage.events.models.events import at
from maillage.events.vocabulary import Ended, How, State, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.post.models import Message
from tests.factories import accounts, events as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
DAY_ITSELF = "2020-03-12T09:00"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def again(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).get(pk=event.pk)


def effective() -> list[str]:
    every = Act.objects.unscoped(reason="tests").effective().order_by("id")
    return [act.kind for act in every]


def test_an_event_is_prepared_once_whatever_its_form_is_sent(adviser: Actor) -> None:
    made = [actions.create_event(plan=make.plan(), by=adviser, once="key") for _twice in range(2)]
    assert made[0] == made[1]
    assert made[0].state is State.DRAFT
    with pytest.raises(Conflict):
        actions.create_event(plan=make.plan(title_fr="Autre"), by=adviser, once="key")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "ball"}, "kind"),
        ({"title_fr": "  "}, "title_fr"),
        ({"place": ""}, "place"),
        ({"ends_at": time(8)}, "ends_at"),
        ({"ends_at": time(7, 59)}, "ends_at"),
        ({"day": date(1999, 12, 31)}, "day"),
        ({"seats": -1}, "seats"),
        ({"seats": 5001}, "seats"),
        ({"commune": ""}, "commune"),
        ({"action_key": "nobody:1"}, "action_key"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(
    adviser: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make.draft(adviser, **changed)
    assert set(refused.value.fields) == {field}
    assert not Event.objects.visible_to(MACHINE).exists()


@pytest.mark.parametrize("role", [Role.ELECTED, Role.EXPERT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_field_prepares_events(role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.draft(accounts.actor(role))


def test_the_titles_follow_the_reader_and_french_stands_in(adviser: Actor) -> None:
    from django.utils import translation

    both, french = make.draft(adviser), make.draft(adviser, title_en="")
    with translation.override("en"):
        assert (both.title, french.title) == (
            "Breakfast of artisans",
            "Petit-déjeuner des artisans",
        )
    assert both.title == "Petit-déjeuner des artisans"
    assert both.kind_words == "Petit-déjeuner"


def test_the_states_of_a_record_and_of_a_list_are_the_same_rule(adviser: Actor) -> None:
    made = [make.draft(adviser), make.event(adviser)]
    closed = actions.close_registration(event=make.event(adviser), by=adviser)
    with clock.at(clock.parse_instant(DAY_ITSELF)):
        held = actions.hold_event(event=make.event(adviser), by=adviser)
    cancelled = actions.cancel_event(event=make.event(adviser), why=Why.HEALTH, by=adviser)
    every = {again(one).state: one.pk for one in [*made, closed, held, cancelled]}
    assert set(every) == set(State)
    for state in State:
        found = Event.objects.visible_to(MACHINE).filter(at(state))
        assert list(found.values_list("pk", flat=True)) == [every[state]], state


def test_an_event_is_held_on_its_day_not_before_and_once(adviser: Actor) -> None:
    event = make.event(adviser)
    with pytest.raises(Invalid):
        actions.hold_event(event=event, by=adviser)
    with clock.at(clock.parse_instant(DAY_ITSELF)):
        for _twice in range(2):
            actions.hold_event(event=event, by=adviser)
    (act,) = Act.objects.unscoped(reason="tests")
    assert (act.kind, act.occurred_on, act.commune) == ("events.event_held", make.DAY, "59350")
    assert act.scheme == event.scheme


def test_what_is_over_is_not_opened_again(adviser: Actor) -> None:
    event = make.event(adviser)
    with clock.at(clock.parse_instant(DAY_ITSELF)):
        actions.hold_event(event=event, by=adviser)
    for action in (actions.open_event, actions.close_registration):
        with pytest.raises(Conflict):
            action(event=event, by=adviser)


def test_cancelling_reverses_what_was_said_and_tells_who_was_to_come(adviser: Actor) -> None:
    event = make.event(adviser, seats=1)
    lines = [make.line(event, email=f"n{n}@a.example") for n in range(2)]
    actions.cancel_event(event=event, why=Why.TOO_FEW, by=adviser)
    assert effective() == []
    for line in lines:
        line.refresh_from_db()
        assert (line.seat, line.ended_because) == (None, Ended.EVENT)
    told = Message.objects.visible_to(MACHINE).filter(template="events/mails/cancelled.html")
    assert sorted(one.recipient for one in told) == ["n0@a.example", "n1@a.example"]
    with pytest.raises(Conflict):
        actions.cancel_event(event=event, why=Why.TOO_FEW, by=adviser)


def test_an_event_wrongly_said_held_is_cancelled_without_a_word_to_anybody(adviser: Actor) -> None:
    event = make.event(adviser)
    line = make.line(event, email="a@a.example")
    with clock.at(clock.parse_instant("2020-03-13T09:00")):
        actions.note_present(line=line, how=How.PAPER, by=adviser)
        assert "events.event_held" in effective()
        actions.cancel_event(event=event, why=Why.WRONG, by=adviser)
    assert effective() == []
    assert not Message.objects.visible_to(MACHINE).filter(template__contains="cancelled").exists()


def test_a_reason_is_one_of_ours_also_for_the_database(adviser: Actor) -> None:
    event = make.event(adviser)
    with pytest.raises(Invalid):
        actions.cancel_event(event=event, why="rain", by=adviser)
    event.cancelled_at = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()


def test_a_stale_change_is_refused(adviser: Actor) -> None:
    event = make.event(adviser)
    plan = make.plan(title_fr="Autre titre")
    actions.change_event(event=event, plan=plan, version=event.version, by=adviser)
    with pytest.raises(Conflict):
        actions.change_event(event=event, plan=make.plan(), version=event.version, by=adviser)
    assert again(event).title_fr == "Autre titre"


def test_fewer_seats_than_are_taken_are_refused_and_numbers_close_up(adviser: Actor) -> None:
    event = make.event(adviser, seats=4)
    lines = [make.line(event, email=f"n{n}@a.example") for n in range(4)]
    actions.end_registration(line=lines[0], because=Ended.TWICE, by=adviser)
    version = again(event).version
    with pytest.raises(Invalid) as refused:
        actions.change_event(event=event, plan=make.plan(seats=2), version=version, by=adviser)
    assert "seats" in refused.value.fields
    actions.change_event(event=event, plan=make.plan(seats=3), version=version, by=adviser)
    seated = Registration.objects.visible_to(MACHINE).seated()
    assert sorted(seated.values_list("seat", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"kind": "lunch"}, "kind"), ({"commune": "59512"}, "commune")],
)
def test_what_acts_tell_of_stays(adviser: Actor, changed: dict[str, Any], field: str) -> None:
    listed, held = make.event(adviser), make.event(adviser)
    make.line(listed)
    with clock.at(clock.parse_instant("2020-03-12T12:00")):
        held = actions.hold_event(event=held, by=adviser)  # nobody is on its list
    for event in (listed, held):
        with pytest.raises(Invalid) as refused:
            actions.change_event(
                event=event, plan=make.plan(**changed), version=event.version, by=adviser
            )
        assert set(refused.value.fields) == {field}


def test_its_day_moves_until_somebody_came(adviser: Actor) -> None:
    event = make.event(adviser)
    line = make.line(event)
    moved = make.plan(day=date(2020, 3, 2))
    event = actions.change_event(event=event, plan=moved, version=event.version, by=adviser)
    actions.note_present(line=line, how=How.LIST, by=adviser)
    version = again(event).version
    with pytest.raises(Invalid) as refused:
        actions.change_event(event=event, plan=make.plan(), version=version, by=adviser)
    assert set(refused.value.fields) == {"day"}


def test_another_organisation_changes_nothing(adviser: Actor) -> None:
    event, stranger = make.event(adviser), accounts.actor()
    for action in (actions.open_event, actions.close_registration, actions.hold_event):
        with pytest.raises(NotAllowed):
            action(event=event, by=stranger)
    with pytest.raises(NotAllowed):
        actions.cancel_event(event=event, why=Why.WRONG, by=stranger)
    with pytest.raises(NotAllowed):
        actions.change_event(event=event, plan=make.plan(), version=event.version, by=stranger)


def test_partners_are_kept_with_the_event(adviser: Actor) -> None:
    partner = accounts.organisation()
    event = make.event(adviser, partners=(partner,))
    assert list(event.partners.all()) == [partner]
    assert actions.Plan.of(event).partners == (partner,)
