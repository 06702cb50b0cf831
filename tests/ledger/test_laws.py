"""What any ledger obeys, whoever writes: order of stamps, cancellations, keys, refusals word for word."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import ledger
from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed, Refusal
from maillage.ledger.models import Head
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept

NOON = datetime(2020, 6, 30, 10, tzinfo=UTC)
quick = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def standing() -> list[ledger.Act]:
    return list(ledger.Act.objects.unscoped(reason="a test").effective())


def heads() -> dict[int, tuple[int, str]]:
    return {head.keeper_id: (head.seq, head.hash) for head in Head.objects.all()}


# --- what is recorded ---

# What one action does, a letter each: p pays, v visits, r cancels the last act that stands, f fails.
stories = st.lists(st.text("pvr", min_size=1, max_size=5), min_size=1, max_size=5)


@pytest.mark.django_db
@quick
@given(stories, st.sets(st.integers(0, 4)))
def test_what_stands_is_what_was_said_less_what_was_cancelled(db_rollback, told, failing):
    """Each word is an action; those that fail leave neither act nor number behind."""
    with db_rollback():
        by = System("a story", organisation=accounts.organisation())
        firm = register.establishment()
        expected: Counter[str] = Counter()
        for rank, word in enumerate(told):
            before, was = heads(), Counter(expected)
            try:
                _act_out(word, by, firm, expected, fails=rank in failing)
            except ZeroDivisionError:
                assert heads() == before
                expected = was
        assert Counter(act.kind for act in standing()) == +expected
        assert [act.seq for act in kept()] == list(range(1, len(kept()) + 1))
        assert ledger.verify(ledger.heads()).is_valid


@ledger.action
def _act_out(word: str, by: Any, firm: Any, expected: Counter[str], *, fails: bool) -> None:
    cancelled: set[int] = set()
    for letter in word:
        if letter == "p":
            factory.act(factory.PAYMENT, by=by, amount_cents=100)
            expected[factory.PAYMENT.name] += 1
        elif letter == "v":
            factory.act(by=by, establishment=firm)
            expected[factory.VISIT.name] += 1
        elif left := [act for act in standing() if act.pk not in cancelled]:
            factory.reversal(left[-1])
            cancelled.add(left[-1].pk)
            expected[left[-1].kind] -= 1
    if fails:
        raise ZeroDivisionError


@pytest.mark.django_db
@quick
@given(st.lists(st.integers(-3600, 3600), min_size=1, max_size=8))
def test_stamps_never_go_back_whatever_the_clock_does(db_rollback, shifts):
    with db_rollback():
        by = System("a clock", organisation=accounts.organisation())
        said = []
        for shift in shifts:
            with clock.at(NOON + timedelta(seconds=shift)):
                factory.act(factory.PAYMENT, by=by, occurred_on=date(2020, 6, 1))
            said.append(NOON + timedelta(seconds=shift))
        stamps = [act.recorded_at for act in kept()]
        assert stamps == [max(said[: rank + 1]) for rank in range(len(said))]
        assert ledger.verify().is_valid


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instant", "last"),
    [
        ("2020-06-30T21:59:59", "2020-06-30"),
        ("2020-06-30T22:00:00", "2020-07-01"),
        ("2020-12-31T22:59:59", "2020-12-31"),
        ("2020-12-31T23:00:00", "2021-01-01"),
    ],
)
def test_today_is_the_day_in_paris_summer_and_winter(instant, last):
    day = date.fromisoformat(last)
    with clock.at(datetime.fromisoformat(instant).replace(tzinfo=UTC)):
        factory.act(factory.PAYMENT, occurred_on=day)
        with pytest.raises(Invalid):
            factory.act(factory.PAYMENT, occurred_on=day + timedelta(days=1))
    (act,) = kept()
    assert (act.occurred_on, act.month) == (day, last[:7])


# --- an action that fails ---


@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, 1, 3])
def test_a_buffer_that_cannot_be_written_records_nothing_at_all(first):
    """The last act is about no establishment of the register: known only when the chain is written."""
    factory.acts(first) if first else None
    before = heads()
    by = System("tests", organisation=accounts.organisation())

    @ledger.action
    def report() -> None:
        accounts.organisation(name="made by the action")
        factory.act(factory.PAYMENT, by=by)
        factory.act(by=by, establishment=10**9)

    with pytest.raises(ValueError, match="unknown establishments"):
        report()
    assert heads() == before
    assert len(kept()) == first
    assert not ledger.Act.objects.unscoped(reason="a test").filter(keeper=by.organisation).exists()
    assert not type(by.organisation).objects.filter(name="made by the action").exists()


@pytest.mark.django_db
def test_after_a_failed_action_the_next_one_starts_from_an_empty_buffer():
    by = System("tests", organisation=accounts.organisation())

    @ledger.action
    def fails() -> None:
        factory.act(factory.PAYMENT, by=by, amount_cents=1)
        raise KeyError

    with pytest.raises(KeyError):
        fails()
    factory.act(factory.PAYMENT, by=by, amount_cents=2)
    assert [act.amount_cents for act in kept()] == [2]


@pytest.mark.django_db
def test_a_transaction_undone_around_an_action_takes_its_acts_and_the_head_back():
    factory.act()
    before = heads()
    with transaction.atomic():
        factory.act(keeper=kept()[0].keeper)
        assert heads() != before
        transaction.set_rollback(True)
    assert heads() == before
    factory.act(keeper=kept()[0].keeper)
    assert [act.seq for act in kept()] == [1, 2]


# --- cancelling ---

WHO_CANCELS = """
who                   | outcome
the keeper            | done
a colleague           | done
the machine           | done
who only acted        | refused
a stranger            | refused
"""


def _who(name: str, act: ledger.Act) -> Any:
    return {
        "the keeper": lambda: accounts.actor(organisation=act.keeper),
        "a colleague": lambda: accounts.actor(role="adviser", organisation=act.keeper),
        "the machine": lambda: System("a batch"),
        "who only acted": lambda: accounts.actor(organisation=act.organisation),
        "a stranger": accounts.actor,
    }[name]()


@pytest.mark.django_db
@pytest.mark.parametrize("line", WHO_CANCELS.strip().splitlines()[1:])
def test_the_organisation_that_keeps_an_act_cancels_it_and_no_other(line):
    who, outcome = (cell.strip() for cell in line.split("|"))
    act = factory.act(keeper=accounts.organisation(), organisation=accounts.organisation())
    (act,) = kept()
    by = _who(who, act)
    if outcome == "done":
        factory.reversal(act, by=by)
        assert kept()[-1].reverses == act
    else:
        with pytest.raises(NotAllowed):
            factory.reversal(act, by=by)
        assert kept() == [act]


@pytest.mark.django_db
def test_an_act_and_its_cancellation_weigh_nothing_together_and_stay_readable():
    act = factory.act(factory.PAYMENT, amount_cents=12_34, occurred_on=date(2020, 1, 31))
    with clock.at(clock.now() + timedelta(days=400)):
        factory.reversal(act)
    original, back = kept()
    assert standing() == []
    assert (back.occurred_on, back.month) == (date(2020, 1, 31), "2020-01")
    assert back.recorded_at > original.recorded_at + timedelta(days=399)
    known = ledger.Act.objects.unscoped(reason="a test").known_at(original.recorded_at)
    assert list(known) == [original]


@pytest.mark.django_db
def test_a_replacement_may_be_cancelled_in_its_turn():
    by = System("tests", organisation=accounts.organisation())
    for cents in (1, 2, 3):
        last = factory.act(factory.PAYMENT, by=by, amount_cents=cents)
        if cents < 3:
            factory.reversal(last)
    assert [act.amount_cents for act in standing()] == [3]
    assert [act.reverses_id is not None for act in kept()] == [False, True, False, True, False]


# --- one key, one content ---

OTHERWISE: dict[str, Any] = {
    "occurred_on": date(2020, 1, 2),
    "source": ("tests.payment", "2"),
    "source model": ("tests.other", "1"),
    "theme": "tests_hardship",
    "scheme": "autumn",
    "action_key": "c/1.2",
    "amount_cents": 101,
    "jobs_milli_fte": 500,
    "quantity": 3,
    "unit": "km",
    "commune": "59512",
    "counterpart": None,
}
SAID: dict[str, Any] = {
    "occurred_on": date(2020, 1, 1),
    "source": ("tests.payment", "1"),
    "theme": "tests_plain",
    "scheme": "spring",
    "action_key": "c/1.1",
    "amount_cents": 100,
    "jobs_milli_fte": 1000,
    "quantity": 2,
    "unit": "h",
    "commune": "59350",
    "once": "form-1",
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", [*OTHERWISE, "organisation", "person", "kind"])
def test_anything_said_otherwise_under_the_same_key_is_a_conflict(what):
    said = SAID | {"keeper": accounts.organisation(), "counterpart": accounts.organisation()}
    factory.act(factory.PAYMENT, **said)
    kind, other = factory.PAYMENT, dict(said)
    if what == "kind":
        kind, other = factory.VISIT, other | {"establishment": register.establishment()}
    elif what in {"organisation", "person"}:
        other[what] = getattr(accounts, what)()
    else:
        other[what.split()[0]] = OTHERWISE[what]
    with pytest.raises(Conflict):
        factory.act(kind, **other)
    factory.act(factory.PAYMENT, **said)
    assert len(kept()) == 1


@pytest.mark.django_db
def test_a_number_and_its_text_are_one_key_and_accents_written_in_two_ways_too():
    by = accounts.organisation()
    first = factory.act(factory.PAYMENT, by=by, source=("tests.payment", "1"), once=7)
    again = factory.act(factory.PAYMENT, by=by, source=("tests.payment", "1"), once="7")
    assert first.key == again.key
    first = factory.act(factory.PAYMENT, by=by, source=("tests.payment", "2"), once="caf\u00e9")
    again = factory.act(factory.PAYMENT, by=by, source=("tests.payment", "2"), once="cafe\u0301")
    assert first.key == again.key
    assert len(kept()) == 2


@pytest.mark.django_db
def test_a_key_whose_act_was_cancelled_since_is_still_that_act():
    said = SAID | {"keeper": accounts.organisation()}
    first = factory.act(factory.PAYMENT, **said)
    factory.reversal(first)
    assert factory.act(factory.PAYMENT, **said).key == first.key
    assert standing() == []
    assert len(kept()) == 2


# --- refusals, word for word ---


def _twice(**other: Any) -> None:
    said = SAID | {"keeper": accounts.organisation()}
    factory.act(factory.PAYMENT, **said)
    factory.act(factory.PAYMENT, **said | other)


def _cancel(times: int, *, back: bool = False) -> None:
    act = factory.act()
    for _ in range(times):
        reversal = factory.reversal(act)
    if back:
        factory.reversal(reversal)


REFUSED: dict[str, tuple[Any, type[Refusal], str, str]] = {
    "another content": (
        lambda: _twice(amount_cents=1),
        Conflict,
        (
            "Ceci a déjà été enregistré, avec un autre contenu."
            " Rouvrez la page pour voir ce qui a été enregistré."
        ),
        (
            "This was already recorded, with another content."
            " Open the page again to see what was recorded."
        ),
    ),
    "cancelled twice": (
        lambda: _cancel(2),
        Conflict,
        "Cet acte est déjà annulé. Rouvrez la page pour voir par qui.",
        "This act is already cancelled. Open the page again to see by whom.",
    ),
    "a cancellation cancelled": (
        lambda: _cancel(1, back=True),
        Conflict,
        "Une annulation ne s’annule pas. Enregistrez un nouvel acte.",
        "A cancellation cannot be cancelled. Record a new act.",
    ),
    "of another organisation": (
        lambda: factory.reversal(factory.act(), by=accounts.actor()),
        NotAllowed,
        "Seule l’organisation qui a enregistré un acte peut l’annuler.",
        "Only the organisation that recorded an act can cancel it.",
    ),
    "tomorrow": (
        lambda: factory.act(factory.PAYMENT, occurred_on=date(2020, 7, 1)),
        Invalid,
        "Le jour 2020-07-01 est encore à venir. Un acte s’enregistre une fois qu’il a eu lieu.",
        "The day 2020-07-01 is still to come. An act is recorded once it has happened.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_says_what_is_wrong_and_what_to_do(what, language):
    doing, refusal, fr, en = REFUSED[what]
    with clock.at(NOON), translation.override(language):
        with transaction.atomic(), pytest.raises(refusal) as refused:
            doing()
        assert str(refused.value) == (fr if language == "fr" else en)
