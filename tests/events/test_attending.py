"""Who came: ticked, entered from paper, arrived without a seat, met at a stand; taken back by reversal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.accounts.actors import Actor, System
from maillage.events import actions, reading
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, How, Origin, State, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _before() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def day() -> Iterator[None]:
    """From here on it is the morning of the event."""
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        yield


def came() -> list[tuple[str, int | None, int | None]]:
    every = Act.objects.unscoped(reason="tests").effective().order_by("id")
    told = ("events.firm_came", "events.people_came", "events.firm_met")
    return [(a.kind, a.establishment_id, a.quantity) for a in every if a.kind in told]


def again(line: Registration) -> Registration:
    return Registration.objects.visible_to(MACHINE).select_related("event").get(pk=line.pk)


def later(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).get(pk=event.pk)


def test_a_tap_notes_a_firm_once_and_says_that_the_event_took_place(adviser: Actor) -> None:
    event, firm = make.event(adviser), register.establishment()
    line = make.line(event, firm)
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        for _twice in range(2):
            actions.note_present(line=line, how=How.LIST, by=adviser)
    assert came() == [("events.firm_came", firm.pk, 1)]
    assert later(event).state is State.HELD
    assert (again(line).is_present, again(line).came_by) == (True, How.LIST)


def test_nobody_is_present_before_the_day(adviser: Actor) -> None:
    event = make.event(adviser)
    line = make.line(event)
    with pytest.raises(Invalid):
        actions.note_present(line=line, how=How.LIST, by=adviser)
    with pytest.raises(Invalid):
        actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
    assert came() == []


def test_a_paper_list_is_entered_weeks_afterwards_on_the_day_of_the_event(adviser: Actor) -> None:
    line = make.line(make.event(adviser), register.establishment())
    with clock.at(clock.parse_instant("2020-04-20T16:00")):
        actions.note_present(line=line, how=How.PAPER, by=adviser)
    act = Act.objects.unscoped(reason="tests").get(kind="events.firm_came")
    assert (act.occurred_on, act.recorded_at.date().isoformat()) == (make.DAY, "2020-04-20")
    assert again(line).came_by == How.PAPER


def test_who_was_not_there_after_all_is_reversed_and_may_be_noted_again(adviser: Actor) -> None:
    line = make.line(make.event(adviser), register.establishment())
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=line, how=How.LIST, by=adviser)
        for _twice in range(2):
            actions.note_absent(line=line, by=adviser)
        assert came() == []
        reversal = Act.objects.unscoped(reason="tests").get(reverses__isnull=False)
        assert reversal.reason_code == Ended.NOT_THERE
        assert again(line).was_missed
        actions.note_present(line=line, how=How.LIST, by=adviser)
        assert len(came()) == 1


def test_who_waited_and_came_all_the_same_is_present_without_a_seat(adviser: Actor) -> None:
    event = make.event(adviser, seats=1)
    make.line(event, email="a@a.example")
    waiting = make.line(event, email="b@a.example")
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=waiting, how=How.LIST, by=adviser)
    kinds = [
        act.kind for act in Act.objects.unscoped(reason="t").filter(source_key=str(waiting.key))
    ]
    assert kinds == ["events.people_came"]
    assert waits(event, adviser) == [0, 0, 0]
    with clock.at(clock.parse_instant("2020-03-12T08:20")):
        actions.note_absent(line=waiting, by=adviser)
    assert waits(event, adviser) == [1, 1, 1]


def waits(event: Event, by: Actor) -> list[int]:
    """How many wait: as seats are given out, as lists of events count, as its own list tells."""
    lines = Registration.objects.visible_to(MACHINE).filter(event=event)
    counted = Event.objects.visible_to(MACHINE).with_counts().get(pk=event.pk)
    told = reading.standing_of(event, reading.lines_of(event, by))
    return [lines.waiting().count(), counted.waiting, told.waiting]  # type: ignore[attr-defined]


def test_who_is_present_gives_nothing_up(adviser: Actor) -> None:
    line = make.line(make.event(adviser))
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=line, how=How.LIST, by=adviser)
        with pytest.raises(Conflict):
            actions.end_registration(line=line, because=Ended.GIVEN_UP, by=adviser)


@pytest.mark.usefixtures("day")
class TestOnTheDay:
    def test_people_without_a_firm_are_counted_where_the_event_is(self, adviser: Actor) -> None:
        event = make.event(adviser, kind="awareness")
        who = actions.Walker(people=27)
        for _twice in range(2):
            actions.note_arrival(event=event, who=who, by=adviser, once="class")
        (act,) = Act.objects.unscoped(reason="tests").filter(kind="events.people_came")
        assert (act.quantity, act.unit, act.commune) == (27, "person", "59350")
        with pytest.raises(Conflict):
            actions.note_arrival(
                event=event, who=actions.Walker(people=28), by=adviser, once="class"
            )

    @pytest.mark.parametrize("people", [0, -3, 2001])
    def test_a_number_that_counts_nobody_is_refused(self, adviser: Actor, people: int) -> None:
        with pytest.raises(Invalid) as refused:
            actions.note_arrival(
                event=make.event(adviser), who=actions.Walker(people=people), by=adviser
            )
        assert "people" in refused.value.fields

    def test_a_firm_that_walked_in_is_an_act_and_takes_no_seat(self, adviser: Actor) -> None:
        event, firm = make.event(adviser), register.establishment()
        who = actions.Walker(establishment=firm, people=2)
        line = actions.note_arrival(event=event, who=who, by=adviser)
        assert came() == [("events.firm_came", firm.pk, 2)]
        assert (line.seat, line.origin) == (None, Origin.DOOR)
        actions.note_absent(line=line, by=adviser)
        assert came() == []
        assert again(line).ended_because == Ended.NOT_THERE

    def test_a_firm_is_met_at_a_stand_of_a_fair_only(self, adviser: Actor) -> None:
        firm = register.establishment()
        who = actions.Walker(establishment=firm)
        fair = make.event(adviser, kind="fair")
        actions.note_arrival(event=fair, who=who, by=adviser, origin=Origin.STAND)
        assert came() == [("events.firm_met", firm.pk, 1)]
        for event, walker in ((fair, actions.Walker(name="Ada")), (make.event(adviser), who)):
            with pytest.raises(Invalid):
                actions.note_arrival(event=event, who=walker, by=adviser, origin=Origin.STAND)

    def test_a_firm_learned_afterwards_reverses_the_person(self, adviser: Actor) -> None:
        event, firm = make.event(adviser), register.establishment()
        line = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
        assert came() == [("events.people_came", None, 1)]
        actions.identify(line=line, establishment=firm, by=adviser)
        assert came() == [("events.firm_came", firm.pk, 1)]
        actions.identify(line=line, establishment=None, by=adviser)
        assert came() == [("events.people_came", None, 1)]

    def test_a_firm_met_at_a_stand_is_never_nobody(self, adviser: Actor) -> None:
        firm, other = register.establishment(), register.establishment()
        line = actions.note_arrival(
            event=make.event(adviser, kind="fair"), who=actions.Walker(establishment=firm),
            by=adviser, origin=Origin.STAND,
        )  # fmt: skip
        with pytest.raises(Invalid):
            actions.identify(line=line, establishment=None, by=adviser)
        assert came() == [("events.firm_met", firm.pk, 1)]
        actions.identify(line=line, establishment=other, by=adviser)
        assert came() == [("events.firm_met", other.pk, 1)]

    def test_nobody_is_of_a_firm_that_no_load_tells_of(self, adviser: Actor) -> None:
        event, unknown = make.event(adviser), register.establishment(spelled=False)
        line = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
        for attempt in (
            lambda: actions.identify(line=line, establishment=unknown, by=adviser),
            lambda: actions.note_arrival(
                event=event, who=actions.Walker(establishment=unknown), by=adviser
            ),
        ):
            with pytest.raises(Invalid, match="ne connaît pas"):
                attempt()
        assert came() == [("events.people_came", None, 1)]

    def test_a_line_that_ended_is_not_present(self, adviser: Actor) -> None:
        event = make.event(adviser)
        line = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
        actions.note_absent(line=line, by=adviser)
        with pytest.raises(Conflict):
            actions.note_present(line=line, how=How.LIST, by=adviser)
        with pytest.raises(Conflict):
            actions.identify(line=line, establishment=None, by=adviser)

    def test_nobody_else_keeps_the_list(self, adviser: Actor) -> None:
        event = make.event(adviser)
        line = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
        stranger = accounts.actor()
        for attempt in (
            lambda: actions.note_absent(line=line, by=stranger),
            lambda: actions.note_present(line=line, how=How.LIST, by=stranger),
            lambda: actions.identify(line=line, establishment=None, by=stranger),
            lambda: actions.note_arrival(event=event, who=actions.Walker(), by=stranger),
        ):
            with pytest.raises(NotAllowed):
                attempt()

    def test_a_cancelled_event_has_nobody(self, adviser: Actor) -> None:
        event = actions.cancel_event(event=make.event(adviser), why=Why.HEALTH, by=adviser)
        with pytest.raises(Conflict):
            actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
