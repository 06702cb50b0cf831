"""What the timeline of a firm tells of events, to whom; how lists count; what is read of a place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.events import actions, lines, reading
from maillage.events.models import Event, Registration
from maillage.events.permissions import can_hold_events, can_read_list, can_register, can_run_event
from maillage.kernel import clock
from tests.factories import accounts, events as make, places as geography, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


def test_a_timeline_tells_the_event_to_who_holds_it_and_to_nobody_else() -> None:
    by = accounts.actor()
    line = make.line(make.event(by), register.establishment())
    told = lines.registrations([str(line.key)], by)[str(line.key)]
    assert (told.title, told.detail) == (
        "Petit-déjeuner des artisans",
        "Petit-déjeuner, 12 mars 2020",
    )
    assert lines.registrations([str(line.key)], accounts.actor()) == {}


def test_an_event_is_told_to_partners_it_is_shared_with() -> None:
    by, partner = accounts.actor(), accounts.actor()
    event = make.event(by)
    assert lines.events([str(event.key)], partner) == {}
    accounts.share(by.acting_for(), partner.acting_for(), "events")
    assert str(event.key) in lines.events([str(event.key)], accounts_again(partner))


def accounts_again(actor):  # type: ignore[no-untyped-def]
    """The same person, whose shares are read anew."""
    from maillage.accounts import actors

    return actors.of(actor.membership)


def test_a_list_counts_seats_waits_presence_people_and_firms() -> None:
    by = accounts.actor()
    event, firm = make.event(by, seats=2), register.establishment()
    came = make.line(event, firm, email="a@a.example")
    make.line(event, email="b@a.example")
    make.line(event, email="c@a.example")
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=came, how="list", by=by)
        actions.note_arrival(event=event, who=actions.Walker(establishment=firm, people=3), by=by)
        found = Event.objects.visible_to(by).with_counts().get()
        told = reading.standing_of(found, reading.lines_of(found, by))
    assert (found.seated, found.waiting, found.came) == (2, 1, 2)  # type: ignore[attr-defined]
    assert (told.seated, told.waiting, told.came, told.missed) == (2, 1, 2, 1)
    assert (told.people, told.firms, told.left) == (4, 1, 0)
    assert told.share_missed == 0.5


def test_an_event_without_seats_has_no_share_of_no_shows() -> None:
    by = accounts.actor()
    event = make.event(by, seats=0)
    assert reading.standing_of(event, []).share_missed is None


def test_seats_are_left_only_while_nobody_waits() -> None:
    event = make.event(seats=3)
    event.seated, event.waiting = 2, 0  # type: ignore[attr-defined]
    assert event.left == 1
    event.waiting = 1  # type: ignore[attr-defined]
    assert event.left == 0


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ADVISER, True),
        (Role.OFFICER, True),
        (Role.SERVICE_MANAGER, True),
        (Role.EXPERT, False),
        (Role.AUDITOR, False),
        (Role.ELECTED, False),
    ],
)
def test_who_works_in_the_field_runs_the_events_of_their_own(role: Role, may: bool) -> None:
    event = make.event()
    own, other = accounts.actor(role, event.organisation), accounts.actor(role)
    assert can_hold_events(own) is may
    assert can_run_event(own, event) is can_read_list(own, event) is may
    assert can_register(own, event) is may
    assert not can_run_event(other, event)
    assert not can_register(other, event)


def test_a_list_is_read_by_its_owner_an_auditor_of_theirs_and_the_machine() -> None:
    event = make.event()
    make.line(event)
    rows = Registration.objects
    assert rows.visible_to(MACHINE).count() == 1
    assert rows.visible_to(make.owner_of(event)).count() == 1
    assert not rows.visible_to(accounts.actor()).exists()
    assert not rows.visible_to(accounts.actor(Role.AUDITOR)).exists()


def test_an_address_reads_back_what_it_asked_for() -> None:
    wanted = reading.Wanted.of({"quand": "tous", "nature": "fair", "etat": "held"})
    assert wanted == reading.Wanted("tous", "fair", "held")
    assert reading.Wanted.of({"nature": "Lille'"}) == reading.Wanted()


def test_an_event_is_told_in_its_neighbourhood_outside_of_all_or_nowhere_known() -> None:
    geography.district("QP059001", "Les Tisserands")
    where = {"lat": 50.65, "commune": "59350"}
    told = [
        reading.district_of(make.event(**position))
        for position in ({}, where | {"lon": 3.05}, where | {"lon": 3.2})
    ]
    assert told == [None, "Les Tisserands", ""]
