"""The hours of a kept round, whatever the order an adviser puts it in: nobody is in two places, lunch is taken once."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.kernel.errors import Conflict
from maillage.outreach import actions
from maillage.outreach.models import KeptRound
from maillage.outreach.terrain import HOUR, Day
from tests.factories import accounts, outreach as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
USUAL = Day()
FIRMS = 9


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def hours(kept: KeptRound) -> list[tuple[int, int]]:
    """When each visit begins, and the way to it, in the order of the walk."""
    rows = kept.stops.filter(rank__isnull=False).order_by("rank")
    return [(one.arrival or 0, one.walk) for one in rows]


def keys(kept: KeptRound) -> list[str]:
    rows = kept.stops.filter(rank__isnull=False).order_by("rank").select_related("establishment")
    return [str(one.establishment.key) for one in rows]


def check(told: list[tuple[int, int]]) -> None:
    """Each visit begins once the one before is over and the way walked; none runs over lunch, taken once."""
    pauses = 0
    for (before, _way), (after, way) in itertools.pairwise(told):
        spare = after - (before + USUAL.visit + way)
        assert spare >= 0
        pauses += spare >= HOUR
    assert pauses <= 1
    for begins, _way in told:
        noon_hours = range(USUAL.lunch[0], USUAL.lunch[1] + 1)
        assert begins >= USUAL.window[0]
        if begins in noon_hours:
            assert begins + USUAL.visit <= USUAL.lunch[1] or begins >= USUAL.lunch[1]


def test_the_round_as_it_was_planned_keeps_its_hours(adviser: Actor) -> None:
    told = hours(make.kept_round(adviser, firms=FIRMS))
    assert len(told) == FIRMS
    assert told[0] == (USUAL.window[0], 0)
    check(told)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(FIRMS)))
def test_in_any_order_hours_follow_one_another(
    order: list[int], db_rollback: Callable[[], AbstractContextManager[None]]
) -> None:
    with db_rollback():
        adviser = accounts.actor()
        kept = make.kept_round(adviser, firms=FIRMS)
        known = keys(kept)
        wanted = [known[rank] for rank in order]
        actions.reorder_round(kept=kept, order=wanted, by=adviser)
        assert keys(kept) == wanted
        check(hours(kept))


@pytest.mark.parametrize("change", ["one less", "one twice", "a stranger", "none"])
def test_an_order_of_other_firms_is_refused_and_changes_nothing(
    adviser: Actor, change: str
) -> None:
    kept = make.kept_round(adviser, firms=3)
    known, before = keys(kept), hours(kept)
    wrong = {
        "one less": known[:-1], "one twice": [*known[:-1], known[0]], "a stranger": [*known[:-1], "x"], "none": [],
    }  # fmt: skip
    with pytest.raises(Conflict):
        actions.reorder_round(kept=kept, order=wrong[change], by=adviser)
    assert (keys(kept), hours(kept)) == (known, before)


def test_the_same_order_twice_is_the_same_round(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=4)
    turned = keys(kept)[::-1]
    told = []
    for _ in range(2):
        actions.reorder_round(kept=kept, order=turned, by=adviser)
        told.append(hours(kept))
    assert told[0] == told[1]
