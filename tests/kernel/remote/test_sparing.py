"""Sparing a service: waiting as long as it asks, giving up in time, leaving it alone for a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maillage.kernel.remote import Client, Unavailable
from maillage.kernel.remote.politeness import LONGEST_REST, REST, retry_after
from tests import services
from tests.services import NOON, SERVICE, Hands, Outside, said


@pytest.fixture
def outside() -> Iterator[Outside]:
    with services.running() as server:
        yield server


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def client(outside: Outside, hands: Hands, tmp_path: Path) -> Client:
    return services.client(replace(SERVICE, address=outside.address), tmp_path, hands)


def ask(client: Client, text: str = "") -> Any:
    return client.ask("/search", {"q": text}, read=lambda data: data).data


def code(client: Client) -> str:
    with pytest.raises(Unavailable) as refusal:
        ask(client)
    return refusal.value.code


def test_a_service_that_asks_to_wait_is_waited_for_and_asked_again(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 429, Retry_After="3"), said({"ok": 1}))

    assert ask(client) == {"ok": 1}
    assert hands.paused == [3.0]


def test_one_that_names_the_instant_is_waited_for_until_then(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 503, Retry_After="Thu, 12 Mar 2026 12:00:02 GMT"), said({"ok": 1}))

    assert ask(client) == {"ok": 1}
    assert hands.paused == [2.0]


def test_one_that_asks_nothing_is_waited_for_longer_each_time_thrice_at_most(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 502))

    assert code(client) == "failing"
    assert len(outside.asked) == 3
    assert hands.paused == [0.5, 1.0]


def test_nobody_waits_longer_than_their_patience(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 429, Retry_After="120"))

    with pytest.raises(Unavailable) as refusal:
        ask(client)

    assert hands.paused == []
    assert len(outside.asked) == 1
    assert "Réessayez dans 120\u00a0s." in str(refusal.value)


def test_a_service_that_asked_for_two_minutes_gets_them(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 429, Retry_After="120"), said({"ok": 1}))
    assert code(client) == "busy"

    hands.at += timedelta(seconds=100)
    with pytest.raises(Unavailable) as refusal:
        ask(client)
    assert refusal.value.code == "left_alone"
    assert "Réessayez dans 20\u00a0s." in str(refusal.value)
    assert len(outside.asked) == 1

    hands.at += timedelta(seconds=20)
    assert ask(client) == {"ok": 1}


def test_however_long_it_asks_for_it_is_tried_again_within_the_hour(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 429, Retry_After="999999999"), said({"ok": 1}))
    assert code(client) == "busy"

    hands.at += timedelta(seconds=LONGEST_REST)

    assert ask(client) == {"ok": 1}


def test_three_questions_without_an_answer_give_it_a_minute_of_rest(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 500))

    assert [code(client) for _ in range(4)] == ["failing"] * 3 + ["left_alone"]
    assert len(outside.asked) == 9

    hands.at += timedelta(seconds=REST)
    outside.says(said({"ok": 1}))
    assert ask(client) == {"ok": 1}


def test_after_its_rest_one_more_failure_is_enough(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({}, 500))
    for _ in range(3):
        code(client)
    hands.at += timedelta(seconds=REST)

    assert code(client) == "failing"
    assert code(client) == "left_alone"


def test_an_answer_makes_its_failures_forgotten(client: Client, outside: Outside) -> None:
    for n in range(4):
        outside.says(said({}, 500))
        assert code(client) == "failing"
        outside.says(said({"ok": n}))
        assert ask(client, f"other {n}") == {"ok": n}


@pytest.mark.parametrize("status", [400, 401, 403, 302])
def test_a_question_that_is_badly_put_is_not_repeated_and_costs_no_rest(
    client: Client, outside: Outside, hands: Hands, status: int
) -> None:
    outside.says(said({}, status))

    codes = {code(client) for _ in range(5)}

    assert len(codes) == 1
    assert codes.isdisjoint({"left_alone"})
    assert len(outside.asked) == 5
    assert hands.paused == []


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("-3", None),
        ("soon", None),
        ("١٢", None),
        ("9" * 6000, None),
        ("Thu, 12 Mar 2026 12:01:00 GMT", 60.0),
        ("Thu, 12 Mar 2026 13:01:00 +0100", 60.0),
        ("Thu, 12 Mar 2026 12:01:00", 60.0),
        ("Thu, 12 Mar 2020 12:00:00 GMT", 0.0),
        ("Thu, 12 Mar 99999 12:00:00 GMT", None),
    ],
)
def test_what_retry_after_may_say(words: str | None, seconds: float | None) -> None:
    at: datetime = NOON

    assert retry_after(words, at) == seconds
