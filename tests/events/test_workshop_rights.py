"""Who may do what with workshops and what was said there: one table, by act and by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions, programme
from maillage.events.models import Choice, Contribution, Event, Registration, Workshop
from maillage.events.vocabulary import Why
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.needs.models import Need
from tests.events.test_pages import signed, url
from tests.factories import accounts, events as make, needs, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
CONFIDED = "Le bail du voisin"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-12T12:00")):
        yield


@dataclass
class Held:
    """An assembly day that took place: a workshop, a firm that was there, what it said."""

    by: Actor
    event: Event
    room: Workshop
    line: Registration
    said: Contribution


@pytest.fixture
def held() -> Held:
    by = accounts.actor()
    event = make.assembly(by)
    room = make.workshop(event, by=by)
    who = actions.Walker(establishment=register.establishment(), name="Ada")
    line = actions.note_arrival(event=event, who=who, by=by)
    actions.choose_workshops(line=line, workshops=[room], by=by)
    return Held(by, event, room, line, make.contribution(room, line, by=by, words=CONFIDED))


def raise_it(held: Held, by: Actor) -> Need:
    asked = needs.asked("energy", expressed_on=make.DAY)
    return actions.raise_contribution(contribution=held.said, asked=asked, agreed=True, by=by)


ACTS: list[Callable[[Held, Actor], Any]] = [
    lambda held, by: make.workshop(held.event, by=by, title_fr="Un autre"),
    lambda held, by: actions.change_workshop(workshop=held.room, plan=make.workshop_plan(), version=1, by=by),
    lambda held, by: actions.choose_workshops(line=held.line, workshops=[], by=by),
    lambda held, by: make.contribution(held.room, by=by),
    raise_it,
    lambda held, by: actions.take_contribution_back(contribution=held.said, by=by),
    lambda held, by: actions.cancel_workshop(workshop=make.workshop(held.event), why=Why.WRONG, by=by),
]  # fmt: skip

# role, of the organisation that holds the day or of another | writes and reads names | reads the event and its programme
WHO = [
    (Role.ADVISER, True, True, 200),
    (Role.OFFICER, True, True, 200),
    (Role.SERVICE_MANAGER, True, True, 200),
    (Role.EXPERT, True, False, 200),
    (Role.ELECTED, True, False, 403),
    (Role.AUDITOR, True, False, 200),
    (Role.ADVISER, False, False, 404),
    (Role.SERVICE_MANAGER, False, False, 404),
    (Role.EXPERT, False, False, 404),
    (Role.ELECTED, False, False, 403),
    (Role.AUDITOR, False, False, 200),
]


def somebody(held: Held, role: Role, is_own: bool) -> Actor:
    return accounts.actor(role, held.event.organisation if is_own else None)


@pytest.mark.parametrize(("role", "is_own", "writes", "reads"), WHO)
def test_who_does_what_by_act_and_by_page(
    client: Client, held: Held, role: Role, is_own: bool, writes: bool, reads: int
) -> None:
    actor = somebody(held, role, is_own)
    signed(client, actor)
    names = {
        "workshop": held.room, "change_workshop": held.room, "cancel_workshop": held.room, "contribute": held.room,
        "contribution_need": held.said, "choose": held.line, "proceedings": held.event, "paper_list": held.event,
        "new_workshop": held.event, "proceedings_pdf": held.event,
    }  # fmt: skip
    for name, one in names.items():
        answer = client.get(url(name, one.key))
        assert (answer.status_code == 200) is writes, name
        assert writes or CONFIDED not in answer.content.decode(errors="replace"), name
    answer = client.get(url("event", held.event.key))
    assert answer.status_code == reads
    assert (url("contribute", held.room.key) in answer.content.decode()) is False
    assert writes or CONFIDED not in answer.content.decode()
    for act in ACTS:
        if writes:
            act(held, actor)
        else:
            with pytest.raises(NotAllowed):
                act(held, actor)
    now = Workshop.objects.visible_to(MACHINE).get(pk=held.room.pk)
    assert (now.version > 1) is writes


@pytest.mark.parametrize("role", [Role.ADVISER, Role.SERVICE_MANAGER, Role.EXPERT, Role.AUDITOR])
def test_a_foreign_organisation_to_which_events_are_shared_reads_the_programme_and_no_name(
    client: Client, held: Held, role: Role
) -> None:
    partner = accounts.actor(role)
    accounts.share(held.event.organisation, partner.acting_for(), "events")
    signed(client, partner)
    told = client.get(url("event", held.event.key)).content.decode()
    assert held.room.title_fr in told
    for hidden in ("Ada", CONFIDED, url("workshop", held.room.key)):
        assert hidden not in told
    assert list(Workshop.objects.visible_to(partner)) == [held.room]
    assert not Choice.objects.visible_to(partner).exists()
    assert not Contribution.objects.visible_to(partner).exists()
    assert programme.said_in(held.room, partner) == []
    assert programme.who_is_for(held.room, partner) == []
    assert programme.speakers(held.room, partner) == []
    assert not programme.told_at(held.event, partner).words


def test_everybody_reads_the_programme_of_a_day_that_is_announced_and_nothing_else(
    client: Client, held: Held
) -> None:
    with clock.at(clock.parse_instant("2020-03-02T12:00")):
        told = client.get(url("announced", held.event.key)).content.decode()
        assert held.room.title_fr in told
        assert CONFIDED not in told
        assert "Ada" not in told
        draft = make.draft(held.by, kind="assembly")
        make.workshop(draft, by=held.by, starts_at=draft.starts_at, ends_at=draft.ends_at)
        assert client.get(url("announced", draft.key)).status_code == 404
        assert programme.announced(draft) == []
    for name, one in (("workshop", held.room), ("contribute", held.room), ("choose", held.line)):
        answer = client.get(url(name, one.key))
        assert answer.status_code == 302, "asked to sign in first"


def test_a_need_made_of_what_was_said_is_seen_by_who_sees_needs_alone(held: Held) -> None:
    need = raise_it(held, held.by)
    assert programme.said_in(held.room, held.by) == [(held.said, need)]
    colleague = accounts.actor(Role.OFFICER, held.event.organisation)
    ((_said, seen),) = programme.said_in(held.room, colleague)
    assert (seen == need) is Need.objects.visible_to(colleague).filter(pk=need.pk).exists()
