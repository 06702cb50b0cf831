"""The pages of what became of projects: a step, a link, its undoing; the list of awareness sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.desks.models import Awareness, Project, Step
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts, desks as make

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
MET = TODAY - timedelta(days=90)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


@pytest.fixture
def project(adviser: Actor) -> Project:
    met = make.leader(make.session(adviser, day=MET), commune=make.LILLE).project
    assert met is not None
    return met


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.content, "html.parser")
    return " ".join((page.select_one("main") or page).get_text(" ").split())


def test_a_loan_is_written_down_and_taken_back(client: Client, project: Project) -> None:
    url = f"/porteurs-de-projet/{project.key}/"
    sent = {"once": str(uuid7()), "stage": "loan", "on": "2020-06-01", "euros": "5000.50"}
    assert client.post(f"{url}etape/", sent)["Location"] == url
    (step,) = Step.objects.unscoped(reason="test")
    assert step.amount_cents == 500_050
    assert "Prêt ou garantie accordé" in text(client, url)
    client.post(f"/porteurs-de-projet/etapes/{step.key}/retirer/")
    assert "Rien encore après l’accueil" in text(client, url)


def test_a_step_that_says_nothing_is_given_back(client: Client, project: Project) -> None:
    url = f"/porteurs-de-projet/{project.key}/etape/"
    wrong = {"once": str(uuid7()), "stage": "support", "on": "2020-06-01", "euros": "3"}
    assert client.post(url, wrong).status_code == 422
    assert client.post(url, {"once": str(uuid7())}).status_code == 422
    assert client.get(url).status_code == 200


def test_a_firm_is_proposed_linked_and_unlinked(client: Client, project: Project) -> None:
    firm = make.firm_of(project)
    url = f"/porteurs-de-projet/{project.key}/"
    assert "Ce qui concorde" in text(client, url)
    client.post(f"{url}entreprise/", {"establishment": str(firm.key)})
    page = client.get(url).content.decode()
    assert f"/entreprises/{firm.legal_unit.key}/" in page
    again = client.post(f"{url}entreprise/", {"establishment": str(firm.key)}, follow=True)
    assert "déjà lié" in again.content.decode()
    client.post(f"{url}entreprise/retirer/")
    assert "Ce qui concorde" in text(client, url)


def test_another_firm_is_found_by_its_name_and_an_older_one_refused(
    client: Client, project: Project
) -> None:
    old = make.firm_of(project, trade_name="TRES ANCIENNE", created_on=date(2001, 1, 1))
    url = f"/porteurs-de-projet/{project.key}/"
    assert "TRES ANCIENNE" in text(client, f"{url}?q=ancienne")
    answer = client.post(f"{url}entreprise/", {"establishment": str(old.key)}, follow=True)
    assert "existait avant" in answer.content.decode()
    assert client.post(f"{url}entreprise/", {}).status_code == 302


def test_those_who_created_a_firm_wait_for_their_link(
    client: Client, adviser: Actor, project: Project
) -> None:
    other = make.project(adviser, name="Karim Benali")
    make.step(project, "creation", TODAY)
    page = text(client, "/porteurs-de-projet/?etat=a-rapprocher")
    assert "Inès Faure" in page
    assert other.name not in page


def test_an_awareness_session_is_recorded_listed_and_cancelled(
    client: Client, adviser: Actor
) -> None:
    where = make.place(adviser.organisation)
    assert "Aucune sensibilisation" in text(client, "/permanences/jeunes/")
    sent = {
        "once": str(uuid7()), "place": where.pk, "day": "2020-06-29", "young": "27", "audience": "high",
        "school": "Lycée Baggio", "partners": "Mission locale",
    }  # fmt: skip
    client.post("/permanences/jeunes/nouvelle/", sent)
    page = text(client, "/permanences/jeunes/")
    assert "27 jeunes" in page
    assert "Lycée Baggio" in page
    assert client.post("/permanences/jeunes/nouvelle/", sent | {"young": "0"}).status_code == 422
    later = sent | {"day": "2020-07-29", "once": str(uuid7())}
    assert client.post("/permanences/jeunes/nouvelle/", later).status_code == 422
    told = Awareness.objects.unscoped(reason="test").get()
    url = f"/permanences/jeunes/{told.key}/annuler/"
    assert client.post(url, {}).status_code == 422
    client.post(url, {"reason": "welcome_twice"})
    assert "annulée" in text(client, "/permanences/jeunes/")


def test_the_manager_reads_what_became_of_projects(client: Client, project: Project) -> None:
    make.step(project)
    page = text(client, "/permanences/lieux/?periode=2020")
    assert "Accueil 1, Accompagnement 1" in page
    assert "Du projet à l’entreprise" in page


def test_as_many_queries_for_ten_awareness_sessions_as_for_twenty(
    client: Client, adviser: Actor
) -> None:
    where, counts = make.place(adviser.organisation), []
    for rank in range(20):
        make.young(adviser, where, day=TODAY - timedelta(days=rank))
        if rank in {9, 19}:
            client.get("/permanences/jeunes/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/permanences/jeunes/")
            counts.append(len(asked))
    assert counts[0] == counts[1]
