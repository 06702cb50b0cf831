"""Whatever an address carries, no page breaks: every route is asked with junk, from a seed, on both databases.

The routes are read from the policy, the parameters from those that pages read; the junk is what broke
other products: bytes that no text has, days beyond the calendar, numbers beyond the machine, lists.
"""

from __future__ import annotations

import random
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts import policy
from maillage.accounts.models import Organisation
from maillage.accounts.policy import Entry
from maillage.accounts.roles import Role
from tests.factories import accounts as make
from tests.makers import maker_of

pytestmark = pytest.mark.django_db

SEED = 20200630
QUERIES_PER_ROUTE = 8
ROLES = (Role.SERVICE_MANAGER, Role.ADVISER, Role.OFFICER, Role.ELECTED, Role.AUDITOR, None)

NAMES = (
    *("page", "after", "part", "q", "text", "commune", "seen", "number", "convention", "by", "at"),
    *("as_of", "as-of", "start", "end", "period", "period_start", "period_end", "first", "last"),
    *("year", "day", "on", "code", "indicator", "territory", "communes", "segments", "themes"),
    *(
        "organisations",
        "schemes",
        "action_keys",
        "counterparts",
        "next",
        "format",
        "size",
        "year_0",
    ),
    *("indicateur", "segment", "metier", "periode", "avec", "zone", "liste"),  # of observatories
)
JUNK = (
    *("", " ", "0", "-1", "1", "9" * 40, "1e400", "nan", "٣", "½", "true", "null", "[]", "{}"),
    *("0001-01-01", "9999-12-31", "0000-00-00", "2020-02-30", "2020-06-30T25:61", "-0001-01-01"),
    *("0001-01-01T00:00", "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59+00:00", "2019"),
    *("0001-01-01..9999-12-31", "2020-12-31..2020-01-01", "..", "2019-13", "~", "2020-01-01~1"),
    *("0001-01-01~" + "9" * 30, "\x01\x1f", "\ud800", "\u202e", "é" * 300, "x" * 5000),
    *("' OR 1=1 --", "%", "%s", "%(x)s", "_", "\\", '"', "<script>", "../../etc/passwd", "../"),
    *("//evil.example", "https://evil.example", "javascript:alert(1)", "=1+1", "59350", "mel"),
)
PATHS = (
    *("/%00", "/%ff%fe/", "/" + "a" * 3000, "/conventions/%ED%A0%80/", "/entreprises/%00/", "//"),
    *("/conventions/" + "x" * 3000 + "/", "/publications/not-a-key/", "/../", "/%2e%2e/", "/%25"),
    *("/static/%00", "/static/../secret_key", "/static/%2e%2e/secret_key", "/visites/0/"),
)


def address(entry: Entry, owner: Organisation) -> str:
    """The route's address, for an object made for the purpose."""
    maker = maker_of(entry)
    return reverse(entry.name, kwargs=maker(owner) if maker else None)


def percent(text: str) -> str:
    """Percent-encoded as a hostile program would, lone surrogates included."""
    return quote(text.encode("utf-8", "surrogatepass"))


def junk(draw: random.Random) -> str:
    """A query of several parameters, some of them repeated or named as arrays."""
    pairs = []
    for name in draw.choices(NAMES, k=draw.randint(1, 6)):
        pairs += [(name + draw.choice(("", "", "", "[]", "[0]")), draw.choice(JUNK))]
    return "&".join(f"{percent(name)}={percent(value)}" for name, value in pairs)


def fields_of(page: object) -> list[str]:
    """The names of the fields of the form that a page shows, if it shows one."""
    context = getattr(page, "context", None) or {}
    return list(context["form"].fields) if context and "form" in context else []


READ = [entry for entry in policy.table() if "GET" in entry.rules]


@pytest.mark.parametrize("entry", READ, ids=lambda entry: entry.name)
def test_no_page_breaks_on_junk_in_its_address(entry: Entry) -> None:
    draw = random.Random(f"{SEED}{entry.name}")  # noqa: S311 -- a seeded walk
    owner = make.organisation()
    where, broken = address(entry, owner), []
    roles = [role for role in ROLES if role in frozenset(entry.rules["GET"].roles)] or list(Role)
    client, role = Client(raise_request_exception=False), draw.choice(roles)
    if role:
        make.signed_in(client, role, owner, perimeter="mel" if role is Role.ELECTED else "")
    # What the page's own form reads, each parameter on its own; then others, in company.
    own = fields_of(client.get(where)) or NAMES
    queries = [f"{draw.choice(own)}={percent(draw.choice(JUNK))}" for _ in range(4)]
    queries += [junk(draw) for _ in range(QUERIES_PER_ROUTE - len(queries))]
    for query in queries:
        response = client.get(f"{where}?{query}")
        if response.status_code >= 500:
            broken.append(f"{response.status_code} {where}?{query} as {role}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("path", PATHS)
def test_no_address_breaks_the_instance(path: str) -> None:
    client = Client(raise_request_exception=False)
    make.signed_in(client, Role.SERVICE_MANAGER, make.organisation())
    assert client.get(path).status_code in {200, 301, 302, 400, 404}


WRITTEN = [entry for entry in policy.table() if "POST" in entry.rules]


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry.name)
def test_no_form_breaks_on_junk_in_its_fields(entry: Entry) -> None:
    draw = random.Random(f"{SEED}{entry.name}")  # noqa: S311 -- a seeded walk
    owner = make.organisation()
    where, broken = address(entry, owner), []
    roles = [role for role in ROLES if role in frozenset(entry.rules["POST"].roles)] or list(Role)
    client, role = Client(raise_request_exception=False), draw.choice(roles)
    if role:
        make.signed_in(client, role, owner)
    names = fields_of(client.get(where)) or ["once", "version", "reason"]
    for _ in range(QUERIES_PER_ROUTE // 2):
        sent = {name: draw.choice(JUNK).encode("utf-8", "surrogatepass") for name in names}
        body = urlencode(sent)
        kind = "application/x-www-form-urlencoded"
        response = client.post(where, data=body, content_type=kind)
        if response.status_code >= 500:
            broken.append(f"{response.status_code} {where} {sent} as {role}")
    assert not broken, "\n".join(broken)
