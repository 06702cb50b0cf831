"""How often something may be tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from maillage.accounts import limits
from maillage.accounts.models import Bucket

pytestmark = pytest.mark.django_db

THRICE = limits.Rate(3, seconds=60)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2020-06-30T09:00:00+00:00", tick=False) as traveller:
        yield traveller


def test_attempts_are_allowed_up_to_the_rate(clock: time_machine.Coordinates) -> None:
    assert [limits.spend("door", "lea", THRICE) for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_window_slides_so_no_two_halves_add_up(clock: time_machine.Coordinates) -> None:
    limits.spend("door", "lea", THRICE)
    clock.shift(50)
    assert limits.spend("door", "lea", THRICE)
    assert limits.spend("door", "lea", THRICE)
    assert not limits.spend("door", "lea", THRICE)
    clock.shift(11)
    assert limits.spend("door", "lea", THRICE)
    assert not limits.spend("door", "lea", THRICE)


def test_keys_and_buckets_are_counted_apart_and_capitals_together() -> None:
    once = limits.Rate(1)
    assert limits.spend("door", "lea", once)
    assert limits.spend("door", "max", once)
    assert limits.spend("window", "lea", once)
    assert not limits.spend("door", " LEA ", once)


def test_old_buckets_are_forgotten(clock: time_machine.Coordinates) -> None:
    limits.spend("door", "lea", THRICE)
    clock.shift(61)
    limits.spend("door", "max", THRICE)
    assert Bucket.objects.count() == 1
