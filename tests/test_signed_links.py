"""Signed links, whatever their package: looking changes nothing, and nobody guesses one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from maillage.accounts import policy
from maillage.accounts.policy import Entry
from maillage.kernel import clock
from maillage.post import links
from maillage.post.models import Link
from maillage.site.purposes import JOIN
from tests.factories import accounts, post as make
from tests.makers import accounts as people, maker_of

pytestmark = pytest.mark.django_db

TOKENS = 10_000
SCANNERS = (
    {"User-Agent": "BingPreview/1.0b", "Purpose": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (compatible; mail gateway)", "Sec-Fetch-Site": "cross-site"},
    {"User-Agent": ""},
)
HELD = [entry for entry in policy.table() if "token" in entry.parameters and "GET" in entry.rules]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T00:30")):
        yield


def everything() -> dict[str, Any]:
    """How many rows each table has, and every link as it stands."""
    told: dict[str, Any] = {
        model._meta.label: model._base_manager.count() for model in apps.get_models()
    }
    told["links"] = list(Link.objects.order_by("pk").values())
    return told


def scan(address: str) -> set[int]:
    """What a gateway does with each address of a mail, over and over."""
    client = Client()
    told = set()
    for headers in SCANNERS:
        told |= {client.get(address, headers=headers).status_code for _ in range(2)}
        told.add(client.head(address, headers=headers).status_code)
    return told


# Those of events are looked at in their own tests: registrations open and close by the hour.
LOOKED_AT = [entry for entry in HELD if not entry.name.startswith("events:")]


@pytest.mark.parametrize("entry", LOOKED_AT, ids=lambda entry: entry.name)
def test_a_scanner_that_opens_a_link_consumes_nothing(entry: Entry) -> None:
    maker = maker_of(entry)
    assert maker is not None
    address = reverse(entry.name, kwargs=maker(accounts.organisation()))
    before = everything()
    assert scan(address) == {200}
    assert everything() == before


def test_nor_does_it_accept_an_invitation() -> None:
    key = people.invitation(accounts.organisation())["key"]
    token = make.token(JOIN, str(key))
    before = everything()
    assert scan(f"/l/{token}") == {200}
    assert everything() == before


def test_every_purpose_opens_by_one_of_these_routes() -> None:
    assert {one.page for one in links._purposes.values()} <= {entry.name for entry in HELD}
    assert len(HELD) > 2


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a digest is looked up alike by both")
def test_ten_thousand_tokens_at_random_open_nothing() -> None:
    for subject in range(50):
        make.token(subject=str(subject))
    assert not any(links.find(secrets.token_urlsafe(links.BYTES)) for _ in range(TOKENS))


def test_a_token_that_is_nearly_right_opens_nothing() -> None:
    right = make.token()
    near = [right[:-1], right[1:], right + "A", right.swapcase(), f" {right}", right[::-1]]
    near += [
        right[:at] + ("A" if right[at] != "A" else "B") + right[at + 1 :]
        for at in range(len(right))
    ]
    assert links.find(right) is not None
    assert not any(links.find(token) for token in near if token != right)
