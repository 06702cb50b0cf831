"""Asking a service outside: what it says, what it cannot say, and what nobody waits for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from maillage.kernel.remote import Client, Unavailable
from maillage.kernel.remote.client import LARGEST
from tests import services
from tests.services import SERVICE, Hands, Outside, Reply, said

Make = Callable[..., Client]


@pytest.fixture
def outside() -> Iterator[Outside]:
    with services.running() as server:
        yield server


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def make(outside: Outside, hands: Hands, tmp_path: Path) -> Make:
    def made(**changes: Any) -> Client:
        there = {"address": outside.address, **changes}
        return services.client(replace(SERVICE, **there), tmp_path, hands)

    return made


def whole(data: Any) -> Any:
    return data


def refused(client: Client, **params: str) -> Unavailable:
    with pytest.raises(Unavailable) as refusal:
        client.ask("/search", params, read=whole)
    return refusal.value


# What is asked


def test_a_question_is_asked_under_the_address_with_its_words_encoded(
    make: Make, outside: Outside
) -> None:
    outside.says(said({"ok": True}))
    client = make(address=f"{outside.address}/api/3.11", headers={"X-Key": "secret"})

    answer = client.ask("/siret", {"q": "café & fils=?#/../é"}, read=whole)

    (asked,) = outside.asked
    assert answer.data == {"ok": True}
    assert asked.path == "/api/3.11/siret"
    assert asked.params == {"q": "café & fils=?#/../é"}
    assert asked.headers["X-Key"] == "secret"
    assert asked.headers["User-Agent"].startswith("Maillage")
    assert asked.headers["Accept-Encoding"] == "identity"


def test_half_a_character_is_asked_as_a_question_mark(make: Make, outside: Outside) -> None:
    outside.says(said({}))

    make().ask("/search", {"q": "caf\udce9"}, read=whole)

    assert outside.asked[0].params == {"q": "caf?"}


def test_a_service_without_an_address_asks_nobody_and_says_which_variable_gives_one(
    make: Make, outside: Outside
) -> None:
    refusal = refused(make(address=""))

    assert outside.asked == []
    assert refusal.code == "off"
    assert "n’est pas branché" in str(refusal)
    assert "MAILLAGE_API_FIRMS" in str(refusal)
    assert str(refusal).endswith("Faites à la main.")


def test_a_service_that_knows_nothing_of_it_says_so_by_404(make: Make, outside: Outside) -> None:
    outside.says(said({"header": {"statut": 404}}, 404))

    assert make().ask("/siret/1", {}, read=whole).data is None


def test_a_page_of_another_site_is_no_such_answer(make: Make, outside: Outside) -> None:
    outside.says(Reply(b"<html>Not found</html>", 404))

    assert refused(make()).code == "unreadable"


def test_a_list_that_says_404_is_no_such_answer_either(make: Make, outside: Outside) -> None:
    outside.says(said([], 404))

    assert refused(make()).code == "unreadable"


# What is refused, in both languages


CASES = {
    "busy": (said({}, 429), "reçoit trop de questions", "asked too many questions"),
    "failing": (said({}, 503), "est en panne (503)", "out of order (503)"),
    "denied": (said({}, 401), "vérifie la variable MAILLAGE_API_KEY", "checks the variable"),
    "misunderstood": (said({"erreur": "q"}, 400), "ne comprend pas", "does not understand"),
    "moved": (
        said({}, 302, Location="https://elsewhere.example/x"),
        "renvoie ailleurs (elsewhere.example)",
        "sends elsewhere (elsewhere.example)",
    ),
    "unreadable": (Reply(b'{"cut": '), "forme attendue", "expected form"),
    "too_big": (Reply(b" " * (LARGEST + 1)), "dépasse 2\u00a0Mo", "larger than 2 MB"),
}


@pytest.mark.parametrize("code", CASES)
def test_what_cannot_be_used_is_refused_in_words_with_what_to_do(
    code: str, make: Make, outside: Outside
) -> None:
    reply, french, english = CASES[code]
    outside.says(reply)

    refusal = refused(make())

    assert refusal.code == code
    assert french in str(refusal)
    assert "Faites à la main." in str(refusal)
    with translation.override("en"):
        assert english in str(refusal)
        assert "Do it by hand." in str(refusal)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[" * 100_000,
        b'{"n": NaN}',
        b"9" * 5000,
        b"\xff\xfe\x00",
        b'{"a": "\xe9"}',
    ],
    ids=["empty", "page", "deep", "nan", "long number", "no text", "latin-1"],
)
def test_what_is_no_json_is_unreadable_and_breaks_nothing(
    body: bytes, make: Make, outside: Outside
) -> None:
    outside.says(Reply(body))

    assert refused(make()).code == "unreadable"


def test_a_body_shorter_than_it_claims_is_unreadable(make: Make, outside: Outside) -> None:
    outside.says(Reply(b'{"results": [', claims=5000))

    assert refused(make()).code == "unreadable"


def test_an_answer_of_another_shape_is_unreadable_and_not_kept(
    make: Make, outside: Outside, tmp_path: Path
) -> None:
    outside.says(said({"other": 1}))

    with pytest.raises(Unavailable) as refusal:
        make().ask("/search", {}, read=lambda data: data["results"])

    assert refusal.value.code == "unreadable"
    assert not list(tmp_path.rglob("*.json"))


def test_a_redirect_is_followed_nowhere_not_even_on_the_same_host(
    make: Make, outside: Outside
) -> None:
    outside.says(said({}, 301, Location=f"{outside.address}/secret"), said({"stolen": 1}))

    assert refused(make()).code == "moved"
    assert [asked.path for asked in outside.asked] == ["/search"]


def test_a_header_that_sends_elsewhere_without_saying_where_is_refused_too(
    make: Make, outside: Outside
) -> None:
    outside.says(said({}, 304))

    refusal = refused(make())

    assert refusal.code == "moved"
    assert "ailleurs, où" in str(refusal)


# What nobody waits for


def test_a_silent_service_is_left_after_its_time_and_not_asked_twice(
    make: Make, outside: Outside
) -> None:
    outside.says(Reply(is_silent=True))

    refusal = refused(make(timeout=0.2))

    assert refusal.code == "silent"
    assert "ne répond pas à temps" in str(refusal)
    assert len(outside.asked) == 1


def test_a_body_that_stops_half_way_is_left_too(make: Make, hands: Hands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        over = threading.Event()

        def half() -> None:
            reached, _address = door.accept()
            with reached:
                reached.recv(4096)
                reached.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
                over.wait(20)

        thread = threading.Thread(target=half)
        thread.start()
        try:
            client = make(address=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=0.2)
            assert refused(client).code == "silent"
        finally:
            over.set()
            thread.join()


def test_a_body_that_comes_drop_by_drop_is_left_when_patience_ends(
    make: Make, outside: Outside, hands: Hands
) -> None:
    outside.says(said({"long": "x" * 500_000}))
    client = make()

    def an_age() -> float:
        hands.at += timedelta(seconds=4)
        return hands.at.timestamp()

    client._ticks = an_age

    assert refused(client).code == "silent"


def test_a_service_whose_door_is_closed_is_tried_thrice(make: Make, hands: Hands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    refusal = refused(make(address=f"http://127.0.0.1:{port}"))

    assert refusal.code == "unreachable"
    assert hands.paused == [0.5, 1.0]


def test_what_is_no_http_is_unreachable(make: Make, hands: Hands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def odd() -> None:
            for _ in range(3):
                reached, _address = door.accept()
                with reached:
                    reached.recv(4096)
                    reached.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = threading.Thread(target=odd)
        thread.start()
        refusal = refused(make(address=f"http://127.0.0.1:{door.getsockname()[1]}"))
        thread.join()

    assert refusal.code == "unreachable"


def test_a_question_to_this_machine_goes_through_no_proxy(
    make: Make, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    outside.says(said({"ok": 1}))

    assert make().ask("/", {}, read=whole).data == {"ok": 1}


def test_the_key_of_a_service_is_shown_by_no_trace() -> None:
    assert "secret" not in repr(replace(SERVICE, headers={"X-Key": "secret"}))
