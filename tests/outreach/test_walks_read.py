"""Street walks as they are read: two sheets that tell no more than they should, by role, in both languages, few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions, walk_sheets
from maillage.outreach.actions.walks import Walk
from maillage.outreach.models import StreetWalk
from maillage.outreach.vocabulary import Mode, Outcome
from maillage.outreach.walk_sheets import Reader
from maillage.register.models import Establishment
from maillage.ui.reports import Table
from tests.factories import accounts, outreach as make, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
PAGE = reverse("outreach:walks")
TODAY = date(2020, 6, 30)
Rollback = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    places.places_loaded()
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def at(number: str, street: str = "RUE DE GAND", **facts: Any) -> Establishment:
    return register.establishment(street_number=number, street=street, **facts)


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def tables(walk: StreetWalk, reader: Reader) -> list[Table]:
    return [one for one in walk_sheets.sheet(walk, reader).blocks if isinstance(one, Table)]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    doors=st.lists(
        st.tuples(st.integers(1, 9), st.booleans(), st.sampled_from(["RUE DE GAND", "R DE GAND"])),
        max_size=6,
    )
)
def test_the_artisan_reads_the_sheet_of_the_mayor_and_one_column_more(
    db_rollback: Rollback, doors: list[tuple[int, bool, str]]
) -> None:
    with db_rollback():
        by = accounts.actor()
        for number, met, street in doors:
            place = at(str(number), street)
            if met:
                make.visit(by, place, occurred_on=date(2020, 6, 1))
        walk = make.walk(by)
        mayor, artisan = tables(walk, Reader.MAYOR), tables(walk, Reader.ARTISAN)
        assert [[row[:-1] for row in table.rows] for table in artisan] == [t.rows for t in mayor]
        assert [table.header[:-1] for table in artisan] == [table.header for table in mayor]
        told = [row[-1] for table in artisan for row in table.rows]
        assert told.count("1er juin 2020") == sum(met for _number, met, _street in doors)
        assert len(told) == len(doors), "every open firm stands on the sheet, once"


# mode | outcome | whether the firm was met
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_firm_was_met_when_somebody_was_talked_to(
    adviser: Actor, mode: Mode, outcome: Outcome
) -> None:
    make.visit(adviser, at("1"), mode=mode, outcome=outcome, occurred_on=date(2020, 6, 1))
    (table,) = tables(make.walk(adviser), Reader.ARTISAN)
    met = outcome is Outcome.DONE
    assert [row[-1] for row in table.rows] == ["1er juin 2020" if met else "jamais"]


def test_a_firm_without_a_number_is_met_last_and_said_to_have_none(adviser: Actor) -> None:
    for number in ("", "2", "1"):
        at(number)
    (table,) = tables(make.walk(adviser), Reader.MAYOR)
    assert [row[0] for row in table.rows] == ["1", "2", "–"]


# mayor | artisan | who comes along besides the adviser
@pytest.mark.parametrize(
    ("mayor", "artisan", "count"), [("", "", 0), ("Jean", "", 1), ("", "Paule", 1), ("Jean", "Paule", 2), ("  ", " ", 0)],
)  # fmt: skip
def test_who_is_not_named_yet_is_left_out(
    adviser: Actor, mayor: str, artisan: str, count: int
) -> None:
    told = walk_sheets.company(make.walk(adviser, mayor=mayor, artisan=artisan))
    assert len(told) == count + 1
    assert told[-1] == f"{adviser.person} ({adviser.organisation})"


@pytest.mark.parametrize(
    ("language", "title", "header"),
    [
        ("fr", "Marche de proximité à Lille", ["Numéro", "Entreprise", "Activité", "Depuis", "Dernière rencontre"]),
        ("en", "Street walk in Lille", ["Number", "Firm", "Activity", "Since", "Last met"]),
    ],
)  # fmt: skip
def test_a_sheet_is_written_in_the_language_of_its_reader(
    adviser: Actor, language: str, title: str, header: list[str]
) -> None:
    at("1")
    walk = make.walk(adviser)
    with translation.override(language):
        paper = walk_sheets.sheet(walk, Reader.ARTISAN)
        (table,) = tables(walk, Reader.ARTISAN)
    assert (paper.title, paper.language) == (title, language)
    assert table.header[:-1] == header[:-1]
    assert len(table.header) == len(header)


READS = {Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER}


@pytest.mark.parametrize("role", Role)
def test_each_route_of_walks_by_role(client: Client, role: Role) -> None:
    owner = accounts.actor()
    walk = make.walk(owner)
    accounts.signed_in(client, role, owner.organisation)
    reads = 200 if role in READS | {Role.AUDITOR} else 403
    writes = 200 if role in READS else 403
    pages: list[tuple[str, list[Any]]] = [
        ("walks", []), ("walks_csv", []), ("walk", [walk.key]), ("sheet", [walk.key, "maire"]),
        ("sheet", [walk.key, "artisan"]),
    ]  # fmt: skip
    for name, args in pages:
        assert client.get(reverse(f"outreach:{name}", args=args)).status_code == reads, name
    for name, args in (("new_walk", []), ("change_walk", [walk.key])):
        assert client.get(reverse(f"outreach:{name}", args=args)).status_code == writes, name
    done = client.post(reverse("outreach:call_off", args=[walk.key])).status_code
    assert done == (302 if role in READS else 403)
    walk.refresh_from_db()
    assert bool(walk.called_off_at) is (role in READS)


def test_walks_of_another_organisation_are_not_there_even_shared(client: Client) -> None:
    owner = accounts.actor()
    walk = make.walk(owner)
    partner = accounts.signed_in(client)
    assert owner.organisation is not None
    assert partner.organisation is not None
    accounts.share(owner.organisation, partner.organisation, "visits")
    read(client, reverse("outreach:walk", args=[walk.key]), status=404)
    read(client, reverse("outreach:sheet", args=[walk.key, "maire"]), status=404)
    assert not read(client, PAGE + "?quand=toutes").select(".records a")
    assert client.post(reverse("outreach:call_off", args=[walk.key])).status_code == 404


@pytest.mark.parametrize(
    ("language", "title", "empty"),
    [
        ("fr", "Quelles rues remontons-nous ensemble", "Aucune marche ici"),
        ("en", "Which streets do we walk up together?", "No walk here."),
    ],
)
def test_the_list_speaks_both_languages_empty_and_full(
    client: Client, adviser: Actor, language: str, title: str, empty: str
) -> None:
    page = read(client, PAGE, language)
    assert title in page.get_text()
    assert empty in page.get_text()
    make.walk(adviser)
    assert empty not in read(client, PAGE, language).get_text()


# what is typed | the field refused
WRONG = {
    "no street": ({"streets": ""}, "streets"),
    "a street nobody knows": ({"streets": "rue du Néant, Lille"}, "streets"),
    "a street without its commune": ({"streets": "rue de Gand"}, "streets"),
    "streets of two communes": ({"streets": "rue de Gand, Lille\nrue Pasteur, Roubaix"}, "streets"),
    "yesterday": ({"day": "2020-06-29"}, "day"),
    "no day": ({"day": ""}, "day"),
    "a day that is none": ({"day": "2020-02-30"}, "day"),
    "an adviser of nowhere": ({"adviser": "0"}, "adviser"),
    "a name too long": ({"mayor": "x" * 121}, "mayor"),
}


@pytest.mark.parametrize(("given_", "field"), WRONG.values(), ids=WRONG)
def test_a_walk_is_refused_where_it_is_wrong(
    client: Client, adviser: Actor, given_: dict[str, str], field: str
) -> None:
    at("1")
    at("1", "RUE PASTEUR", commune="59512")
    address = reverse("outreach:new_walk")
    once = read(client, address).select_one("[name=once]")
    assert once is not None
    assert adviser.person is not None
    sent = {
        "streets": "rue de Gand, Lille", "day": "2020-07-08", "adviser": str(adviser.person.pk),
        "once": str(once["value"]),
    }  # fmt: skip
    answer = client.post(address, sent | given_)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select(f"[name={field}][aria-invalid=true]")
    assert not StreetWalk.objects.visible_to(adviser).exists()
    assert client.post(address, sent).status_code == 302, "the same form, set right, is taken"


def test_a_walk_passes_to_a_colleague_and_to_no_stranger(adviser: Actor) -> None:
    walk = make.walk(adviser)
    colleague = accounts.actor(Role.OFFICER, adviser.organisation)
    plan = Walk.of(walk)
    for person, taken in ((colleague.person, True), (accounts.actor().person, False)):
        assert isinstance(person, Person)
        other = replace(plan, adviser=person)
        version = StreetWalk.objects.visible_to(adviser).get().version
        if taken:
            changed = actions.change_walk(walk=walk, plan=other, version=version, by=adviser)
            assert changed.adviser == person
        else:
            with pytest.raises(Invalid):
                actions.change_walk(walk=walk, plan=other, version=version, by=adviser)


def test_a_walk_called_off_keeps_its_sheets_and_offers_no_change(
    client: Client, adviser: Actor
) -> None:
    walk = make.walk(adviser, day=TODAY + timedelta(days=1))
    address = reverse("outreach:walk", args=[walk.key])
    assert read(client, address).select("main form")
    actions.call_off_walk(walk=walk, by=adviser)
    page = read(client, address)
    assert not page.select("main form")
    assert "Cette marche est annulée" in page.get_text()
    assert page.find("a", href=reverse("outreach:sheet", args=[walk.key, "artisan"]))


def test_more_walks_and_more_streets_ask_the_database_no_more(
    client: Client, adviser: Actor
) -> None:
    counts = []
    for turn in range(2):
        for rank in range(1 + 4 * turn):
            at("1", f"RUE {turn} {rank}")
            walk = make.walk(adviser)
        named = [f"59350 rue {turn} {rank}" for rank in range(1 + 4 * turn)]
        walk = make.walk(adviser, streets=tuple(named))
        asked = []
        for address in (
            PAGE, reverse("outreach:walk", args=[walk.key]), reverse("outreach:sheet", args=[walk.key, "artisan"]),
        ):  # fmt: skip
            read(client, address)
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
