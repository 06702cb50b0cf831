"""Publishing an observatory on screen: what waits, what would be read, how far it is, what was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.observatory import carrying_out, jobs, observed
from tests.factories import accounts, observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


@pytest.fixture
def officer(client: Client) -> Client:
    accounts.signed_in(
        client, Role.OFFICER, accounts.organisation("epci", siren=make.MEL, name="Métropole")
    )
    return client


def shown(client: Client, name: str, *arguments: Any, status: int = 200) -> BeautifulSoup:
    answer = client.get(reverse(f"observatory:{name}", args=arguments))
    assert answer.status_code == status, answer.content.decode()[:300]
    return BeautifulSoup(answer.content, "html.parser")


def text(soup: BeautifulSoup) -> str:
    assert soup.main is not None
    return soup.main.get_text(" ", strip=True)


def sent(client: Client, vintage: StockVintage, **typed: str) -> Any:
    where = reverse("observatory:observatory_publish", args=[vintage.key, make.MEL])
    return client.post(where, {"once": str(uuid7()), "seen": "", **typed})


def test_with_nothing_loaded_the_page_says_what_to_run(officer: Client) -> None:
    assert "maillage build_observatory" in text(shown(officer, "observatory_vintages"))


def test_loaded_vintages_are_listed_with_what_waits(officer: Client) -> None:
    vintage = make.loaded([make.MEL, make.CALL])
    accounts.organisation("epci", siren=make.CALL)
    half = make.loaded(rows=make.observations()[:9])
    StockVintage.objects.filter(pk=half.pk).update(loaded_at=None)
    soup = shown(officer, "observatory_vintages")
    assert len(soup.select("main section")) == 1, "what was cut short is not offered"
    mine, other = soup.select("tbody tr")
    assert "Voir ce qu’il publierait" in mine.get_text()
    assert "Un autre partenaire le publie." in other.get_text()
    made = make.published(vintage)
    again = shown(officer, "observatory_vintages").select("tbody tr")[0]
    assert "Public" in again.get_text()
    assert "Publier de nouveau" in again.get_text()
    assert again.select_one(f'a[href*="{made.key}"]')
    make.ordered(vintage, made.organisation, by=accounts.actor(Role.OFFICER, _holder()))
    assert "Voir où cela en est" in shown(officer, "observatory_vintages").get_text()


def _holder() -> Any:
    from maillage.accounts.models import Organisation

    return Organisation.objects.get(siren=make.MEL)


def test_the_number_of_questions_does_not_grow_with_vintages(officer: Client) -> None:
    counts = []
    for size in (10, 20, 30):
        make.loaded(rows=make.observations()[:size])
        shown(officer, "observatory_vintages")
        with CaptureQueriesContext(connection) as asked:
            shown(officer, "observatory_vintages")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


def test_a_first_publication_asks_for_no_reason(officer: Client) -> None:
    vintage = make.loaded()
    soup = shown(officer, "observatory_publish", vintage.key, make.MEL)
    assert "Rien n’en est encore public." in text(soup)
    assert "masquées" in text(soup)
    assert soup.select_one("input[name=reason]") is None
    answer = sent(officer, vintage)
    order = PublicationOrder.objects.get()
    assert answer["Location"] == reverse("observatory:observatory_order", args=[order.key])


def test_from_the_form_to_the_publication(officer: Client) -> None:
    vintage = make.loaded(files=[{"name": "StockEtablissement_utf8.zip", "bytes": 2_500_000}])
    sent(officer, vintage)
    order = PublicationOrder.objects.get()
    assert "Attend le travailleur" in text(shown(officer, "observatory_order", order.key))
    jobs.publish.call(order.pk)
    page = shown(officer, "observatory_order", order.key)
    assert "Chacun le lit depuis" in text(page)
    made = Publication.objects.get()
    assert page.select_one(f'main a[href*="{made.key}"]')
    told = text(shown(Client(), "observatory_publication", make.MEL, made.key))
    assert "StockEtablissement_utf8.zip" in told
    assert made.digest in told
    assert vintage.digest in told
    assert "register.stock@1" in told


def test_publishing_again_asks_why_and_keeps_what_was_read(officer: Client) -> None:
    vintage = make.loaded()
    first = make.published(vintage, owner=_holder())
    soup = shown(officer, "observatory_publish", vintage.key, make.MEL)
    seen = soup.select_one("input[name=seen]")
    assert seen is not None
    assert seen["value"] == str(first.key)
    assert "Ce stock est celui qui est public" in text(soup)
    answer = sent(officer, vintage, seen=str(first.key))
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.content.decode()
    assert sent(officer, vintage, seen=str(first.key), reason="Un oubli").status_code == 302
    assert PublicationOrder.objects.get().reason == "Un oubli"


def test_a_form_older_than_the_newest_publication_is_a_conflict(officer: Client) -> None:
    vintage = make.loaded()
    make.published(vintage, owner=_holder())
    answer = sent(officer, vintage, reason="x", seen=str(uuid7()))
    assert answer.status_code == 409
    assert not PublicationOrder.objects.exists()


def test_an_older_stock_says_that_it_is(officer: Client) -> None:
    make.published(make.loaded(), owner=_holder())
    older = make.loaded(rows=make.observations()[:50], as_of=make.AS_OF.replace(month=5))
    assert "Un stock plus récent est public" in text(
        shown(officer, "observatory_publish", older.key, make.MEL)
    )


def test_what_changes_is_told_beside_what_is_public(officer: Client) -> None:
    make.published(make.loaded(), owner=_holder())
    grown = [
        {**row, "value": row["value"] + 40} if row["indicator"] == "register.stock" else row
        for row in make.observations()
    ]
    later = make.loaded(rows=grown, as_of=make.AS_OF.replace(month=7, day=31))
    told = text(shown(officer, "observatory_publish", later.key, make.MEL))
    assert "d’une autre valeur" in told
    assert "Établissements au 1er janvier" in told


def test_when_no_worker_takes_it_up_the_page_says_so_and_asks_again(officer: Client) -> None:
    sent(officer, make.loaded())
    order = PublicationOrder.objects.get()
    where = reverse("observatory:observatory_order", args=[order.key])
    assert "aucun travailleur" not in text(shown(officer, "observatory_order", order.key))
    with time_machine.travel(clock.real_now() + timedelta(minutes=5), tick=False):
        page = officer.get(where).content.decode()
        assert "aucun travailleur ne tourne" in page
        assert "maillage worker" in page
        assert officer.post(where).status_code == 302
        assert "aucun travailleur" not in officer.get(where).content.decode()


def test_the_page_of_an_order_says_how_far_it_is(officer: Client) -> None:
    sent(officer, make.loaded())
    order = PublicationOrder.objects.get()
    carrying_out.beat(order, "freeze", 30, 120)
    page = shown(officer, "observatory_order", order.key)
    assert "30 / 120" in text(page)
    bar = page.select_one("main svg.bar rect.done")
    assert bar is not None
    assert bar["width"] == "25"


def test_a_refused_order_says_why_in_the_language_of_its_reader(officer: Client) -> None:
    vintage = make.loaded()
    sent(officer, vintage)
    order = PublicationOrder.objects.get()
    make.published(vintage, owner=_holder())
    jobs.publish.call(order.pk)
    page = shown(officer, "observatory_order", order.key)
    assert "a été faite entre-temps" in text(page)
    assert page.select_one(f'main a[href*="{vintage.key}"]')
    officer.cookies["django_language"] = "en"
    answer = officer.get(
        reverse("observatory:observatory_order", args=[order.key]),
        headers={"Accept-Language": "en"},
    )
    assert "was made meanwhile" in answer.content.decode()


def test_everybody_reads_the_history_of_publications(client: Client, officer: Client) -> None:
    vintage = make.loaded()
    by = accounts.actor(Role.OFFICER, _holder())
    first = make.published(vintage, owner=_holder())
    jobs.publish.call(make.ordered(vintage, _holder(), by=by, reason="Un secteur oublié").pk)
    second = observed.newest(make.MEL)
    assert second is not None
    soup = shown(Client(), "observatory_publications", make.MEL)
    rows = soup.select("tbody tr")
    assert [
        bool(row.select_one(f'a[href*="{made.key}"]'))
        for row, made in zip(rows, (second, first), strict=True)
    ] == [True, True]
    newest, oldest = (row.get_text(" ", strip=True) for row in rows)
    assert "Un secteur oublié" in newest
    assert "Première publication" in oldest
    assert second.digest[:12] in newest
    assert by.person is not None
    assert by.person.name not in soup.get_text(), "the public reads which partner, not who"
    assert by.person.name in shown(officer, "observatory_publications", make.MEL).get_text()
    assert "Une publication plus récente" in text(
        shown(Client(), "observatory_publication", make.MEL, first.key)
    )
    assert "rien des cellules" in text(
        shown(Client(), "observatory_publication", make.MEL, second.key)
    )


def test_what_does_not_exist_is_not_found(officer: Client) -> None:
    vintage = make.loaded()
    shown(officer, "observatory_publish", vintage.key, make.CALL, status=404)
    shown(officer, "observatory_publish", uuid7(), make.MEL, status=404)
    shown(officer, "observatory_publications", make.MEL, status=404)
    made = make.published(vintage, owner=_holder())
    shown(officer, "observatory_publication", make.CALL, made.key, status=404)
    shown(officer, "observatory_publication", make.MEL, uuid7(), status=404)
    shown(officer, "observatory_order", uuid7(), status=404)


def test_each_figure_leads_to_its_publication(client: Client) -> None:
    made = make.published()
    where = reverse("observatory:observatory_publication", args=[make.MEL, made.key])
    assert shown(client, "observatory", make.MEL, "proximite").select(f'main a[href="{where}"]')
    assert shown(client, "observatories").select('main a[href$="/publications/"]')
