"""The pages of diagnoses: made in a few taps, read beside the one before, followed, handed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.diagnoses import actions, needs
from maillage.diagnoses.models import Pass, Questionnaire
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def soup(client: Client, url: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def every_pass() -> list[Pass]:
    return list(Pass.objects.unscoped(reason="test"))


def test_a_diagnosis_is_made_from_the_firms_door_in_tiles(client: Client) -> None:
    adviser = accounts.signed_in(client)
    make.questionnaire()
    url = f"/etablissements/{register.establishment().key}/diagnostic/"
    form = soup(client, url)
    assert len(form.select("fieldset")) == 6
    assert len(form.select("fieldset input[type=radio]")) == 24
    assert not form.select("[required]")
    sent = {
        "once": form.select_one("[name=once]")["value"],  # type: ignore[index]
        "occurred_on": "2020-06-30",
        "q_found_map": "yes",
        "q_sell_pay": "no",
    }
    answer = client.post(url, sent)
    (found,) = every_pass()
    assert answer["Location"] == f"/diagnostics/{found.key}/"
    assert found.answers == {"found_map": "yes", "sell_pay": "no"}
    assert found.adviser == adviser.person
    assert client.post(url, sent)["Location"] == answer["Location"]
    assert len(every_pass()) == 1


def test_an_empty_form_comes_back_with_what_to_repair(client: Client) -> None:
    accounts.signed_in(client)
    make.questionnaire()
    url = f"/etablissements/{register.establishment().key}/diagnostic/"
    answer = client.post(
        url, {"once": "0197b0e0-0000-7000-8000-000000000001", "occurred_on": "2020-06-30"}
    )
    assert answer.status_code == 422
    assert "Répondez à une question au moins" in answer.content.decode()
    assert every_pass() == []


def test_the_questionnaire_is_chosen_when_there_are_several_and_told_when_there_is_none(
    client: Client,
) -> None:
    accounts.signed_in(client)
    url = f"/etablissements/{register.establishment().key}/diagnostic/"
    assert "Aucun questionnaire n’est publié" in soup(client, url).get_text()
    make.questionnaire()
    other = make.questionnaire(told=make.text("other"))
    links = [str(a["href"]) for a in soup(client, url).select("section.card a")]
    assert len(links) == 2
    chosen = next(link for link in links if str(other.key) in link)
    assert soup(client, chosen).select("fieldset")
    assert not soup(client, f"{url}?questionnaire=nonsense").select("fieldset")


def test_a_form_opened_before_a_new_version_is_recorded_under_the_version_it_showed(
    client: Client,
) -> None:
    accounts.signed_in(client)
    manager = make.editor()
    first = make.questionnaire(manager)
    draft = make.draft(manager, make.text().replace("points = 2", "points = 3"))
    actions.publish(found=draft, by=manager)
    url = f"/etablissements/{register.establishment().key}/diagnostic/?questionnaire={first.key}"
    sent = {
        "once": "0197b0e0-0000-7000-8000-000000000001",
        "occurred_on": "2020-06-30",
        "q_found_map": "yes",
    }
    client.post(url, sent)
    (found,) = every_pass()
    assert found.questionnaire == first


def test_a_result_stands_beside_the_one_before_drawn_and_in_a_table(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    found = make.diagnosis(adviser, firm, *make.HIGH)
    page = soup(client, f"/diagnostics/{found.key}/")
    assert len(page.select("svg.wide path.curve")) == 2
    cells = [
        [c.get_text(strip=True) for c in row.select("th, td")] for row in page.select("tbody tr")
    ]
    assert cells[0] == ["1. Axe found", "4 / 4", "100\u00a0%", "25\u00a0%", "+\u00a075\u00a0points"]
    assert "75\u00a0%" in page.select_one("#result").get_text()  # type: ignore[union-attr]
    assert "diagnostic n° 2" in page.get_text()


def test_a_first_result_says_when_to_come_back_and_a_due_one_offers_it(client: Client) -> None:
    adviser = accounts.signed_in(client)
    early = make.diagnosis(adviser)
    page = soup(client, f"/diagnostics/{early.key}/")
    assert "à partir du 27 décembre 2020" in page.get_text()
    assert not page.select("a.btn-1")
    due = make.diagnosis(adviser, on=LONG_AGO)
    (button,) = soup(client, f"/diagnostics/{due.key}/").select("a.btn-1")
    answer = client.get(str(button["href"]))
    in_use = Questionnaire.objects.unscoped(reason="test").get()
    door = f"/etablissements/{due.establishment.key}/diagnostic/?questionnaire={in_use.key}"
    assert answer["Location"] == door


def test_a_correction_carries_the_reason_and_a_stale_one_shows_both_texts(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser)
    url = f"/diagnostics/{found.key}/corriger/"
    checked = soup(client, url).select("input[checked]")
    assert {str(box["value"]) for box in checked} == {"completed", "no", "some"}
    sent = {
        "version": "1",
        "occurred_on": "2020-06-30",
        "reason": "completed",
        "q_found_map": "yes",
    }
    assert client.post(url, sent).status_code == 302
    stale = client.post(url, {**sent, "q_found_map": "some"})
    assert stale.status_code == 409
    found.refresh_from_db()
    assert found.answers == {"found_map": "yes"}
    wrong = client.post(url, {**sent, "version": "2", "q_found_map": ""})
    assert wrong.status_code == 422


def test_a_cancelled_diagnosis_stays_in_sight_and_counts_no_more(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser)
    url = f"/diagnostics/{found.key}/annuler/"
    assert client.post(url, {}).status_code == 422
    client.post(url, {"reason": "twice"})
    page = soup(client, f"/diagnostics/{found.key}/")
    assert "il ne compte plus" in page.get_text()
    assert not Act.objects.unscoped(reason="test").effective().exists()


def test_a_colleague_is_told_who_corrects(client: Client) -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    accounts.signed_in(client, Role.OFFICER, adviser.organisation)
    answer = client.get(f"/diagnostics/{found.key}/corriger/")
    assert answer["Location"] == f"/diagnostics/{found.key}/"


# The plan


def test_steps_are_added_done_dropped_and_taken_up(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser)
    added = {"once": "0197b0e0-0000-7000-8000-000000000002", "axis": "sell", "wording": "Changer de caisse",
             "due_on": "2020-07-31"}  # fmt: skip
    url = f"/diagnostics/{found.key}/etapes/"
    assert client.post(url, {**added, "wording": ""}).status_code == 422
    assert client.post(url, {**added, "due_on": "2020-06-01"}).status_code == 422
    assert client.post(url, added)["Location"].endswith("#plan")
    step = found.steps.get(wording="Changer de caisse")
    close = f"/diagnostics/etapes/{step.key}/"
    assert client.post(close, {"decision": "done", "on": ""}).status_code == 422
    assert client.post(close, {"decision": "drop"}).status_code == 422
    assert client.post(close, {}).status_code == 422
    client.post(close, {"decision": "done", "on": "2020-06-30"})
    assert "fait le 30 juin 2020" in soup(client, f"/diagnostics/{found.key}/").get_text()
    assert "finalement à faire" in soup(client, close).get_text()
    client.post(close, {"decision": "again"})
    client.post(close, {"decision": "drop", "because": "too_dear"})
    assert "abandonnée" in soup(client, f"/diagnostics/{found.key}/").get_text()


def test_each_step_that_waits_opens_a_need_of_its_theme(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser)
    url = f"/diagnostics/{found.key}/"
    links = soup(client, url).select('#plan ~ ol a[href$="/besoin/"]')
    assert len(links) == 6
    step = found.steps.all()[0]
    actions.finish_step(step=step, on=TODAY, by=adviser)
    assert needs.address(found.steps.get(pk=step.pk), adviser) == ""


# Who reads what


def test_a_partner_reads_scores_and_never_the_note(client: Client) -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner, note="Confidence du boulanger")
    partner = accounts.signed_in(client)
    url = f"/diagnostics/{found.key}/"
    assert client.get(url).status_code == 404
    assert owner.organisation is not None
    assert partner.organisation is not None
    accounts.share(owner.organisation, partner.organisation, "diagnoses", Sensitivity.PARTNERS)
    page = soup(client, url)
    assert "17\u00a0%" in page.get_text()
    assert "Confidence" not in page.get_text()
    assert not page.select('a[href$="corriger/"], a[href$="remise/"]')
    assert client.get(f"{url}remise/").status_code == 404


def test_the_organisation_and_auditors_read_the_note_and_the_audit_is_written_down(
    client: Client,
) -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner, note="Confidence du boulanger")
    accounts.signed_in(client, Role.AUDITOR)
    assert "Confidence" in soup(client, f"/diagnostics/{found.key}/").get_text()
    client.logout()
    accounts.signed_in(client, Role.OFFICER, owner.organisation)
    assert "Confidence" in soup(client, f"/diagnostics/{found.key}/").get_text()


def test_the_sheet_of_the_firm_tells_the_diagnosis_and_leads_to_another(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment()
    found = make.diagnosis(adviser, firm)
    actions.finish_step(step=found.steps.all()[0], on=TODAY, by=adviser)
    page = soup(client, f"/entreprises/{firm.legal_unit.key}/")
    assert page.select(f'a[href="/diagnostics/{found.key}/"]')
    assert page.select(f'a[href="/etablissements/{firm.key}/diagnostic/"]')
    assert "Faire found_map" in page.get_text()


# What is handed over


def test_the_paper_of_the_artisan_is_a_page_and_a_tagged_pdf(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    found = make.diagnosis(adviser, firm, *make.HIGH, note="Bravo pour la fiche.")
    page = soup(client, f"/diagnostics/{found.key}/remise/")
    told = page.get_text(" ", strip=True)
    for words in ("Axe par axe", "Bravo pour la fiche.", "Votre plan", "Faire sell_order",
                  "Comment le score est calculé", "+\u00a075\u00a0points"):  # fmt: skip
        assert words in told, words
    answer = client.get(f"/diagnostics/{found.key}/remise.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


# Progress


def test_progress_is_told_with_the_number_of_pairs_behind_it(client: Client) -> None:
    adviser = accounts.signed_in(client)
    assert (
        "Aucune entreprise n’a encore été vue deux fois"
        in soup(client, "/diagnostics/progres/").get_text()
    )
    for answers in (make.HIGH, make.LOW):
        firm = register.establishment()
        make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
        make.diagnosis(adviser, firm, *answers)
    make.diagnosis(adviser)
    stranger, other = accounts.actor(), register.establishment()
    make.diagnosis(stranger, other, *make.LOW, on=LONG_AGO)
    make.diagnosis(stranger, other, *make.HIGH)
    page = soup(client, "/diagnostics/progres/")
    told = page.get_text(" ", strip=True)
    assert "+\u00a029\u00a0points" in told
    assert "sur 2 paires" in told
    assert "5 diagnostics ont été faits" in told
    means, pairs = page.select("table.lined")
    assert len(means.select("tbody tr")) == 3
    assert len(pairs.select("tbody tr")) == 2
    figure = page.select_one('a[href^="/chiffres/diagnoses.progress/"]')
    assert figure is not None
    assert client.get(str(figure["href"])).status_code == 200


def test_the_pairs_are_handed_out_as_a_table(client: Client) -> None:
    adviser = accounts.signed_in(client)
    firm = register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    make.diagnosis(adviser, firm, *make.HIGH)
    lines = client.get("/diagnostics/progres.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(";")[3:] == ["2019-12-13", "167", "2020-06-30", "750", "583", "6"]


@pytest.mark.parametrize(
    "url", ["/diagnostics/?etat=all", "/diagnostics/progres/", "/questionnaires/"]
)
def test_pages_ask_the_same_number_of_questions_for_more_rows(client: Client, url: str) -> None:
    adviser = accounts.signed_in(client)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def two_more() -> None:
        for _n in range(2):
            firm = register.establishment()
            make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
            make.diagnosis(adviser, firm, *make.HIGH)

    two_more()
    client.get(url)  # figures are kept until an act is recorded
    few = asked()
    two_more()
    client.get(url)
    assert asked() == few


def test_reading_a_result_asks_the_same_number_of_questions_whatever_its_plan(
    client: Client,
) -> None:
    adviser = accounts.signed_in(client)
    short = make.diagnosis(adviser, None, *make.HIGH)
    long = make.diagnosis(adviser, None, *(["no"] * 6))

    def asked(found: Pass) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/diagnostics/{found.key}/")
        return len(queries)

    asked(short)
    assert asked(long) == asked(short)


# Questionnaires on screen


def test_what_ships_is_taken_changed_and_published_on_screen(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    page = soup(client, "/questionnaires/")
    assert len(page.select('form[action$="/prendre/"]')) == 2
    edit = client.post("/questionnaires/digital/prendre/")["Location"]
    assert "Maturité numérique" in soup(client, edit).get_text()
    text = soup(client, f"{edit}modifier/").select_one("textarea").get_text()  # type: ignore[union-attr]
    wrong = client.post(
        f"{edit}modifier/", {"version": "1", "text": text.replace("points = 3", "points = 300", 1)}
    )
    assert wrong.status_code == 422
    assert "ligne 16, colonne" in wrong.content.decode()
    other = text.replace('title = { fr = "Maturité numérique"', 'title = { fr = "Le numérique"')
    assert client.post(f"{edit}modifier/", {"version": "1", "text": other})["Location"] == edit
    assert client.post(f"{edit}modifier/", {"version": "1", "text": text}).status_code == 409
    client.post(f"{edit}publier/")
    assert "Commencer une nouvelle version" in soup(client, edit).get_text()
    assert client.get(f"{edit}modifier/")["Location"] == edit
    again = client.post(f"{edit}version/")["Location"]
    assert client.post(again.replace("modifier/", "abandonner/"))["Location"] == "/questionnaires/"
    found = Questionnaire.objects.visible_to(manager)
    assert [(one.number, str(one)) for one in found] == [(1, "Le numérique")]
    assert client.post("/questionnaires/nothing/prendre/").status_code == 404


def test_an_adviser_reads_questionnaires_and_changes_none(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.questionnaire(make.editor(adviser.organisation))
    assert not soup(client, f"/questionnaires/{found.key}/").select("form[action*=questionnaires]")
    assert not soup(client, "/questionnaires/").select('form[action$="/prendre/"]')
    assert client.post(f"/questionnaires/{found.key}/version/").status_code == 403


def test_in_english_a_page_says_no_french(client: Client) -> None:
    adviser = accounts.signed_in(client)
    found = make.diagnosis(adviser)
    client.cookies["django_language"] = "en"
    page = soup(client, f"/diagnostics/{found.key}/")
    if page.html and page.html.get("lang") == "en":
        assert "Axis found" in page.get_text()
        assert "Axe found" not in page.get_text()
