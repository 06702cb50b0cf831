"""Signed links: looked at by anybody, used once, told to nobody else (goal R24).

`MAILLAGE_LINKS=10000` is the long size.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from maillage.accounts.models import Bucket
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words
from maillage.post import holding, links
from maillage.post.models import Link
from maillage.site.logs import DiscreetFormatter
from tests.factories import post as make

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("MAILLAGE_LINKS", "200"))
WORDS = {
    "title": Words(fr="Ouvrir ?", en="Open?"),
    "button": Words(fr="Ouvrir", en="Open"),
    "done": Words(fr="Fait.", en="Done."),
}


@pytest.fixture
def now() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-03-02T09:00:00+01:00", tick=False) as moment:
        yield moment


@pytest.fixture
def declare() -> Iterator[Any]:
    """Declare a purpose for the length of a test."""
    before = dict(links._purposes)
    yield links.purpose
    links._purposes.clear()
    links._purposes.update(before)


def body(response: HttpResponse) -> str:
    """What a page says, apart from what would differ between two askings."""
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


# The secret


def test_a_token_holds_at_least_128_bits_and_never_comes_twice() -> None:
    tokens = {make.token(subject=str(n)) for n in range(50)}

    assert len(tokens) == 50
    assert links.BYTES * 8 >= 128
    assert {len(token) for token in tokens} == {32}
    assert not [token for token in tokens if re.search(r"[^\w-]", token)]


def test_only_a_digest_of_it_is_kept() -> None:
    token = make.token()
    row = Link.objects.values().get()

    assert row["digest"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)


def test_a_purpose_that_nobody_declared_makes_no_link() -> None:
    with pytest.raises(KeyError):
        make.token("tests.nothing")


# Looking and using


def test_a_page_asks_then_the_button_does_it_once(client: Client, opened: list[str]) -> None:
    token = make.token(subject="the red door")

    asked = client.get(f"/l/{token}")
    assert asked.status_code == 200
    assert "Ouvrir la porte ?" in body(asked)
    assert opened == []

    used = client.post(f"/l/{token}")
    assert "La porte est ouverte." in body(used)
    assert opened == ["the red door"]
    assert Link.objects.get().used_at is not None


def test_a_second_press_tells_the_same_and_does_nothing(client: Client, opened: list[str]) -> None:
    token = make.token()
    first, second = client.post(f"/l/{token}"), client.post(f"/l/{token}")

    assert body(first) == body(second) == body(client.get(f"/l/{token}"))
    assert second.status_code == 200
    assert opened == ["a door"]
    assert Link.objects.get().uses == 1


def test_a_link_may_serve_several_times_when_it_is_made_so(
    client: Client, opened: list[str]
) -> None:
    token = make.token(most_uses=2)
    for _ in range(3):
        client.post(f"/l/{token}")

    assert len(opened) == 2


def test_scanners_that_look_consume_nothing(client: Client, opened: list[str]) -> None:
    token = make.token()
    scanner = {"User-Agent": "BingPreview/1.0b", "Purpose": "prefetch"}
    for _ in range(MANY // 2):
        assert client.get(f"/l/{token}", headers=scanner).status_code == 200
        assert client.head(f"/l/{token}", headers=scanner).status_code == 200

    assert opened == []
    assert Link.objects.get().uses == 0
    assert Bucket.objects.count() == 0
    client.post(f"/l/{token}")
    assert opened == ["a door"]


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_no_other_method_opens_anything(client: Client, opened: list[str], method: str) -> None:
    token = make.token()

    assert getattr(client, method)(f"/l/{token}").status_code == 405
    assert opened == []


def test_what_is_refused_is_not_consumed(client: Client, declare: Any) -> None:
    tried = []

    @declare("tests.refusing", **WORDS)
    def refuse(link: Link, request: Any) -> None:
        tried.append(link.uses)
        raise Conflict("Not today.")

    token = make.token("tests.refusing")
    assert client.post(f"/l/{token}").status_code == 409
    assert client.post(f"/l/{token}").status_code == 409
    assert len(tried) == 2
    assert Link.objects.get().uses == 0


def test_a_purpose_may_answer_with_a_page_of_its_own(client: Client, declare: Any) -> None:
    @declare("tests.answering", **WORDS, detail=lambda link: f"About {link.subject}")
    def answer(link: Link, request: Any) -> HttpResponse:
        return HttpResponse("Thank you", status=201)

    token = make.token("tests.answering", subject="a firm")
    assert "About a firm" in body(client.get(f"/l/{token}"))
    answered = client.post(f"/l/{token}")

    assert (answered.status_code, answered.content) == (201, b"Thank you")
    assert answered["Referrer-Policy"] == "no-referrer"


def test_it_speaks_the_language_of_its_reader_whatever_the_browser_spoke(client: Client) -> None:
    page = client.get(f"/l/{make.token(language='en')}")

    assert "Open the door?" in body(page)
    assert page["Content-Language"] == "en"
    assert b'<html lang="en"' in page.content


# What no longer opens


def dead(how: str) -> str:
    """The token of a link that opens nothing, each for its reason."""
    if how == "unknown":
        return "x" * 32
    token = make.token(subject=how)
    if how == "expired":
        Link.objects.update(expires_at=Link.objects.get().made_at)
    if how == "revoked":
        assert links.revoke("tests.door", subject=how) == 1
    if how == "of a package that is gone":
        Link.objects.update(purpose="gone.purpose")
    return token


DEAD = ("unknown", "expired", "revoked", "of a package that is gone")


@pytest.mark.parametrize("method", ["get", "post"])
def test_whatever_the_reason_the_page_is_the_same(
    client: Client, opened: list[str], method: str
) -> None:
    pages = {how: getattr(client, method)(f"/l/{dead(how)}") for how in DEAD}

    assert {page.status_code for page in pages.values()} == {404}
    assert len({body(page) for page in pages.values()}) == 1
    assert {page["Referrer-Policy"] for page in pages.values()} == {"no-referrer"}
    assert opened == []


def test_a_link_lasts_as_long_as_it_was_made_for(
    client: Client, now: time_machine.Coordinates
) -> None:
    token = make.token(lasting=timedelta(hours=1))
    now.shift(timedelta(minutes=59))
    assert client.get(f"/l/{token}").status_code == 200
    now.shift(timedelta(minutes=1))
    assert client.get(f"/l/{token}").status_code == 404


def test_revoking_closes_every_link_about_a_subject_and_no_other(client: Client) -> None:
    ours = [make.token(subject="a"), make.token(subject="a")]
    other = make.token(subject="b")

    assert links.revoke("tests.door", subject="a") == 2
    assert links.revoke("tests.door", subject="a") == 0
    assert [client.get(f"/l/{token}").status_code for token in (*ours, other)] == [404, 404, 200]


def test_a_link_revoked_while_its_page_was_open_does_nothing(opened: list[str]) -> None:
    found = links.find(make.token())
    assert found is not None
    links.revoke("tests.door", subject="a door")

    assert links.use(found, make.request()) is None
    assert opened == []


def test_random_tokens_hit_nothing_then_are_answered_no_more(client: Client) -> None:
    make.token()
    statuses = [
        client.get(f"/l/{links.secrets.token_urlsafe(24)}").status_code for _ in range(MANY)
    ]

    assert statuses == [404] * 30 + [429] * (MANY - 30)


def test_behind_a_proxy_each_reader_has_attempts_of_their_own(
    client: Client, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(holding.MISSES_PER_ADDRESS.amount + 1):
        busy = client.get("/l/nothing", headers={"X-Forwarded-For": "192.0.2.1"})

    assert busy.status_code == 429
    other = client.get("/l/nothing", headers={"X-Forwarded-For": "192.0.2.2"})
    assert other.status_code == 404


def test_whoever_holds_a_link_is_never_refused_for_the_attempts_of_a_neighbour(
    client: Client,
) -> None:
    token = make.token()
    for _ in range(holding.MISSES_PER_ADDRESS.amount + 1):
        last = client.get("/l/nothing")

    assert last.status_code == 429
    assert "Trop de tentatives" in body(last)
    assert client.get(f"/l/{token}").status_code == 200


@pytest.mark.parametrize("token", ["%00", "%ff", "é", "a" * 3000, "%2e%2e", "-", "_"])
def test_odd_tokens_are_only_unknown(client: Client, token: str) -> None:
    assert client.get(f"/l/{token}").status_code in {400, 404}


def test_a_database_counts_no_more_uses_than_were_given() -> None:
    make.token()

    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.update(uses=2)


# Told to nobody else


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_is_not_told_further_on(client: Client, method: str) -> None:
    page = getattr(client, method)(f"/l/{make.token()}")

    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_its_page_holds_no_form_but_its_own(client: Client) -> None:
    # With no referrer, browsers send forms without an origin: those that need one would be refused.
    page = BeautifulSoup(client.get(f"/l/{make.token()}").content, "html.parser")

    assert len(page.select("form")) == 1
    assert not page.select("form[action], input")
    assert not [a for a in page.select("a[href]") if a["href"] not in {"/", "#content"}]


def test_the_log_does_not_hold_it() -> None:
    token = make.token()
    fault = ValueError(f"GET /l/{token}?x=1 broke")
    said = {"msg": "Internal Server Error: %s", "args": (f"/l/{token}",)}
    record = logging.makeLogRecord({**said, "exc_info": (ValueError, fault, None)})

    written = DiscreetFormatter().format(record)

    assert token not in written
    assert "Internal Server Error: /l/…" in written
    assert "GET /l/…?x=1 broke" in written


def test_a_crash_behind_a_link_does_not_write_it_down(
    declare: Any, caplog: pytest.LogCaptureFixture
) -> None:
    @declare("tests.crashing", **WORDS)
    def crash(link: Link, request: Any) -> None:
        raise ZeroDivisionError

    token = make.token("tests.crashing")
    with caplog.at_level(logging.DEBUG):
        answer = Client(raise_request_exception=False).post(f"/l/{token}")

    assert answer.status_code == 500
    written = [DiscreetFormatter().format(record) for record in caplog.records]
    assert written
    assert not [line for line in written if token in line]
    assert Link.objects.get().uses == 0


# From where


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("", 200), ("cross-site", 403), ("same-site", 403)],
)
def test_another_site_does_not_press_the_button(opened: list[str], site: str, status: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    # A page without a referrer sends its form with no origin, as browsers do.
    headers = {"Origin": "null", **({"Sec-Fetch-Site": site} if site else {})}

    assert strict.post(f"/l/{make.token()}", headers=headers).status_code == status
    assert bool(opened) == (status == 200)
