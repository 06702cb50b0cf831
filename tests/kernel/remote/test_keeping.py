"""Answers kept with their instant: not asked again, told with their age, and never in the way."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from maillage.kernel.remote import Answer, Client, Folder, Unavailable
from tests import services
from tests.services import NOON, SERVICE, Hands, Outside, said

HOUR = timedelta(hours=1)


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


def ask(client: Client, q: str = "pain") -> Answer[Any]:
    return client.ask("/search", {"q": q}, read=lambda data: data and data["n"], fresh=HOUR)


def file_of(tmp_path: Path) -> Path:
    (path,) = tmp_path.rglob("*.json")
    return path


def test_a_young_answer_is_not_asked_again_and_says_its_instant(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({"n": 1}), said({"n": 2}))
    ask(client)
    hands.at += HOUR - timedelta(seconds=1)

    again = ask(client)

    assert (again.data, again.at) == (1, NOON)
    assert str(again.told) == "Réponse du service du 12/03/2026, 13:00."  # Paris
    assert len(outside.asked) == 1


def test_an_old_one_is_asked_again(client: Client, outside: Outside, hands: Hands) -> None:
    outside.says(said({"n": 1}), said({"n": 2}))
    ask(client)
    hands.at += HOUR

    assert (ask(client).data, ask(client).at) == (2, NOON + HOUR)


def test_each_question_has_its_own_answer(client: Client, outside: Outside) -> None:
    outside.answering = lambda asked: said({"n": asked.params["q"]})

    assert [ask(client, word).data for word in ("pain", "lait", "pain")] == ["pain", "lait", "pain"]
    assert len(outside.asked) == 2


def test_that_nothing_is_known_is_an_answer_too(client: Client, outside: Outside) -> None:
    outside.says(said({}, 404))

    assert (ask(client).data, ask(client).data) == (None, None)
    assert len(outside.asked) == 1


def test_when_the_service_fails_what_it_said_is_told_as_such(
    client: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said({"n": 1}), said({}, 503))
    ask(client)
    hands.at += timedelta(days=3)

    old = ask(client)

    assert (old.data, old.at) == (1, NOON)
    assert old.refusal is not None
    assert str(old.told) == (
        "«\u00a0Annuaire\u00a0» est en panne (503). Ce qui suit est sa réponse du 12/03/2026, 13:00."
    )
    with translation.override("en"):
        assert "What follows is its answer of 12/03/2026" in str(old.told)


def test_a_service_turned_off_says_nothing_even_of_what_is_kept(
    client: Client, outside: Outside, tmp_path: Path
) -> None:
    outside.says(said({"n": 1}))
    ask(client)

    with pytest.raises(Unavailable) as refusal:
        ask(services.client(SERVICE, tmp_path))

    assert refusal.value.code == "off"


def test_another_address_is_another_service(
    client: Client, outside: Outside, tmp_path: Path
) -> None:
    outside.says(said({"n": 1}), said({"n": 2}))
    ask(client)

    moved = services.client(replace(SERVICE, address=f"{outside.address}/v2"), tmp_path)

    assert ask(moved).data == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"question": "other"}', b"\xff", b"[" * 100_000],
    ids=["empty", "cut", "list", "null", "another question", "no text", "deep"],
)
def test_a_kept_answer_that_cannot_be_read_is_asked_again(
    client: Client, outside: Outside, tmp_path: Path, content: bytes
) -> None:
    outside.says(said({"n": 1}), said({"n": 2}))
    ask(client)
    file_of(tmp_path).write_bytes(content)

    assert ask(client).data == 2


@pytest.mark.parametrize(
    "change", [{"data": {"m": 1}}, {"at": "yesterday"}, {"at": "2031-01-01T00:00:00+00:00"}]
)
def test_one_of_another_shape_or_from_tomorrow_is_asked_again(
    client: Client, outside: Outside, tmp_path: Path, change: dict[str, Any]
) -> None:
    outside.says(said({"n": 1}), said({"n": 2}))
    ask(client)
    path = file_of(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    assert ask(client).data == 2


def test_its_file_is_read_by_the_instance_only(
    client: Client, outside: Outside, tmp_path: Path
) -> None:
    outside.says(said({"n": 1}))
    ask(client)

    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(tmp_path).parent.stat().st_mode) == 0o700
    assert not list(tmp_path.rglob("*.part"))


def test_a_disk_that_takes_nothing_more_stops_no_answer(
    outside: Outside, tmp_path: Path, hands: Hands
) -> None:
    (tmp_path / "firms").write_text("a file where the folder should be")
    client = services.client(replace(SERVICE, address=outside.address), tmp_path, hands)
    outside.says(said({"n": 1}))

    assert ask(client).data == 1


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    with pytest.raises(TypeError):
        folder.write("q", {"no": {"json"}}, NOON)

    assert list(tmp_path.iterdir()) == []


def test_only_what_is_sifted_is_read_and_kept(
    client: Client, outside: Outside, tmp_path: Path
) -> None:
    outside.says(said({"n": 1, "born": "1970-01-01"}))

    answer = client.ask("/x", {}, sift=lambda data: {"n": data["n"]}, read=lambda data: data)

    assert answer.data == {"n": 1}
    assert "1970" not in file_of(tmp_path).read_text()


def test_what_cannot_be_sifted_is_unreadable(client: Client, outside: Outside) -> None:
    outside.says(said([]))

    with pytest.raises(Unavailable) as refusal:
        client.ask("/x", {}, sift=lambda data: data["n"], read=lambda data: data)

    assert refusal.value.code == "unreadable"
