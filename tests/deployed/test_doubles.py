"""A form sent four times at once is recorded once, whichever route creates (R5)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from maillage.accounts import policy
from tests.deployed.peopled import EMAIL, OFFICER
from tests.deployed.running import Browser, Instance, free_port

pytestmark = pytest.mark.deployed

FORMS = int(os.environ.get("MAILLAGE_DOUBLES", "2"))
AT_ONCE = 4


@dataclass(frozen=True)
class Creates:
    """A route that creates: its address, who takes it, what is typed, the table that grows by one."""

    path: str
    table: str
    typed: Callable[[Instance, str], dict[str, str]]
    who: str = EMAIL
    once: str = "once"
    keeps: dict[str, str] = field(default_factory=dict)

    def address(self, instance: Instance) -> str:
        """The address with the objects of this instance."""
        return self.path.format(**instance.facts)


def fields(**given: str) -> Callable[[Instance, str], dict[str, str]]:
    """What is typed; `{n}` stands for what makes each form another, `{owner}`… for an object."""
    return lambda there, n: {k: v.format(n=n, **there.facts) for k, v in given.items()}


ROUTES: dict[str, Creates] = {
    "accounts:organisation_add": Creates(
        "/organisations/ajouter/", "accounts_organisation",
        fields(organisation="Partenaire {n}", kind="support"),
    ),
    "accounts:membership_open": Creates(
        "/organisation/personnes/ajouter/", "accounts_membership",
        fields(email="m{n}@a.example", name="M", role="adviser"),
    ),
    "accounts:share_grant": Creates(
        "/organisation/partages/ajouter/", "accounts_share",
        fields(to="{partner}", what="visits:difficulty", purpose="P {n}", until="2099-12-31"),
    ),
    "invite": Creates(
        "/organisation/invitations/ajouter/", "accounts_invitation",
        fields(email="i{n}@a.example", name="I", role="adviser"),
    ),
    "invite_administrator": Creates(
        "/organisations/{partner_key}/administrateur/", "accounts_invitation",
        fields(email="a{n}@a.example", name="A"),
    ),
    "post:trial": Creates("/envois/essai/", "post_message", fields()),
    "conventions:create": Creates(
        "/conventions/nouvelle/", "conventions_convention",
        fields(title="Convention {n}", slug="c-{n}"), OFFICER,
    ),
    "conventions:enter": Creates(
        "/versements/nouveau/", "conventions_entry",
        fields(kind="payment", label="V {n}", on="2020-01-15", funder="{owner}", amount="100"), OFFICER,
    ),
    "outreach:new_visit": Creates(
        "/etablissements/{firm}/visite/", "outreach_visit",
        fields(mode="visit", outcome="done", occurred_on="2020-01-15"), OFFICER,
    ),
    "outreach:add_firm": Creates(
        "/entreprises/ajouter/", "outreach_provisionalfirm",
        fields(name="Firme {n}", commune="59350"), OFFICER,
    ),
    "observatory:firm_access": Creates(
        "/entreprises/{unit}/lien/", "register_firmaccess",
        fields(email="f{n}@a.example", language="fr"), OFFICER,
    ),
    "events:new_event": Creates(
        "/evenements/nouveau/", "events_event",
        fields(kind="lunch", title_fr="E {n}", day="2020-03-12", starts_at="12:00", ends_at="14:00", place="P",
               commune="59350", seats="0"), OFFICER,
    ),
    "needs:new_need": Creates(
        "/etablissements/{firm}/besoin/", "needs_need",
        fields(theme="online", urgency="soon", origin="desk", expressed_on="2020-01-15", words="B {n}"), OFFICER,
    ),
    "needs:rules": Creates(
        "/besoins/regles/", "needs_routingrule",
        fields(title="R {n}", partner="{owner_key}", themes="online"), OFFICER,
    ),
    "catalogue:add": Creates(
        "/catalogue/nouvelle/", "catalogue_entry",
        fields(sort="service", title="Fiche {n}", everywhere="on"), OFFICER,
    ),
    "cohorts:new": Creates(
        "/accompagnement/nouveau/", "cohorts_programme",
        fields(name="Programme {n}", fingerprint="0123456789abcdef"), OFFICER,
    ),
    "outreach:new_campaign": Creates(
        "/campagnes/nouvelle/", "outreach_campaign",
        fields(title="C {n}", territory="mel", starts_on="2020-01-01", ends_on="2020-12-31"), OFFICER,
    ),
}  # fmt: skip

# Verbs that create, each either above or here with its reason.
ELSEWHERE = {
    "needs:ask_whom": "anybody asks, and is shown a link rather than sent on: raced below",
    "needs:terms": "a term is kept once, by a constraint: tests/needs/test_thesaurus.py",
    "observatory:firm_ask": "a firm asks once by its key: tests/observatory/test_firm_side.py",
    "outreach:agree_hour": "an hour is agreed once a day with a firm, by a constraint: tests/outreach/test_agreed_hours.py",
    "outreach:begin_guide": "two managers write one draft: tests/outreach/guides/test_guides_read.py",
    "outreach:controls": "a control is drawn once by its key: tests/outreach/test_controls.py",
    "outreach:follow": "a firm is followed once, by a constraint: tests/outreach/test_portfolios.py",
    "outreach:new_walk": "a walk is prepared once by its key: tests/outreach/test_walks.py",
    "first_page": "an instance begins once: tests/site/test_first_page.py races it",
    "intake:": "a file is received once by its key: tests/intake/test_load_laws.py and test_views.py",
    "cohorts:deposit": "a list is received once by its key: tests/cohorts/test_pages.py",
    "desks:": "places, sessions and welcomes are recorded once by their key: tests/desks",
    "events:": "a seat is given once, and so is a line of a list, by its key: tests/events races claims",
    "diagnoses:": "a diagnosis is recorded once by its key: tests/diagnoses/test_actions.py and test_pages.py",
    "outreach:send_visit": "a visit that waited on a phone: tests/outreach/test_phone.py and tests/browser/test_offline.py",
    "outreach:add_photo": "a photograph is kept once by its key: tests/outreach/test_photos.py",
    "outreach:send_photo": "a photograph that waited on a phone: tests/browser/test_photos.py",
    "post:gather": "a file of messages takes what waits: tests/post races it",
}


@pytest.fixture(scope="module")
def served(instance: Instance) -> Iterator[int]:
    port = free_port()
    with instance.served(port):
        yield port


@pytest.fixture(scope="module")
def signed_in(served: int) -> Callable[[str], list[Browser]]:
    """Windows of one person's browser: one session, as when a form is sent twice."""
    sessions: dict[str, Browser] = {}

    def windows(who: str) -> list[Browser]:
        if who not in sessions:
            sessions[who] = Browser(served)
            sessions[who].sign_in(who)
        return [Browser(served, cookies=dict(sessions[who].cookies)) for _ in range(AT_ONCE)]

    return windows


