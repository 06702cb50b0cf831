"""What elected members and the public can learn from figures that are masked, reading after reading."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from maillage.accounts.roles import Role
from maillage.kernel import clock
from tests.factories import accounts as make, observatory
from tests.factories.observatory import Situation
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

DAYS = "2019-05-01 2019-05-02 2019-05-03 2019-06-04 2019-06-07"
ELSEWHERE = ("?at=2019-06-05", "?period=2019-05-01..2019-06-04", "?period=2019")


@pytest.fixture
def situation() -> Situation:
    made = observatory.situation()
    made.visits(DAYS, commune="59350")
    return made


def figures(client: Client, situation: Situation, query: str = "") -> list[dict[str, object]]:
    with clock.at(noon("2020-06-01")):
        address = f"/conventions/{situation.convention.slug}/chiffres.json"
        answer = client.get(address + query)
    told: list[dict[str, object]] = json.loads(answer.content)["figures"]
    return told


def test_an_elected_member_reads_today_whole_and_masked(
    client: Client, situation: Situation
) -> None:
    make.signed_in(client, Role.ELECTED, situation.epci, perimeter="mel")
    assert figures(client, situation)[0]["value"] == 5


@pytest.mark.parametrize("query", ELSEWHERE)
def test_an_elected_member_cannot_subtract_one_day_from_the_next(
    client: Client, situation: Situation, query: str
) -> None:
    make.signed_in(client, Role.ELECTED, situation.epci, perimeter="mel")
    assert figures(client, situation, query) == []
    situation.publish()
    public = figures(Client(), situation)
    assert figures(client, situation, query) == figures(Client(), situation, query) == public


def test_a_masked_part_says_that_it_is_masked(situation: Situation) -> None:
    situation.visits("2019-07-01", commune="59512")
    situation.publish()
    parts = [g for f in figures(Client(), situation) for g in f.get("groups", ()) if g["masked"]]  # type: ignore[attr-defined]
    assert parts
    assert all(part["value"] is None and part["n"] == 0 for part in parts)


def test_a_rate_never_gives_away_the_sum_that_is_masked(situation: Situation) -> None:
    situation.pay(1234, "2019-06-01")
    situation.commit(5000, "2019-05-01")
    situation.publish()
    told = json.dumps(figures(Client(), situation))
    assert "conventions.execution_of_amount" in told
    assert "123400" not in told
    assert str(123400 / 15000000) not in told
