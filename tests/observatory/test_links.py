"""No page shows a link that its reader cannot open: the whole house walked, role after role, from home."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import ResolverMatch, resolve

from maillage.accounts.actors import ANONYMOUS
from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.observatory.reach import Reach, reach_of
from tests.factories import accounts, observatory as make, outreach, register
from tests.factories.observatory import Situation
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

ROLES: tuple[Role | None, ...] = (*Role, None)
SERVED_ELSEWHERE = ("/static/", "/media/")
PERIMETERS = {Role.ELECTED: "59350"}


@pytest.fixture
def situation() -> Iterator[Situation]:
    """A convention where each kind of page has something to show."""
    CACHE.clear()
    held = make.situation()
    with clock.at(noon("2020-06-30")):
        firms = [register.establishment(commune=code) for code in ("59350", "59350", "59512")]
        campaign = outreach.campaign(accounts.actor(Role.SERVICE_MANAGER, held.chamber))
    for firm, day in zip(firms, ("2020-05-04", "2020-05-05", "2020-06-04"), strict=True):
        with clock.at(noon(day)):
            outreach.visit(held.adviser, firm, occurred_on=noon(day).date(), campaign=campaign)
    held.commit(50_000, "2020-03-01")
    held.pay(20_000, "2020-04-01")
    held.turn("2.1", "started", "2019-09-01")
    held.turn("2.1", "blocked", "2020-03-16", "premises_closed")
    held.publish()
    accounts.share(held.chamber, held.epci, "visits")
    with clock.at(noon("2020-06-30")):
        yield held


def links(page: HttpResponse, address: str) -> Iterator[str]:
    """Where a page leads inside the instance: its links, and the addresses its GET forms make."""
    soup = BeautifulSoup(page.content, "html.parser")
    for link in soup.select("a[href]"):
        target = urldefrag(urljoin(address, str(link["href"]))).url
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and not parts.path.startswith(SERVED_ELSEWHERE):
            yield target


def look(address: str) -> tuple[object, ...]:
    """What makes two addresses the same kind of page: route, keys of the question, rule first asked."""
    parts = urlsplit(address)
    found: ResolverMatch = resolve(parts.path)
    keys = sorted(pair.partition("=")[0] for pair in parts.query.split("&"))
    return found.view_name, *keys


def walk(client: Client, who: str, asked: set[tuple[object, ...]]) -> tuple[set[str], list[str]]:
    """The routes reached from home, and each address that fails with the page that led there.

    Each route is opened by each role; the questions asked of it (`asked`) once for those who share
    a reach, since the same reach gives the same links.
    """
    reached: set[str] = set()
    waiting = deque([("/", "")])
    broken: list[str] = []
    while waiting:
        address, origin = waiting.popleft()
        response = client.get(address)
        if response.status_code not in {200, 301, 302}:
            broken.append(f"{who}: {origin} leads to {address}, {response.status_code}")
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        for target in links(response, address):
            kind = look(target)
            if str(kind[0]) not in reached or kind not in asked:
                reached.add(str(kind[0]))
                asked.add(kind)
                waiting.append((target, address))
    return reached, broken


@pytest.mark.slow
def test_every_link_of_every_page_opens_for_who_reads_it(situation: Situation) -> None:
    broken: list[str] = []
    asked: dict[Reach, set[tuple[object, ...]]] = {reach: set() for reach in Reach}
    for role in ROLES:
        reach = reach_of(accounts.actor(role) if role else ANONYMOUS)
        client = Client()
        if role:
            accounts.signed_in(client, role, situation.epci, perimeter=PERIMETERS.get(role, ""))

        reached, failed = walk(client, str(role), asked[reach])

        broken += failed
        assert len(reached) >= 12, role
        assert {"observatory:convention", "observatory:figure", "observatory:bilan"} <= reached, (
            role
        )
    assert broken == []