def creating() -> set[str]:
    return {
        entry.name
        for entry in policy.table()
        for method, rule in entry.rules.items()
        if method == "POST" and str(rule.verb) in {"create", "Créer", "créer", "ask", "Demander"}
    }


def count(instance: Instance, table: str) -> int:
    with psycopg.connect(instance.url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 -- our own names
    return int(row[0]) if row else 0


def at_once(browsers: list[Browser], path: str, typed: dict[str, str]) -> list[Any]:
    """The same form from each, let go together."""
    together, answers = threading.Barrier(len(browsers)), []

    def send(browser: Browser) -> None:
        together.wait(30)
        answers.append(browser.post(path, **typed))

    sending = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in sending:
        thread.start()
    for thread in sending:
        thread.join(60)
    return answers


@pytest.mark.parametrize("name", ROUTES)
def test_a_form_sent_four_times_at_once_is_recorded_once(
    name: str, instance: Instance, signed_in: Callable[[str], list[Browser]]
) -> None:
    route = ROUTES[name]
    browsers = signed_in(route.who)
    before = count(instance, route.table)
    for number in range(FORMS):
        typed = route.typed(instance, f"{number}{uuid4().hex[:8]}") | {"once": str(uuid4())}
        answers = at_once(browsers, route.address(instance), typed)
        told = [(a.status, a.headers.get("location", a.text[-300:])) for a in answers]
        assert [status for status, _where in told] == [302] * AT_ONCE, told
        assert len({where for _status, where in told}) == 1, "the four answers agree"
        assert count(instance, route.table) == before + number + 1


def test_a_request_of_the_public_form_sent_four_times_at_once_is_written_once(
    instance: Instance, served: int
) -> None:
    """Nobody is signed in; the address of the firm's page is shown to one of the four."""
    first = Browser(served)
    first.get("/connexion/")
    browsers = [Browser(served, cookies=dict(first.cookies)) for _ in range(AT_ONCE)]
    path = f"/demander-un-appui/{instance.facts['firm']}/contact/"
    typed = {
        "theme": "online",
        "urgency": "soon",
        "words": "Un site",
        "contact_phone": "03 20 11 22 33",
    }
    tables = ("needs_need", "post_link")
    before = [count(instance, table) for table in tables]
    answers = at_once(browsers, path, typed | {"agreed": "on", "once": str(uuid4())})
    assert [answer.status for answer in answers] == [200] * AT_ONCE, [
        a.text[-300:] for a in answers
    ]
    assert [count(instance, table) for table in tables] == [before[0] + 1, before[1] + 1]
    assert sum("/l/" in answer.text for answer in answers) == 1, (
        "the others say that it was sent already"
    )


def test_every_route_that_creates_is_here_or_said_to_be_elsewhere() -> None:
    known = {*ROUTES, *ELSEWHERE}
    unknown = {
        name for name in creating() if name not in known and not name.startswith(tuple(ELSEWHERE))
    }
    assert not unknown
    assert len(creating()) > 10


def test_of_a_hundred_edits_of_one_record_one_wins_and_each_of_the_others_is_told(
    signed_in: Callable[[str], list[Browser]],
) -> None:
    """A campaign's draft read by all at the same version: nobody overwrites in silence."""
    browsers = signed_in(OFFICER)
    plan = {"territory": "mel", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
    first = browsers[0].post(
        "/campagnes/nouvelle/", once=str(uuid4()), title="Premier titre", **plan
    )
    place = first.headers["location"]
    won = 0
    for version in range(1, FORMS + 1):
        titles = [f"Titre {version}.{n}" for n in range(AT_ONCE)]
        together, answers = threading.Barrier(AT_ONCE), {}

        def send(browser: Browser, title: str, version: int = version) -> None:
            together.wait(30)  # noqa: B023
            answers[title] = browser.post(  # noqa: B023
                f"{place}modifier/", version=str(version), title=title, **plan
            )

        sending = [
            threading.Thread(target=send, args=pair) for pair in zip(browsers, titles, strict=True)
        ]
        for thread in sending:
            thread.start()
        for thread in sending:
            thread.join(60)
        statuses = sorted(answer.status for answer in answers.values())
        assert statuses == [302] + [409] * (AT_ONCE - 1), [a.text[-800:] for a in answers.values()]
        winner = next(title for title, answer in answers.items() if answer.status == 302)
        assert winner in browsers[0].get(place).text
        won += 1
    assert won == FORMS
