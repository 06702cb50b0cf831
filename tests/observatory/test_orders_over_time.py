"""Orders to publish, over days and between people: their states, what is asked again, what stays after a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.figures.observations import guarding
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.observatory import awaiting, carrying_out, jobs, observed, ordering
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
    return make.loaded(rows=make.observations()[:40])


def ask(by: Actor, vintage: StockVintage, **told: Any) -> PublicationOrder:
    asked = {"territory": make.MEL, "vintage": vintage, "seen": "", "once": "a-form", "by": by}
    return ordering.order(**{**asked, **told})


def queued() -> int:
    return DBTaskResult.objects.ready().filter(task_path=jobs.publish.module_path).count()


def acts() -> list[str]:
    return [act.kind for act in ledger.Act.objects.unscoped(reason="a test").order_by("seq")]


def two_territories() -> StockVintage:
    """A vintage with a few cells of each of two territories."""
    rows = [row for siren in (make.MEL, make.CALL) for row in make.observations(siren)[:20]]
    return make.loaded([make.MEL, make.CALL], rows=rows)


class TestReasons:
    """Why a territory is published again is kept as it was typed; a first time has no reason."""

    def test_a_first_publication_keeps_none_whatever_was_sent(
        self, officer: Actor, vintage: StockVintage
    ) -> None:
        order = ask(officer, vintage, reason="something typed by hand in the address")
        assert order.reason == ""
        jobs.publish.call(order.pk)
        made = observed.newest(make.MEL)
        assert made is not None
        assert (made.reason, made.revises) == ("", None)

    @pytest.mark.parametrize(
        ("typed", "kept"), [("  late news \n", "late news"), ("x" * 400, "x" * 300)]
    )
    def test_blanks_go_and_what_is_too_long_is_cut(
        self, officer: Actor, vintage: StockVintage, typed: str, kept: str
    ) -> None:
        first = make.published(vintage, owner=officer.organisation)
        order = ask(officer, vintage, seen=str(first.key), reason=typed)
        assert order.reason == kept
        jobs.publish.call(order.pk)
        made = observed.newest(make.MEL)
        assert made is not None
        assert (made.reason, made.revises) == (kept, first)


class TestOneAtATime:
    """One order a territory: another territory, or another time, is another order."""

    def test_two_territories_of_one_vintage_are_asked_together(self) -> None:
        both = two_territories()
        actor = accounts.actor(Role.OFFICER)
        orders = [ask(actor, both, territory=siren, once=siren) for siren in (make.MEL, make.CALL)]
        assert [order.state for order in orders] == [State.WAITING] * 2
        assert [jobs.publish.call(order.pk) for order in orders] == ["done", "done"]
        assert {one.subject for one in Publication.objects.all()} == {
            f"observatory:{make.MEL}",
            f"observatory:{make.CALL}",
        }

    def test_a_form_of_one_territory_does_not_ask_for_another(self) -> None:
        both = two_territories()
        actor = accounts.actor(Role.OFFICER)
        ask(actor, both)
        with pytest.raises(Conflict, match="autre chose"):
            ask(actor, both, territory=make.CALL)
        assert PublicationOrder.objects.count() == 1

    def test_once_it_is_done_the_next_one_is_welcome(
        self, officer: Actor, vintage: StockVintage
    ) -> None:
        jobs.publish.call(ask(officer, vintage).pk)
        newest = observed.newest(make.MEL)
        assert newest is not None
        later = ask(officer, vintage, once="b", seen=str(newest.key), reason="a sector forgotten")
        assert (later.state, later.follows) == (State.WAITING, newest)

    def test_a_refused_one_gives_its_place_to_the_next(
        self, officer: Actor, vintage: StockVintage
    ) -> None:
        refused = ask(officer, vintage)
        newest = make.published(vintage, owner=officer.organisation)
        jobs.publish.call(refused.pk)
        ask(officer, vintage, once="b", seen=str(newest.key), reason="read this time")
        assert sorted(PublicationOrder.objects.values_list("state", flat=True)) == [
            State.REFUSED,
            State.WAITING,
        ]

    def test_who_asked_is_named_by_their_partner_when_no_person_did(
        self, officer: Actor, vintage: StockVintage
    ) -> None:
        order = ask(officer, vintage)
        PublicationOrder.objects.filter(pk=order.pk).update(person=None)
        with pytest.raises(Conflict, match=str(officer.organisation)) as refused:
            ask(officer, vintage, once="b")
        assert "Attendez" in str(refused.value.remedy)

    @pytest.mark.parametrize(
        ("state", "is_made"), [(State.DONE, False), (State.REFUSED, True), (State.WAITING, True)]
    )
    def test_the_database_holds_that_done_and_made_go_together(
        self, officer: Actor, vintage: StockVintage, state: str, is_made: bool
    ) -> None:
        order = ask(officer, vintage)
        made = make.published(vintage, owner=officer.organisation) if is_made else None
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicationOrder.objects.filter(pk=order.pk).update(state=state, made=made)


class TestRefused:
    """A refusal publishes nothing, seals nothing, and is told in each language."""

    @pytest.fixture
    def refused(self, officer: Actor, vintage: StockVintage) -> PublicationOrder:
        order = ask(officer, vintage)
        make.published(vintage, owner=officer.organisation)
        jobs.publish.call(order.pk)
        order.refresh_from_db()
        return order

    def test_the_ledger_holds_the_publication_made_meanwhile_alone(
        self, refused: PublicationOrder
    ) -> None:
        assert refused.state == State.REFUSED
        assert len(acts()) == Publication.objects.count() == 1

    def test_its_reason_stands_in_every_language_of_the_product(
        self, refused: PublicationOrder
    ) -> None:
        assert set(refused.refusal) == {code for code, _name in settings.LANGUAGES}
        assert len(set(refused.refusal.values())) == len(refused.refusal)

    def test_it_is_never_silent_nor_taken_up_again(
        self, officer: Actor, refused: PublicationOrder
    ) -> None:
        before = queued()
        with time_machine.travel(clock.real_now() + timedelta(days=3), tick=False):
            assert not carrying_out.is_silent(refused)
            assert jobs.take_up_publications.call() == "0 left"
            ordering.ask_again(order=refused, by=officer)
        assert queued() == before
        assert jobs.publish.call(refused.pk) == "nothing to do"

    def test_a_late_beat_of_another_worker_does_not_wake_it(
        self, refused: PublicationOrder
    ) -> None:
        told = PublicationOrder.objects.get(pk=refused.pk)
        carrying_out.beat(told, "freeze", 1, 2)
        refused.refresh_from_db()
        assert (refused.state, refused.progress["step"]) == (State.REFUSED, "freeze")
        assert refused.progress["of"] == 0, "what was told before the refusal stays"

    def test_a_stock_whose_files_are_gone_is_refused_in_words(
        self, officer: Actor, vintage: StockVintage
    ) -> None:
        make.published(vintage, owner=officer.organisation)
        other = make.loaded(rows=make.observations()[:30], source="another")
        StockVintage.objects.filter(pk=other.pk).update(guarded={})
        (guarding.folder_of(other) / guarding.FILE).unlink()
        newest = observed.newest(make.MEL)
        assert newest is not None
        order = ask(officer, other, seen=str(newest.key), reason="a later stock")
        jobs.publish.call(order.pk)
        order.refresh_from_db()
        assert order.state == State.REFUSED
        assert "n’est plus gardé ici" in order.refusal["fr"]
        assert "is not kept here any more" in order.refusal["en"]
        assert Publication.objects.count() == 1


# its state | seconds without a word | is it called silent
SILENT = [
    (State.WAITING, 29, False),
    (State.WAITING, 31, True),
    (State.WAITING, 86_400, True),
    (State.RUNNING, 119, False),
    (State.RUNNING, 121, True),
    (State.REFUSED, 86_400, False),
]


@pytest.mark.parametrize(("state", "seconds", "silent"), SILENT)
def test_how_long_an_order_may_say_nothing(
    officer: Actor, vintage: StockVintage, state: str, seconds: int, silent: bool
) -> None:
    order = ask(officer, vintage)
    PublicationOrder.objects.filter(pk=order.pk).update(state=state)
    order.refresh_from_db()
    with time_machine.travel(order.heard_at + timedelta(seconds=seconds), tick=False):
        assert carrying_out.is_silent(order) is silent
        assert carrying_out.left() == ([order] if silent else [])
        assert awaiting.Order(order).is_silent is silent


def test_after_days_without_a_worker_the_first_that_comes_publishes_once(
    officer: Actor, vintage: StockVintage
) -> None:
    order = ask(officer, vintage)
    with time_machine.travel(clock.real_now() + timedelta(days=4), tick=False):
        assert [jobs.take_up_publications.call() for _ in range(3)] == ["1 left"] * 3
        waiting = DBTaskResult.objects.ready().filter(task_path=jobs.publish.module_path)
        assert waiting.count() == 4
        said = [jobs.publish.call(order.pk) for _ in range(waiting.count())]
        assert said == ["done", *["nothing to do"] * 3]
        assert jobs.take_up_publications.call() == "0 left"
    assert Publication.objects.count() == len(acts()) == 1


def test_what_is_asked_again_is_heard_anew(officer: Actor, vintage: StockVintage) -> None:
    order = ask(officer, vintage)
    later = clock.real_now() + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        ordering.ask_again(order=order, by=accounts.actor(Role.SERVICE_MANAGER, _holder(officer)))
    order.refresh_from_db()
    assert abs(order.heard_at - later) < timedelta(seconds=1)
    assert order.person == officer.person, "it stays the order of its author"


def _holder(officer: Actor) -> Organisation:
    return officer.acting_for()


def test_an_order_carried_out_again_from_an_old_reading_makes_nothing_more(
    officer: Actor, vintage: StockVintage
) -> None:
    """A worker that had read the order before it was done comes last: same publication, same end."""
    order = ask(officer, vintage)
    old = PublicationOrder.objects.get(pk=order.pk)
    jobs.publish.call(order.pk)
    carrying_out.carry_out(old)
    order.refresh_from_db()
    made = Publication.objects.get()
    assert (order.state, order.made, made.once) == (State.DONE, made, str(order.key))


def test_a_publication_leads_back_to_its_order(officer: Actor, vintage: StockVintage) -> None:
    order = ask(officer, vintage)
    jobs.publish.call(order.pk)
    made = Publication.objects.get()
    assert made.order == order
    assert made.vintage == vintage
    assert observed.territory_of(made.subject) == make.MEL
    by_hand = make.published(vintage, owner=officer.organisation, reason="at the terminal")
    assert list(PublicationOrder.objects.filter(made=by_hand)) == []


class TestSaid:
    """An order as its page tells it."""

    def test_every_state_and_every_step_has_words_in_both_languages(self) -> None:
        assert set(carrying_out.STATES) == set(State)
        for words in (*carrying_out.STATES.values(), *carrying_out.STEPS.values()):
            assert words.fr
            assert words.en
            assert words.fr != words.en

    @pytest.mark.parametrize(
        ("progress", "step", "done"),
        [
            ({}, "", None),
            ({"step": "protect", "done": 0, "of": 0}, "calcul du secret", None),
            ({"step": "protect", "done": 0, "of": 8}, "calcul du secret", 0.0),
            ({"step": "freeze", "done": 6, "of": 8}, "scellement", 0.75),
            ({"step": "of another version", "done": 1, "of": 2}, "", 0.5),
        ],
    )
    def test_the_step_is_said_and_how_far_where_it_has_parts(
        self, progress: dict[str, Any], step: str, done: float | None
    ) -> None:
        shown = awaiting.Order(PublicationOrder(progress=progress))
        assert step in shown.step
        assert bool(step) == bool(shown.step)
        assert shown.done == done

    @pytest.mark.parametrize(
        ("told", "language", "read"),
        [
            ({"fr": "non", "en": "no"}, "en-gb", "no"),
            ({"fr": "non", "en": "no"}, "fr", "non"),
            ({"fr": "non"}, "en", "non"),
            ({}, "fr", ""),
        ],
    )
    def test_a_refusal_is_read_in_the_nearest_language(
        self, told: dict[str, str], language: str, read: str
    ) -> None:
        assert awaiting.Order(PublicationOrder(refusal=told)).refusal(language) == read


class TestGuarded:
    """Of which public vintages secrecy was worked out beside, and whether that still holds."""

    def test_what_is_public_beside_stands_in_the_order_it_became_so(self, officer: Actor) -> None:
        first, second, third = (
            make.loaded(rows=make.observations()[: 20 + rank], source=f"stock {rank}")
            for rank in range(3)
        )
        make.published(second, owner=officer.organisation)
        make.published(first, owner=officer.organisation, reason="an earlier one")
        make.published(second, owner=officer.organisation, reason="again")
        assert guarding.public_beside(third, make.MEL) == [second, first]
        assert guarding.public_beside(first, make.MEL) == [second], "not itself"
        assert guarding.public_beside(third, make.CALL) == []

    def test_a_publication_since_the_load_has_to_be_taken_in(self, officer: Actor) -> None:
        public = make.loaded(rows=make.observations()[:20])
        waiting = make.loaded(rows=make.observations()[:30], source="another")
        assert guarding.is_guarded(waiting, make.MEL)
        made = make.published(public, owner=officer.organisation)
        assert not guarding.is_guarded(waiting, make.MEL)
        with pytest.raises(Conflict, match="depuis que le secret"):
            guarding.require_guarded(waiting, make.MEL)
        order = ask(officer, waiting, seen=str(made.key), reason="a later stock")
        assert jobs.publish.call(order.pk) == "done"
        waiting.refresh_from_db()
        assert waiting.guarded[make.MEL] == [str(public.key)]
        assert guarding.is_guarded(waiting, make.MEL)

    def test_what_is_public_is_never_worked_out_again(self, officer: Actor) -> None:
        one = make.loaded(rows=make.observations()[:20])
        other = make.loaded(rows=make.observations()[:30], source="another")
        make.published(one, owner=officer.organisation)
        make.published(other, owner=officer.organisation, reason="a later stock")
        before = list(one.observations.order_by("pk").values_list("pk", "status"))
        guarding.protect_again(one, make.MEL)
        guarding.protect(one, make.MEL)
        assert list(one.observations.order_by("pk").values_list("pk", "status")) == before
        assert guarding.is_guarded(one, make.MEL)
