"""What each page says and refuses besides: questionnaires by their text, files, languages, strangers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from maillage.accounts.roles import Role
from maillage.diagnoses import actions
from maillage.diagnoses.models import MACHINE, Pass, Questionnaire
from maillage.kernel import clock
from maillage.register.models import Establishment
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)
ONCE = "0197b0e0-0000-7000-8000-000000000001"
FIELD = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def versions() -> list[tuple[str, int, bool]]:
    rows = Questionnaire.objects.visible_to(MACHINE)
    return [(one.code, one.number, one.is_draft) for one in rows]


# Questionnaires by their text


def test_a_questionnaire_is_brought_by_its_text(client: Client) -> None:
    accounts.signed_in(client, Role.OFFICER)
    url = "/questionnaires/nouveau/"
    assert "Nouveau questionnaire" in text_of(client, url)
    answer = client.post(url, {"version": "0", "text": make.text("ours")})
    assert answer.status_code == 302
    assert versions() == [("ours", 1, True)]
    assert "Publier cette version" in text_of(client, answer["Location"])


def test_a_text_with_problems_comes_back_with_their_lines_and_what_was_typed(
    client: Client,
) -> None:
    accounts.signed_in(client, Role.OFFICER)
    wrong = make.text("ours").replace('theme = "digital"', 'theme = "digitale"', 1)
    answer = client.post("/questionnaires/nouveau/", {"version": "0", "text": wrong})
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.content, "html.parser")
    told = soup.get_text(" ", strip=True)
    assert "ligne 14, colonne" in told
    assert "Les plus proches\u00a0: digital" in told
    assert "digitale" in soup.select_one("textarea").get_text()  # type: ignore[union-attr]
    assert versions() == []


def test_a_known_code_of_ones_own_makes_the_next_version(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    make.questionnaire(manager)
    other = make.text(found_map="Autrement dit")
    client.post("/questionnaires/nouveau/", {"version": "0", "text": other})
    assert versions() == [("short", 1, False), ("short", 2, True)]


def test_a_code_of_another_organisation_is_refused(client: Client) -> None:
    make.questionnaire()
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    other = make.text(found_map="Autrement dit")
    answer = client.post("/questionnaires/nouveau/", {"version": "0", "text": other})
    assert answer.status_code == 403
    assert versions() == [("short", 1, False)]


def test_a_draft_is_given_up_and_a_published_one_is_not(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    draft = make.draft(manager)
    assert client.post(f"/questionnaires/{draft.key}/abandonner/").status_code == 302
    assert versions() == []
    published = make.questionnaire(manager)
    assert client.post(f"/questionnaires/{published.key}/abandonner/").status_code == 409
    assert client.post(f"/questionnaires/{published.key}/publier/").status_code == 409
    assert versions() == [("short", 1, False)]


def test_a_published_questionnaire_shows_every_question_its_points_and_its_advice(
    client: Client,
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    found = make.questionnaire(manager)
    told = text_of(client, f"/questionnaires/{found.key}/")
    for words in ("1. Axe found", "found_map ?", "yes fr (2 points)", "Sous 2, proposé sous 30 jours",
                  "La somme des points."):  # fmt: skip
        assert words in told, words


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR])
def test_who_reads_questionnaires_and_writes_none(client: Client, role: Role) -> None:
    found = make.questionnaire()
    accounts.signed_in(client, role)
    assert "Questionnaire court" in text_of(client, "/questionnaires/")
    assert client.get("/questionnaires/nouveau/").status_code == 403
    assert client.post(f"/questionnaires/{found.key}/publier/").status_code == 403


# Strangers


URLS = ("/diagnostics/", "/diagnostics/progres/", "/diagnostics/progres.csv", "/questionnaires/")


@pytest.mark.parametrize("url", URLS)
def test_the_public_is_asked_to_sign_in(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/connexion/")


@pytest.mark.parametrize("url", URLS)
def test_an_elected_member_reads_no_diagnosis(client: Client, url: str) -> None:
    accounts.signed_in(client, Role.ELECTED)
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("role", FIELD)
def test_the_field_takes_every_page(client: Client, role: Role) -> None:
    actor = accounts.signed_in(client, role)
    found = make.diagnosis(actor)
    for url in (*URLS, f"/diagnostics/{found.key}/", f"/diagnostics/{found.key}/remise/",
                f"/diagnostics/{found.key}/corriger/", f"/diagnostics/{found.key}/etapes/"):  # fmt: skip
        assert client.get(url).status_code == 200, url


def test_the_paper_and_the_plan_of_another_organisation_do_not_exist(client: Client) -> None:
    found = make.diagnosis()
    step = found.steps.all()[0]
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    for url in (f"/diagnostics/{found.key}/remise.pdf", f"/diagnostics/{found.key}/etapes/",
                f"/diagnostics/etapes/{step.key}/", f"/diagnostics/{found.key}/annuler/"):  # fmt: skip
        assert client.get(url).status_code == 404, url


# Firms


def test_a_firm_that_no_load_tells_of_is_not_diagnosed(client: Client) -> None:
    accounts.signed_in(client)
    make.questionnaire()
    firm = register.establishment()
    hidden = Establishment.objects.create(legal_unit=firm.legal_unit, commune="59350")
    assert client.get(f"/etablissements/{hidden.key}/diagnostic/").status_code == 404


def test_a_closed_firm_is_offered_no_diagnosis(client: Client) -> None:
    accounts.signed_in(client)
    firm = register.establishment(state="F", spell_state="F")
    page = client.get(f"/entreprises/{firm.legal_unit.key}/").content.decode()
    assert f"/etablissements/{firm.key}/diagnostic/" not in page


def test_the_home_of_who_works_in_the_field_leads_to_diagnoses(client: Client) -> None:
    for role in FIELD:
        accounts.signed_in(client, role)
        assert 'href="/diagnostics/"' in client.get("/").content.decode()
        client.logout()
    accounts.signed_in(client, Role.ELECTED)
    assert 'href="/diagnostics/"' not in client.get("/").content.decode()


def test_what_was_typed_when_the_session_ended_is_given_back(client: Client) -> None:
    adviser = accounts.signed_in(client)
    make.questionnaire()
    url = f"/etablissements/{register.establishment().key}/diagnostic/"
    client.get(url)
    client.logout()
    client.post(url, {"once": ONCE, "occurred_on": "2020-06-30", "q_found_map": "yes"})
    assert adviser.person is not None
    assert not Pass.objects.visible_to(MACHINE).exists()


# Files and languages


def test_a_firm_whose_name_is_a_formula_stays_text_in_the_file(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment(unit_name="=1+1", trade_name="", usual_name="")
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    make.diagnosis(adviser, firm, *make.HIGH)
    lines = client.get("/diagnostics/progres.csv").content.decode("utf-8-sig").splitlines()
    assert not lines[1].startswith("=")


def test_the_file_holds_ones_own_pairs_only(client: Client) -> None:
    other, firm = accounts.actor(), register.establishment()
    make.diagnosis(other, firm, *make.LOW, on=LONG_AGO)
    make.diagnosis(other, firm, *make.HIGH)
    accounts.signed_in(client)
    lines = client.get("/diagnostics/progres.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Entreprise;SIREN;Questionnaire;Premier diagnostic")


def test_a_late_step_is_marked_and_a_done_one_is_not(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser, on=TODAY - timedelta(days=40))
    actions.finish_step(step=found.steps.all()[0], on=TODAY, by=adviser)
    soup = BeautifulSoup(client.get(f"/diagnostics/{found.key}/").content, "html.parser")
    plan = soup.select_one("#plan").find_parent("section")  # type: ignore[union-attr]
    assert plan is not None
    told = plan.get_text(" ", strip=True)
    assert told.count("En retard") == 5
    assert told.count("fait le 30 juin 2020") == 1


def test_a_list_is_turned_over_page_by_page(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment()
    for day in range(25):
        make.diagnosis(adviser, firm, on=TODAY - timedelta(days=day))
    soup = BeautifulSoup(client.get("/diagnostics/?etat=all").content, "html.parser")
    assert len(soup.select("ol.records > li")) == 20
    soup = BeautifulSoup(client.get("/diagnostics/?etat=all&page=2").content, "html.parser")
    assert len(soup.select("ol.records > li")) == 5
