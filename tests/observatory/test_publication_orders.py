"""An order to publish an observatory: asked once, one a territory at a time, carried out whole or refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.figures import witnessed
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.observatory import (
    carrying_out,
    jobs,
    observed,
    observed_publishing,
    ordering,
    permissions,
)
from tests.factories import accounts, observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
State = PublicationOrder.State


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


@pytest.fixture
def officer() -> Actor:
    return accounts.actor(Role.OFFICER, accounts.organisation("epci", siren=make.MEL))


@pytest.fixture
def vintage() -> StockVintage:
    return make.loaded()


def ask(by: Actor, vintage: StockVintage, **told: Any) -> PublicationOrder:
    asked = {"territory": make.MEL, "vintage": vintage, "seen": "", "once": "a-form", "by": by}
    return ordering.order(**{**asked, **told})


def test_an_order_is_given_to_the_worker_who_publishes_in_the_name_of_its_author(
    officer: Actor, vintage: StockVintage
) -> None:
    order = ask(officer, vintage)
    assert (order.state, order.person, order.follows) == (State.WAITING, officer.person, None)
    assert DBTaskResult.objects.ready().filter(task_path=jobs.publish.module_path).count() == 1
    assert jobs.publish.call(order.pk) == "done"
    order.refresh_from_db()
    made = observed.newest(make.MEL)
    assert (order.state, order.made) == (State.DONE, made)
    assert made is not None
    assert (made.organisation, made.person) == (officer.organisation, officer.person)
    assert not list(witnessed.altered())


def test_the_worker_does_nothing_twice(officer: Actor, vintage: StockVintage) -> None:
    order = ask(officer, vintage)
    assert [jobs.publish.call(order.pk) for _ in range(2)] == ["done", "nothing to do"]
    assert jobs.publish.call(order.pk + 1) == "nothing to do"
    carrying_out.carry_out(order)  # as a second worker that had read it before
    assert Publication.objects.count() == 1
    assert ledger.Act.objects.unscoped(reason="a test").count() == 1


def test_the_same_form_asks_once(officer: Actor, vintage: StockVintage) -> None:
    first = ask(officer, vintage)
    assert ask(officer, vintage) == first
    jobs.publish.call(first.pk)
    assert ask(officer, vintage) == first, "and after it was published"
    with pytest.raises(Conflict, match="autre chose"):
        ask(officer, make.loaded(source="another", rows=make.observations()[:60]))


def test_two_people_do_not_ask_for_one_territory_at_once(
    officer: Actor, vintage: StockVintage
) -> None:
    ask(officer, vintage)
    other = accounts.actor(Role.SERVICE_MANAGER, officer.organisation)
    with pytest.raises(Conflict, match=str(officer.person)):
        ask(other, vintage, once="another")
    assert PublicationOrder.objects.count() == 1


def test_the_database_holds_one_order_at_a_time_whatever_the_code_does(
    officer: Actor, vintage: StockVintage
) -> None:
    order = ask(officer, vintage)
    order.pk, order.once, order.key = None, "another", None
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicationOrder.objects.create(
            subject=order.subject, vintage=vintage, organisation=officer.acting_for(),
            asked_at=clock.now(), once="another",
        )  # fmt: skip


def test_who_asks_says_what_they_had_read(officer: Actor, vintage: StockVintage) -> None:
    newest = make.published(vintage, owner=officer.organisation)
    with pytest.raises(Conflict, match="entre-temps"):
        ask(officer, vintage, reason="late news")
    with pytest.raises(Invalid, match="pourquoi"):
        ask(officer, vintage, seen=str(newest.key), reason="  ")
    assert ask(officer, vintage, seen=str(newest.key), reason="late news").follows == newest


def test_what_was_published_meanwhile_is_not_replaced_unread(
    officer: Actor, vintage: StockVintage
) -> None:
    order = ask(officer, vintage)
    other = make.published(vintage, owner=officer.organisation)
    assert jobs.publish.call(order.pk) == "running"
    order.refresh_from_db()
    assert (order.state, order.made) == (State.REFUSED, None)
    assert "entre-temps" in order.refusal["fr"]
    assert "meanwhile" in order.refusal["en"]
    assert observed.newest(make.MEL) == other
    again = ask(officer, vintage, once="b", seen=str(other.key), reason="read")
    jobs.publish.call(again.pk)
    assert Publication.objects.count() == 2


def test_an_interrupted_worker_leaves_nothing_half_done(
    officer: Actor, vintage: StockVintage, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ask(officer, vintage)
    publish = observed_publishing.publish

    def cut(**asked: Any) -> None:
        publish(**asked)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(observed_publishing, "publish", cut)
        with pytest.raises(SystemExit):
            carrying_out.carry_out(order)
    assert not Publication.objects.exists()
    order.refresh_from_db()
    assert (order.state, order.made) == (State.RUNNING, None)
    assert jobs.publish.call(order.pk) == "done"
    assert Publication.objects.count() == 1


def test_what_nobody_took_up_is_told_and_asked_again(officer: Actor, vintage: StockVintage) -> None:
    order = ask(officer, vintage)
    queued = DBTaskResult.objects.ready().filter(task_path=jobs.publish.module_path)
    assert not carrying_out.is_silent(order)
    assert not carrying_out.left()
    with time_machine.travel(clock.real_now() + timedelta(minutes=1), tick=False):
        assert carrying_out.is_silent(order)
        assert carrying_out.left() == [order]
        assert jobs.take_up_publications.call() == "1 left"
        ordering.ask_again(order=order, by=officer)
    assert queued.count() == 3
    order.refresh_from_db()
    assert not carrying_out.is_silent(order)
    jobs.publish.call(order.pk)
    order.refresh_from_db()
    ordering.ask_again(order=order, by=officer)
    assert queued.count() == 3, "what is done is not asked again"


def test_a_worker_at_work_is_not_called_silent_before_two_minutes(
    officer: Actor, vintage: StockVintage
) -> None:
    order = ask(officer, vintage)
    carrying_out.beat(order, "freeze")
    kept = PublicationOrder.objects.get()
    assert (kept.state, kept.progress["step"]) == (State.RUNNING, "freeze")
    for seconds, silent in ((90, False), (130, True)):
        with time_machine.travel(clock.real_now() + timedelta(seconds=seconds), tick=False):
            assert carrying_out.is_silent(kept) is silent


# who | the intercommunality is a partner | who published last | may publish
WHO = [
    ("own officer", True, "", True),
    ("own manager", True, "other", True),
    ("own adviser", True, "", False),
    ("other officer", True, "", False),
    ("other officer", True, "other", False),
    ("other officer", False, "", True),
    ("other officer", False, "other", True),
    ("other manager", False, "own", False),
    ("own manager", False, "own", True),
    ("other auditor", False, "other", False),
]
ROLES = {
    "officer": Role.OFFICER,
    "manager": Role.SERVICE_MANAGER,
    "adviser": Role.ADVISER,
    "auditor": Role.AUDITOR,
}


@pytest.mark.parametrize(("who", "is_partner", "last", "may"), WHO)
def test_who_may_publish_a_territory(
    vintage: StockVintage, who: str, is_partner: bool, last: str, may: bool
) -> None:
    own = accounts.organisation("epci", siren=make.MEL if is_partner else "")
    owners = {"own": own, "other": accounts.organisation()}
    if last:
        make.published(vintage, owner=owners[last])
    side, role = who.split()
    actor = accounts.actor(ROLES[role], owners[side])
    assert permissions.can_publish_observatory(actor, make.MEL) is may
    newest = observed.newest(make.MEL)
    asked = {"seen": str(newest.key) if newest else "", "reason": "a test"}
    if may:
        assert ask(actor, vintage, **asked).organisation == actor.organisation
    else:
        with pytest.raises(NotAllowed):
            ask(actor, vintage, **asked)


def test_an_intercommunality_that_left_does_not_hold_its_territory_any_more() -> None:
    accounts.organisation("epci", siren=make.MEL, is_active=False)
    assert permissions.holders([make.MEL, make.CALL]) == {make.MEL: 0, make.CALL: 0}
    assert permissions.can_publish_observatory(System("a test"), make.MEL)


def test_nothing_is_asked_of_what_was_not_loaded(officer: Actor, vintage: StockVintage) -> None:
    with pytest.raises(Invalid, match="Rien n’est chargé"):
        ask(System("a test", organisation=officer.organisation), vintage, territory=make.CALL)
    vintage.loaded_at = None
    with pytest.raises(Invalid, match="Rien n’est chargé"):
        ask(officer, vintage)


def test_only_who_publishes_a_territory_asks_again(officer: Actor, vintage: StockVintage) -> None:
    order = ask(officer, vintage)
    with pytest.raises(NotAllowed):
        ordering.ask_again(order=order, by=accounts.actor(Role.SERVICE_MANAGER))
