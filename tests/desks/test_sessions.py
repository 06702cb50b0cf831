"""Places of welcome and desk hours: opened, planned week after week, held, cancelled, closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.actions import Hours, Where
from maillage.desks.models import Place, Session
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.places.hours import HourField
from tests.factories import accounts, desks as make, places as geography

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def manager() -> Actor:
    return make.manager_of(None)


def hours(first: str = "2020-07-01", last: str | None = None, **told: Any) -> Hours:
    given: dict[str, Any] = {"starts_at": time(9), "ends_at": time(12)} | told
    until = date.fromisoformat(last) if last else None
    return Hours(first=date.fromisoformat(first), last=until, **given)


def planned(manager: Actor, when: Hours, at: Place | None = None, **more: Any) -> list[Session]:
    where = at or make.place(manager.organisation)
    assert manager.person is not None
    return actions.plan_sessions(place=where, holder=manager.person, hours=when, by=manager, **more)  # type: ignore[arg-type]


def standing() -> list[Act]:
    return list(Act.objects.unscoped(reason="test").effective())


def test_hours_come_back_every_week_but_on_public_holidays(manager: Actor) -> None:
    found = planned(manager, hours("2020-07-07", "2020-07-28"))
    assert [one.day.isoformat() for one in found] == ["2020-07-07", "2020-07-21", "2020-07-28"]
    assert standing() == []  # what is planned is no act


@pytest.mark.parametrize(("every", "count"), [(1, 9), (2, 5), (4, 3)])
def test_hours_come_back_every_so_many_weeks(manager: Actor, every: int, count: int) -> None:
    assert len(planned(manager, hours("2020-09-01", "2020-10-27", every=every))) == count


def test_without_a_last_day_there_is_one_session(manager: Actor) -> None:
    assert len(planned(manager, hours())) == 1


@pytest.mark.parametrize(
    "told",
    [
        hours(ends_at=time(9)),
        hours("2020-07-01", "2020-06-30"),
        hours("2020-07-01", "2021-07-30"),
        hours(every=3),
        hours("2020-07-14"),
    ],
)
def test_hours_that_hold_no_session_are_refused(manager: Actor, told: Hours) -> None:
    with pytest.raises(Invalid):
        planned(manager, told)


def test_a_plan_sent_twice_is_planned_once(manager: Actor) -> None:
    where, when = make.place(manager.organisation), hours("2020-09-01", "2020-09-15")
    first = planned(manager, when, where, once="k")
    assert planned(manager, when, where, once="k") == first
    with pytest.raises(Conflict):
        planned(manager, when, once="k")


def test_the_same_morning_is_planned_once_for_one_person(manager: Actor) -> None:
    where = make.place(manager.organisation)
    planned(manager, hours(), where)
    with pytest.raises(Conflict):
        planned(manager, hours("2020-06-24", "2020-07-08"), where)
    assert Session.objects.unscoped(reason="test").count() == 1  # none of the others is planned


def test_a_desk_is_held_by_somebody_of_the_organisation(manager: Actor) -> None:
    stranger = accounts.person()
    with pytest.raises(Invalid):
        actions.plan_sessions(
            place=make.place(manager.organisation), holder=stranger, hours=hours(), by=manager
        )


def test_a_desk_is_planned_by_the_organisation_of_the_place(manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        planned(manager, hours(), make.place())


def test_a_session_is_held_though_nobody_came_and_once() -> None:
    held = make.session()
    by = make.holder(held)
    actions.hold_session(session=held, by=by)
    again = actions.hold_session(session=held, by=by)
    (act,) = standing()
    assert (act.kind, act.quantity) == ("desks.session_held", 180)
    assert again.state == "held"


def test_a_session_to_come_is_not_held() -> None:
    later = make.session(day=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        actions.hold_session(session=later, by=make.holder(later))


def test_a_session_held_by_mistake_is_cancelled_and_its_act_reversed() -> None:
    held = make.session()
    by = make.holder(held)
    actions.hold_session(session=held, by=by)
    gone = actions.cancel_session(session=held, reason="session_mistake", by=by)
    assert standing() == []
    assert gone.cancelled_because == "session_mistake"
    with pytest.raises(Conflict):
        actions.hold_session(session=held, by=by)
    with pytest.raises(Invalid):
        actions.cancel_session(session=make.session(by, held.place), reason="", by=by)


def test_a_cancelled_morning_may_be_planned_again(manager: Actor) -> None:
    where = make.place(manager.organisation)
    (first,) = planned(manager, hours(), where)
    actions.cancel_session(session=first, reason="away", by=manager)
    assert planned(manager, hours(), where)


def test_where_a_session_stands_is_read_from_its_day() -> None:
    adviser = accounts.actor()
    where = make.place(adviser.organisation)
    gone = make.session(adviser, where, TODAY - timedelta(days=1))
    today, later = make.session(adviser, where), make.session(adviser, where, TODAY + timedelta(7))
    assert [one.state for one in (gone, today, later)] == ["waiting", "planned", "planned"]
    assert (gone.is_open, today.is_open, later.is_open) == (True, True, False)
    every = Session.objects.owned_by(adviser)
    assert list(every.at_state("waiting")) == [gone]
    assert list(every.at_state("planned")) == [today, later]
    actions.hold_session(session=gone, by=adviser)
    assert list(every.at_state("held")) == [gone]
    actions.cancel_session(session=later, reason="moved", by=adviser)
    assert list(every.at_state("cancelled")) == [later]


@pytest.mark.parametrize(("kept", "told"), [("09:00", time(9)), ("17:45", time(17, 45))])
def test_an_hour_is_kept_as_it_is_read_and_is_an_hour_in_code(kept: str, told: time) -> None:
    field = HourField()
    assert field.get_prep_value(told) == kept
    assert field.get_prep_value(kept) == kept
    assert field.to_python(kept) == field.from_db_value(kept) == field.to_python(told) == told
    assert field.from_db_value(None) is None


def test_the_hours_of_a_session_come_back_as_hours(manager: Actor) -> None:
    (one,) = planned(manager, hours())
    again = Session.objects.unscoped(reason="test").get(pk=one.pk)
    assert (again.starts_at, again.ends_at, again.minutes) == (time(9), time(12), 180)
    assert again.hours == "9\u00a0h\u00a000–12\u00a0h\u00a000"


# Places


@pytest.mark.parametrize(
    "told",
    [
        {"name": " "},
        {"commune": ""},
        {"lon": 3.0},
        {"lon": 3.0, "lat": 95.0},
        {"lon": float("nan"), "lat": 50.0},
    ],
)
def test_what_is_no_place_is_refused(manager: Actor, told: dict[str, object]) -> None:
    given = {"name": "Espace", "commune": make.LILLE} | told
    with pytest.raises(Invalid):
        actions.open_place(where=Where(**given), by=manager)  # type: ignore[arg-type]


def test_a_place_sent_twice_is_opened_once(manager: Actor) -> None:
    where = Where("Espace", make.LILLE)
    first = actions.open_place(where=where, by=manager, once="k")
    assert actions.open_place(where=where, by=manager, once="k") == first
    with pytest.raises(Conflict):
        actions.open_place(where=Where("Autre", make.LILLE), by=manager, once="k")


def test_only_a_manager_or_an_officer_opens_and_changes_places(manager: Actor) -> None:
    adviser = accounts.actor(Role.ADVISER, manager.organisation)
    with pytest.raises(NotAllowed):
        actions.open_place(where=Where("Espace", make.LILLE), by=adviser)
    where = make.place(manager.organisation)
    with pytest.raises(NotAllowed):
        actions.close_place(place=where, on=TODAY, by=adviser)
    with pytest.raises(NotAllowed):
        actions.close_place(place=where, on=TODAY, by=make.manager_of(None))


def test_a_place_is_changed_from_the_version_that_was_read(manager: Actor) -> None:
    where = make.place(manager.organisation)
    told = Where("Espace Moulins Nord", make.LILLE)
    now = actions.change_place(place=where, where=told, version=1, by=manager)
    assert (now.name, now.address, now.version) == ("Espace Moulins Nord", "", 2)
    with pytest.raises(Conflict):
        actions.change_place(place=where, where=told, version=1, by=manager)


def test_a_place_closes_once_nothing_is_planned_there(manager: Actor) -> None:
    where = make.place(manager.organisation)
    (later,) = planned(manager, hours("2020-09-01"), where)
    with pytest.raises(Invalid):
        actions.close_place(place=where, on=TODAY, by=manager)
    actions.cancel_session(session=later, reason="closed", by=manager)
    now = actions.close_place(place=where, on=TODAY, by=manager)
    assert now.closed_on == TODAY
    with pytest.raises(Invalid):
        planned(manager, hours("2020-09-01"), now)
    with pytest.raises(Conflict):
        actions.close_place(place=where, on=TODAY, by=manager)


def test_a_place_says_in_which_neighbourhood_it_lay_on_a_day(manager: Actor) -> None:
    geography.district("QN05901M", "Moulins", starts_on=date(2015, 1, 1), ends_on=date(2020, 6, 30))
    where = make.place(manager.organisation, lon=3.05, lat=50.65)
    assert (where.in_qpv(TODAY), where.district(TODAY)) == (True, "Moulins")
    assert where.district(TODAY + timedelta(days=1)) == ""
    nowhere = make.place(manager.organisation, name="Ailleurs")
    assert (nowhere.in_qpv(TODAY), nowhere.district(TODAY)) == (None, "")
