"""Whatever partners do the chains hold; whatever somebody touches is found."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import ledger
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.ledger.models import Act, Head
from tests.doors import ledger_open
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept, run

pytestmark = pytest.mark.django_db

NOON = datetime(2020, 6, 30, 10, tzinfo=UTC)

# What happens: (what, which keeper or act, how many or how much, by how many hours the clock moved).
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record", "reverse", "fail", "repeat"]),
        st.integers(0, 5),
        st.integers(1, 4),
        st.integers(-3, 24),
    ),
    max_size=12,
)


class World:
    """Three keepers and what they should have recorded."""

    def __init__(self) -> None:
        self.keepers: list[Organisation] = [accounts.organisation() for _ in range(3)]
        self.firm = register.establishment()
        self.acts: list[Act] = []
        self.reversed: set[int] = set()
        self.expected: Counter[int] = Counter()
        self.now = NOON

    def play(self, event: tuple[str, int, int, int]) -> None:
        what, which, number, hours = event
        self.now += timedelta(hours=hours)
        with clock.at(self.now):
            getattr(self, what)(which, number)

    def record(self, which: int, number: int) -> None:
        keeper = self.keepers[which % 3]
        said = {"amount_cents": number, "occurred_on": clock.today(), "establishment": self.firm}
        self.acts += factory.acts(number, by=System("a world", organisation=keeper), **said)
        self.expected[keeper.pk] += number

    def reverse(self, which: int, _number: int) -> None:
        if which >= len(self.acts):
            return
        act = self.acts[which]
        if which in self.reversed:
            with pytest.raises(Conflict):
                factory.reversal(act)
            return
        factory.reversal(act)
        self.reversed.add(which)
        self.expected[act.keeper_id] += 1

    def fail(self, which: int, number: int) -> None:
        @ledger.action
        def failing() -> None:
            factory.acts(number, by=System("a world", organisation=self.keepers[which % 3]))
            raise LookupError

        with pytest.raises(LookupError):
            failing()

    def repeat(self, which: int, _number: int) -> None:
        keeper = self.keepers[which % 3]
        once = f"once-{which}"
        said = {"occurred_on": NOON.date() - timedelta(days=9), "source": ("tests.visit", once)}
        before = ledger.recorded(once)
        act = factory.act(keeper=keeper, establishment=self.firm, once=once, **said)
        if before is None:
            self.expected[keeper.pk] += 1
        else:
            assert act.key == before.key


@given(EVENTS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_acts_keeps_every_chain_whole(
    events: list[tuple[str, int, int, int]],
) -> None:
    with transaction.atomic():
        world = World()
        for event in events:
            world.play(event)
        verdict = ledger.verify(ledger.heads())
        assert verdict.is_valid, verdict.broken
        assert Counter(act.keeper_id for act in kept()) == world.expected
        for head in Head.objects.filter(seq__gt=0):
            chain = [act for act in kept() if act.keeper_id == head.keeper_id]
            assert [act.seq for act in chain] == list(range(1, head.seq + 1))
            stamps = [act.recorded_at for act in chain]
            assert stamps == sorted(stamps)
        standing = Act.objects.unscoped(reason="a test").effective().count()
        assert standing == sum(world.expected.values()) - 2 * len(world.reversed)
        transaction.set_rollback(True)


def edit(chance: random.Random, act: Act) -> None:
    values: dict[str, list[Any]] = {
        "amount_cents": [act.amount_cents + chance.randint(1, 10**6)],
        "occurred_on": [act.occurred_on + timedelta(days=chance.randint(1, 300))],
        "commune": [chance.choice(["59009", "62765"])],
        "segments": [act.segments ^ (1 << chance.randint(0, 40))],
        "theme": [chance.choice(["tests_hardship", "x"])],
        "action_key": [f"mel-cma-2019/{chance.randint(1, 6)}.1"],
        "source_key": [f"other-{chance.randint(0, 99)}"],
        "hash": [f"{chance.getrandbits(256):064x}"],
        "prev_hash": [f"{chance.getrandbits(256):064x}"],
        "recorded_at": ["2020-01-01 00:00:00"],
    }
    column = chance.choice(sorted(values))
    run(f"UPDATE ledger_act SET {column} = %s WHERE id = %s", *values[column], act.pk)  # noqa: S608


def delete(_chance: random.Random, act: Act) -> None:
    run("DELETE FROM ledger_act WHERE id = %s", act.pk)


def insert(chance: random.Random, act: Act) -> None:
    """A copy of an act in the middle of its chain: those that follow make room."""
    run("UPDATE ledger_act SET seq = seq + 1000 WHERE seq > %s", act.seq)
    run("UPDATE ledger_act SET seq = seq - 999 WHERE seq > 1000")
    columns = [f.column for f in Act._meta.concrete_fields if not f.primary_key]
    fresh = {"seq": "seq + 1", "key": f"'{chance.getrandbits(128):032x}'"}
    values = ", ".join(fresh.get(name, name) for name in columns)
    names = ", ".join(columns)
    run(f"INSERT INTO ledger_act ({names}) SELECT {values} FROM ledger_act WHERE id = %s", act.pk)  # noqa: S608


def reorder(chance: random.Random, act: Act) -> None:
    """Two neighbours exchange their places, hashes moved along so as to look orderly."""
    other = act.seq + 1 if act.seq < LENGTH else act.seq - 1
    run("UPDATE ledger_act SET seq = 1000 WHERE id = %s", act.pk)
    run("UPDATE ledger_act SET seq = %s WHERE seq = %s", act.seq, other)
    run("UPDATE ledger_act SET seq = %s WHERE seq = 1000", other)


def cut(chance: random.Random, act: Act) -> None:
    """The tail goes, and every second time the head is moved back with it."""
    run("DELETE FROM ledger_act WHERE seq >= %s", act.seq)
    if chance.random() < 0.5:
        before = run("SELECT hash FROM ledger_act WHERE seq = %s", act.seq - 1)
        hash_ = before[0][0] if before else "0" * 64
        run("UPDATE ledger_head SET seq = %s, hash = %s", act.seq - 1, hash_)


LENGTH = 12
TAMPERINGS: list[Callable[[random.Random, Act], None]] = [edit, delete, insert, reorder, cut]
NUMBER = int(os.environ.get("MAILLAGE_TAMPERINGS", "1000"))


@pytest.mark.slow
def test_a_thousand_random_tamperings_are_a_thousand_found() -> None:
    seed = int(os.environ.get("MAILLAGE_SEED", random.randrange(2**32)))  # noqa: S311
    print(f"seed {seed}")  # noqa: T201 -- shown when the test fails
    chance = random.Random(seed)  # noqa: S311 -- chance to find faults, not secrets
    factory.acts(LENGTH, amount_cents=100)
    witness, acts = ledger.heads(), kept()
    with ledger_open():
        for rank in range(NUMBER):
            tampering = TAMPERINGS[rank % len(TAMPERINGS)]
            with transaction.atomic():
                tampering(chance, chance.choice(acts))
                assert ledger.verify(witness).broken, tampering.__name__
                transaction.set_rollback(True)
    assert ledger.verify(witness).is_valid
