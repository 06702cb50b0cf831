"""Every action of events in every state of an event, and by every role: what it answers and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, How, Origin, State, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from tests.factories import accounts, events as make, needs, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
BEFORE, MORNING, DURING, AFTER = (
    "2020-03-02T10:00",
    "2020-03-12T07:00",
    "2020-03-12T08:30",
    "2020-03-13T09:00",
)
FIELD = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant(BEFORE)):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def again(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).select_related("organisation").get(pk=event.pk)


def line_again(line: Registration) -> Registration:
    rows = Registration.objects.visible_to(MACHINE).select_related("event__organisation")
    return rows.get(pk=line.pk)


def brought(state: str, by: Actor, **given: Any) -> Event:
    """An event of the organisation that stands there."""
    if state == State.DRAFT:
        return make.draft(by, **given)
    event = make.event(by, **given)
    if state == State.CLOSED:
        return actions.close_registration(event=event, by=by)
    if state == State.CANCELLED:
        return actions.cancel_event(event=event, why=Why.HEALTH, by=by)
    if state == State.HELD:
        with clock.at(clock.parse_instant(DURING)):
            return actions.hold_event(event=event, by=by)
    return event


def every_act() -> list[tuple[str, bool]]:
    """What the ledger holds: each act with whether it stands."""
    every = Act.objects.unscoped(reason="tests")
    standing = set(every.effective().values_list("pk", flat=True))
    return [(act.kind, act.pk in standing) for act in every.order_by("pk")]


# States: five states, five actions, drawn by hand


def changed(event: Event, by: Actor) -> Event:
    plan = make.plan(place="Ailleurs")
    return actions.change_event(event=event, plan=plan, version=event.version, by=by)


def opened(event: Event, by: Actor) -> Event:
    return actions.open_event(event=event, by=by)


def closed(event: Event, by: Actor) -> Event:
    return actions.close_registration(event=event, by=by)


def held(event: Event, by: Actor) -> Event:
    return actions.hold_event(event=event, by=by)


def cancelled(event: Event, by: Actor) -> Event:
    return actions.cancel_event(event=event, why=Why.NO_ROOM, by=by)


NO = None
TABLE: dict[Callable[[Event, Actor], Event], dict[State, State | None]] = {
    changed: {
        State.DRAFT: State.DRAFT, State.OPEN: State.OPEN, State.CLOSED: State.CLOSED, State.HELD: State.HELD,
        State.CANCELLED: NO,
    },
    opened: {
        State.DRAFT: State.OPEN, State.OPEN: State.OPEN, State.CLOSED: State.OPEN, State.HELD: NO, State.CANCELLED: NO,
    },
    closed: {
        State.DRAFT: NO, State.OPEN: State.CLOSED, State.CLOSED: NO, State.HELD: NO, State.CANCELLED: NO,
    },
    held: {
        State.DRAFT: State.HELD, State.OPEN: State.HELD, State.CLOSED: State.HELD, State.HELD: State.HELD,
        State.CANCELLED: NO,
    },
    cancelled: {
        State.DRAFT: State.CANCELLED, State.OPEN: State.CANCELLED, State.CLOSED: State.CANCELLED,
        State.HELD: State.CANCELLED, State.CANCELLED: NO,
    },
}  # fmt: skip
CELLS = [(action, state, after) for action, row in TABLE.items() for state, after in row.items()]


@pytest.mark.parametrize(
    ("action", "state", "after"),
    CELLS,
    ids=[f"{action.__name__}-{state.value}" for action, state, _after in CELLS],
)
def test_an_action_leads_from_a_state_to_one_state_or_is_refused_and_changes_nothing(
    adviser: Actor, action: Callable[[Event, Actor], Event], state: State, after: State | None
) -> None:
    event = again(brought(state, adviser))
    assert event.state is state
    acts = every_act()
    with clock.at(clock.parse_instant(AFTER)):
        if after is NO:
            with pytest.raises(Conflict) as refused:
                action(event, adviser)
            assert str(refused.value)
            assert (again(event).state, again(event).version) == (state, event.version)
            assert every_act() == acts
        else:
            action(event, adviser)
            assert again(event).state is after


@pytest.mark.parametrize("state", list(State))
def test_only_an_open_event_takes_a_registration(adviser: Actor, state: State) -> None:
    event = brought(state, adviser)
    if state is State.OPEN:
        assert make.line(event).seat == 1
        return
    with pytest.raises(Conflict):
        make.line(event)
    assert not Registration.objects.visible_to(MACHINE).exists()


@pytest.mark.parametrize("state", list(State))
def test_who_arrives_is_noted_whatever_the_state_but_for_what_was_cancelled(
    adviser: Actor, state: State
) -> None:
    """Whoever is there says by it that the event took place, also when nobody ever announced it."""
    event = brought(state, adviser)
    with clock.at(clock.parse_instant(DURING)):
        who = actions.Walker(people=3)
        if state is State.CANCELLED:
            with pytest.raises(Conflict):
                actions.note_arrival(event=event, who=who, by=adviser)
            return
        actions.note_arrival(event=event, who=who, by=adviser)
    found = again(event)
    assert found.state is State.HELD
    assert found.opened_at is not None
    kinds = [kind for kind, stands in every_act() if stands]
    assert kinds == ["events.event_held", "events.people_came"]


@pytest.mark.parametrize("state", [State.DRAFT, State.CLOSED, State.HELD, State.CANCELLED])
def test_one_invites_to_what_takes_registrations_only(adviser: Actor, state: State) -> None:
    with pytest.raises(Conflict):
        actions.invite(event=brought(state, adviser), by=adviser)


@pytest.mark.parametrize(
    ("instant", "refused"), [(BEFORE, True), (MORNING, False), (DURING, False), (AFTER, False)]
)
def test_presence_and_holding_wait_for_the_day_whatever_the_hour(
    adviser: Actor, instant: str, refused: bool
) -> None:
    line = make.line(make.event(adviser))
    with clock.at(clock.parse_instant(instant)):
        for action in (
            lambda: actions.hold_event(event=line.event, by=adviser),
            lambda: actions.note_present(line=line, how=How.LIST, by=adviser),
            lambda: actions.note_arrival(event=line.event, who=actions.Walker(), by=adviser),
        ):
            if refused:
                with pytest.raises(Invalid):
                    action()
            else:
                action()
    assert bool(again(line.event).held_at) is not refused


def test_an_event_moved_to_another_day_is_held_on_that_day(adviser: Actor) -> None:
    event = make.event(adviser)
    plan = make.plan(day=date(2020, 3, 19))
    event = actions.change_event(event=event, plan=plan, version=event.version, by=adviser)
    with clock.at(clock.parse_instant(AFTER)), pytest.raises(Invalid):
        actions.hold_event(event=event, by=adviser)
    with clock.at(clock.parse_instant("2020-03-20T09:00")):
        actions.hold_event(event=event, by=adviser)
    (act,) = Act.objects.unscoped(reason="tests")
    assert (act.occurred_on, act.recorded_at.date()) == (
        date(2020, 3, 19),
        date(2020, 3, 20),
    )


def test_a_cancelled_event_keeps_its_history_and_each_reversal_its_reason(adviser: Actor) -> None:
    event = make.event(adviser, kind="fair")
    line = make.line(event, register.establishment(), email="a@a.example")
    with clock.at(clock.parse_instant(DURING)):
        actions.note_present(line=line, how=How.LIST, by=adviser)
        who = actions.Walker(establishment=register.establishment())
        actions.note_arrival(event=event, who=who, by=adviser, origin=Origin.STAND)
        actions.cancel_event(event=event, why=Why.WRONG, by=adviser)
    told = every_act()
    assert not any(stands for _kind, stands in told)
    said = {"events.event_held", "events.firm_registered", "events.firm_came", "events.firm_met"}
    assert {kind for kind, _stands in told} == said
    reversals = Act.objects.unscoped(reason="tests").filter(reverses__isnull=False)
    assert reversals.count() == len(said)
    assert set(reversals.values_list("reason_code", flat=True)) == {Why.WRONG.value}


# Rights


def attempts(event: Event, line: Registration, by: Actor) -> dict[str, Callable[[], object]]:
    """Each action that runs an event, as somebody tries it."""
    return {
        "change": lambda: changed(again(event), by),
        "open": lambda: opened(event, by),
        "close": lambda: closed(event, by),
        "hold": lambda: held(event, by),
        "cancel": lambda: cancelled(event, by),
        "invite": lambda: actions.invite(event=event, by=by),
        "register": lambda: actions.register(
            event=event, who=make.attendee(), origin=Origin.ADVISER, by=by
        ),
        "end": lambda: actions.end_registration(line=line, because=Ended.TWICE, by=by),
        "present": lambda: actions.note_present(line=line, how=How.LIST, by=by),
        "absent": lambda: actions.note_absent(line=line, by=by),
        "arrival": lambda: actions.note_arrival(event=event, who=actions.Walker(), by=by),
        "identify": lambda: actions.identify(line=line, establishment=None, by=by),
        "concern": lambda: actions.raise_concern(
            line=line, asked=needs.asked(), agreed=False, by=by
        ),
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in FIELD])
def test_no_role_out_of_the_field_runs_the_events_even_of_their_own_organisation(
    adviser: Actor, role: Role
) -> None:
    event = make.event(adviser)
    line = make.line(event, register.establishment())
    somebody = accounts.actor(role, event.organisation)
    before = every_act()
    with clock.at(clock.parse_instant(MORNING)):
        for name, attempt in attempts(event, line, somebody).items():
            with pytest.raises(NotAllowed):
                attempt()
            assert every_act() == before, name
    assert again(event).version == event.version


@pytest.mark.parametrize("role", FIELD)
def test_a_partner_whom_the_calendar_is_shared_with_runs_nothing(
    adviser: Actor, role: Role
) -> None:
    event = make.event(adviser)
    line = make.line(event, register.establishment())
    partner = accounts.actor(role)
    accounts.share(adviser.acting_for(), partner.acting_for(), "events")
    with clock.at(clock.parse_instant(MORNING)):
        for attempt in attempts(event, line, partner).values():
            with pytest.raises(NotAllowed):
                attempt()


@pytest.mark.parametrize("role", FIELD)
def test_a_colleague_of_the_field_runs_what_another_prepared(adviser: Actor, role: Role) -> None:
    event = make.event(adviser)
    line = make.line(event, register.establishment())
    colleague = accounts.actor(role, event.organisation)
    with clock.at(clock.parse_instant(MORNING)):
        for name in ("change", "close", "open", "register", "concern", "present", "absent", "end"):
            attempts(event, line_again(line), colleague)[name]()
    assert line_again(line).ended_because == Ended.TWICE


def test_nobody_is_a_machine_of_another_organisation(adviser: Actor) -> None:
    event = make.event(adviser)
    other = System("somebody else", organisation=accounts.organisation())
    with pytest.raises(NotAllowed):
        actions.register(event=event, who=make.attendee(), origin=Origin.FORM, by=other)
    with pytest.raises(NotAllowed):
        actions.create_event(plan=make.plan(), by=other)


# What is typed twice, stale or wrong


def test_two_forms_of_one_version_are_one_change_and_one_conflict_with_its_remedy(
    adviser: Actor,
) -> None:
    event = make.event(adviser)
    first, second = make.plan(seats=20), make.plan(seats=30)
    actions.change_event(event=event, plan=first, version=event.version, by=adviser)
    with pytest.raises(Conflict) as refused:
        actions.change_event(event=event, plan=second, version=event.version, by=adviser)
    assert refused.value.remedy
    assert (again(event).seats, again(event).version) == (20, event.version + 1)


@pytest.mark.parametrize(
    "action", [opened, closed, held, cancelled], ids=lambda action: action.__name__
)
def test_each_step_of_an_event_makes_older_forms_stale(
    adviser: Actor, action: Callable[[Event, Actor], Event]
) -> None:
    event = again(make.event(adviser))
    with clock.at(clock.parse_instant(DURING)):
        action(event, adviser)
        with pytest.raises(Conflict):
            actions.change_event(event=event, plan=make.plan(), version=event.version, by=adviser)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "lunch"},
        {"title_fr": "Autre"},
        {"day": date(2020, 3, 13)},
        {"starts_at": time(9)},
        {"commune": "59512"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_a_key_used_for_another_event_is_refused(adviser: Actor, other: dict[str, Any]) -> None:
    made = actions.create_event(plan=make.plan(), by=adviser, once="key")
    with pytest.raises(Conflict):
        actions.create_event(plan=make.plan(**other), by=adviser, once="key")
    assert list(Event.objects.visible_to(MACHINE)) == [made]


@pytest.mark.parametrize("other", [{"name": "Zoe"}, {"email": "zoe@a.example"}])
def test_a_key_used_for_somebody_else_is_refused(adviser: Actor, other: dict[str, str]) -> None:
    event = make.event(adviser)
    one = make.line(event, once="key", email="ada@a.example")
    with pytest.raises(Conflict):
        make.line(event, once="key", **({"email": "ada@a.example"} | other))
    with pytest.raises(Conflict):
        make.line(make.event(adviser), once="key", email="ada@a.example")
    assert list(Registration.objects.visible_to(MACHINE)) == [one]


@pytest.mark.parametrize("other", [{"name": "Zoe"}, {"people": 2}])
def test_a_key_used_for_another_arrival_is_refused(adviser: Actor, other: dict[str, Any]) -> None:
    event = make.event(adviser)
    with clock.at(clock.parse_instant(DURING)):
        who = actions.Walker(name="Ada")
        for _twice in range(2):
            actions.note_arrival(event=event, who=who, by=adviser, once="key")
        walker = actions.Walker(**({"name": "Ada"} | other))
        with pytest.raises(Conflict):
            actions.note_arrival(event=event, who=walker, by=adviser, once="key")
    assert Registration.objects.visible_to(MACHINE).count() == 1
    assert every_act().count(("events.people_came", True)) == 1


def test_a_key_of_a_need_used_for_another_need_is_refused(adviser: Actor) -> None:
    line = make.line(make.event(adviser), register.establishment())
    asked = needs.asked("energy", expressed_on=date(2020, 3, 2))
    other = needs.asked("online", expressed_on=date(2020, 3, 2))
    actions.raise_concern(line=line, asked=asked, agreed=True, by=adviser, once="key")
    with pytest.raises(Conflict):
        actions.raise_concern(line=line, asked=other, agreed=True, by=adviser, once="key")


@pytest.mark.parametrize(
    ("seats", "wrong"), [(0, False), (1, False), (5000, False), (-1, True), (5001, True)]
)
def test_the_number_of_seats_is_held_to_its_bounds(adviser: Actor, seats: int, wrong: bool) -> None:
    if wrong:
        with pytest.raises(Invalid) as refused:
            make.draft(adviser, seats=seats)
        assert "5" in str(refused.value.fields["seats"])
    else:
        assert make.draft(adviser, seats=seats).seats == seats


def test_everything_wrong_is_said_at_once(adviser: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        make.draft(
            adviser, kind="x", title_fr="", place=" ", ends_at=time(1), day=date(1900, 1, 1), seats=-1, commune="Lille",
        )  # fmt: skip
    assert {"kind", "title_fr", "place", "ends_at", "day", "seats"} <= set(refused.value.fields)


def test_what_is_typed_is_kept_without_spaces_around_it(adviser: Actor) -> None:
    event = make.draft(adviser, title_fr="  Matin  ", place=" Ici ", guide=" Zoe ")
    assert (event.title_fr, event.place, event.guide) == ("Matin", "Ici", "Zoe")
    line = make.line(make.event(adviser), name="  Ada ", email=" a@a.example ", phone=" 03 ")
    assert (line.name, line.email, line.phone) == ("Ada", "a@a.example", "03")


def test_nothing_is_half_done_when_a_change_is_refused(adviser: Actor) -> None:
    event = make.event(adviser, seats=3)
    for name in "abc":
        make.line(event, name=name, email=f"{name}@a.example")
    plan = make.plan(seats=2, kind="lunch", commune="59512", place="Ailleurs")
    with pytest.raises(Invalid) as refused:
        actions.change_event(event=event, plan=plan, version=event.version, by=adviser)
    assert set(refused.value.fields) == {"seats", "kind", "commune"}
    found = again(event)
    assert (found.seats, found.kind, found.place) == (3, "breakfast", "Chez Jeannot")
