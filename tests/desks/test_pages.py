"""The pages of desks: a day on a phone in a few taps, the calendar, places with their figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage import register as firms
from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks.models import Place, Project, Session, Welcome
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.ledger.models import Act
from maillage.needs.models import Need
from tests.factories import accounts, desks as make, places as geography, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def soup(client: Client, url: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def text(page: BeautifulSoup) -> str:
    return " ".join((page.select_one("main") or page).get_text(" ").split())


def every_welcome() -> list[Welcome]:
    return list(Welcome.objects.unscoped(reason="test").order_by("pk"))


def welcomed() -> int:
    return Act.objects.unscoped(reason="test").effective().filter(kind__contains="welcomed").count()


# A day at the desk


def test_a_firm_is_welcomed_in_two_taps_and_no_text(client: Client, adviser: Actor) -> None:
    held = make.session(adviser)
    firm = register.establishment(trade_name="BOULANGERIE DU NORD")
    url = f"/permanences/{held.key}/"
    found = soup(client, f"{url}?q=boulangerie")
    (way,) = [
        a["href"]
        for a in found.select("a")
        if "/accueil/" in str(a["href"]) and "then" not in str(a["href"])
    ]
    form = soup(client, str(way))
    assert not form.select("[required]")
    once = form.select_one("[name=once]")["value"]  # type: ignore[index]
    sent = {"once": once, "purpose": "first_hire", "themes": ["first_hire"]}
    answer = client.post(str(way), sent)
    assert answer["Location"] == url
    assert client.post(str(way), sent)["Location"] == url  # a double tap
    (one,) = every_welcome()
    assert (one.establishment, one.purpose, one.minutes) == (firm, "first_hire", None)
    assert Need.objects.unscoped(reason="test").count() == 1
    assert "BOULANGERIE DU NORD" in text(soup(client, url))


def test_a_project_leader_is_written_down_and_given_a_card(client: Client, adviser: Actor) -> None:
    geography.places_loaded()
    geography.district()
    held = make.session(adviser)
    url = f"/permanences/{held.key}/porteur-de-projet/"
    form = soup(client, url)
    assert [o["value"] for o in form.select("[name=district] option")] == ["", "-", "QN05901M"]
    sent = {
        "once": str(uuid7()), "purpose": "start_up", "name": "Inès Faure", "phone": "0320000000",
        "commune": "Lille", "district": "QN05901M", "basis": "consent", "activity": "Couture",
    }  # fmt: skip
    page = client.post(url, sent, follow=True).content.decode()
    met = Project.objects.unscoped(reason="test").get()
    assert met.pseudonym in page
    assert (met.commune, met.basis, met.district) == ("59350", "consent", "QN05901M")
    again = soup(client, f"/permanences/{held.key}/?q={met.pseudonym}")
    assert "Inès Faure" in text(again)
    back = f"/permanences/{held.key}/porteur-de-projet/{met.key}/"
    assert again.select_one(f"a[href='{back}']")
    client.post(back, {"once": str(uuid7()), "purpose": "formalities"})
    assert welcomed() == 2


def test_a_form_that_says_nothing_is_given_back(client: Client, adviser: Actor) -> None:
    held = make.session(adviser)
    here = f"/permanences/{held.key}/"
    firm = register.establishment()
    for url, sent in (
        (f"{here}accueil/{firm.key}/", {"minutes": "0"}),
        (f"{here}porteur-de-projet/", {"purpose": "start_up", "phone": "0320", "basis": "mission"}),
        (f"{here}annuler/", {}),
        (
            "/permanences/planifier/",
            {"first": "2020-07-01", "starts_at": "12:00", "ends_at": "9:00"},
        ),
    ):
        assert client.post(url, {"once": str(uuid7()), **sent}).status_code == 422, url
    assert welcomed() == 0


def test_a_firm_that_nobody_knows_is_added_and_welcomed(client: Client, adviser: Actor) -> None:
    geography.places_loaded()
    held = make.session(adviser)
    page = soup(client, f"/permanences/{held.key}/?q=inconnue")
    (add,) = [str(a["href"]) for a in page.select("a") if "then=" in str(a["href"])]
    sent = {"once": str(uuid7()), "name": "CHEZ NOUS", "commune": "Lille"}
    answer = client.post(add, sent)
    added = Session.objects.unscoped(reason="test").get()
    assert answer["Location"].startswith(f"/permanences/{added.key}/accueil/")
    assert soup(client, answer["Location"]).select_one("#welcome")


def test_adding_a_firm_leads_nowhere_else(client: Client, adviser: Actor) -> None:
    geography.places_loaded()
    sent = {"name": "CHEZ NOUS", "commune": "Lille"}
    for away in ("https://evil.example/", "//evil.example/", "evil"):
        answer = client.post(f"/entreprises/ajouter/?then={away}", {"once": str(uuid7()), **sent})
        assert answer["Location"].endswith("/visite/"), away


def test_a_session_to_come_offers_no_welcome(client: Client, adviser: Actor) -> None:
    later = make.session(adviser, day=TODAY + timedelta(days=3))
    page = soup(client, f"/permanences/{later.key}/")
    assert not page.select("[name=q]")
    assert page.select_one(f"a[href='/permanences/{later.key}/annuler/']")


def test_a_session_is_said_to_be_held_or_cancelled(client: Client, adviser: Actor) -> None:
    held = make.session(adviser)
    page = client.post(f"/permanences/{held.key}/tenue/", follow=True)
    assert "Tenue" in page.content.decode()
    other = make.session(adviser, held.place, TODAY - timedelta(days=1))
    client.post(f"/permanences/{other.key}/annuler/", {"reason": "away"})
    assert "Le conseiller est absent" in text(soup(client, f"/permanences/{other.key}/"))


# Read, set right


def test_a_welcome_is_read_corrected_and_cancelled(client: Client, adviser: Actor) -> None:
    found = make.welcome(make.session(adviser), None, "premises", "energy")
    url = f"/accueils/{found.key}/"
    assert "Réduire l’énergie" in text(soup(client, url))
    client.post(
        f"{url}corriger/",
        {"version": 1, "reason": "welcome_typing", "purpose": "transfer", "minutes": "12"},
    )
    page = text(soup(client, url))
    assert "Transmettre" in page or "Transmission" in page
    assert "Réduire l’énergie" not in page
    stale = client.post(
        f"{url}corriger/", {"version": 1, "reason": "welcome_typing", "purpose": "digital"}
    )
    assert stale.status_code == 409
    client.post(f"{url}annuler/", {"reason": "welcome_twice"})
    assert "annulé" in text(soup(client, url))
    assert welcomed() == 0


def test_the_correction_of_a_project_asks_for_no_need(client: Client, adviser: Actor) -> None:
    found = make.leader(make.session(adviser))
    page = soup(client, f"/accueils/{found.key}/corriger/")
    assert not page.select("[name=themes]")


def test_a_colleague_is_told_why_they_may_not_correct(client: Client) -> None:
    found = make.welcome()
    accounts.signed_in(client, Role.ADVISER, found.session.place.organisation)
    answer = client.get(f"/accueils/{found.key}/corriger/")
    assert answer["Location"] == f"/accueils/{found.key}/"


def test_a_welcome_left_behind_by_a_match_is_moved(client: Client, adviser: Actor) -> None:
    added = firms.add_provisional(name="CHEZ NOUS", commune="59350", by=adviser)
    found = make.welcome(make.session(adviser), added)
    real = register.establishment(trade_name="CHEZ EUX")
    firms.reconcile(provisional=added, establishment=real, by=adviser)
    assert "CHEZ EUX" in text(soup(client, f"/accueils/{found.key}/"))
    client.post(f"/accueils/{found.key}/suivre/")
    assert every_welcome()[0].establishment == real


def test_a_partner_reads_a_welcome_and_no_name(client: Client) -> None:
    found = make.leader()
    partner = accounts.signed_in(client)
    assert partner.organisation is not None
    assert client.get(f"/accueils/{found.key}/").status_code == 404
    owner = found.session.place.organisation
    accounts.share(owner, partner.organisation, "desks", Sensitivity.PARTNERS)
    pages = [
        soup(client, f"/accueils/{found.key}/"),
        soup(client, f"/permanences/{found.session.key}/"),
    ]
    for page in pages:
        assert "Inès" not in text(page)
        assert str(found.project) in text(page)
    assert client.get(f"/porteurs-de-projet/{found.project.key}/").status_code == 404  # type: ignore[union-attr]


def test_a_difficulty_told_at_a_desk_is_named_to_a_partner_by_a_share_of_it(client: Client) -> None:
    found = make.welcome(purpose="cash")
    partner = accounts.signed_in(client)
    assert partner.organisation is not None
    owner = found.session.place.organisation
    accounts.share(owner, partner.organisation, "desks", Sensitivity.PARTNERS)
    urls = (f"/accueils/{found.key}/", f"/permanences/{found.session.key}/")
    for url in urls:
        assert "Trésorerie" not in text(soup(client, url))
        assert "confidence" in text(soup(client, url))
    accounts.share(owner, partner.organisation, "desks", Sensitivity.DIFFICULTY)
    for url in urls:
        assert "Trésorerie" in text(soup(client, url))


def test_an_auditor_reads_and_the_firm_may_know_of_it(client: Client) -> None:
    found = make.welcome()
    accounts.signed_in(client, Role.AUDITOR)
    soup(client, f"/accueils/{found.key}/")
    soup(client, f"/accueils/{make.leader().key}/")
    (reading,) = Access.objects.unscoped(reason="test").filter(resource="desks")
    assert found.establishment is not None
    assert reading.subject_key == str(found.establishment.legal_unit.key)


# The calendar


def test_the_calendar_begins_today_and_its_filters_stand_in_the_address(
    client: Client, adviser: Actor
) -> None:
    where = make.place(adviser.organisation)
    gone = make.session(adviser, where, TODAY - timedelta(days=7))
    today = make.session(adviser, where)
    later = make.session(
        adviser, make.place(adviser.organisation, name="Hôtel de ville"), TODAY + timedelta(7)
    )

    def shown(query: str) -> set[str]:
        page = soup(client, f"/permanences/{query}")
        return {str(a["href"]).split("/")[2] for a in page.select("ol.records a")}

    assert shown("") == {str(today.key), str(later.key)}
    assert shown("?etat=waiting") == {str(gone.key)}
    assert shown(f"?lieu={where.key}") == {str(today.key)}
    assert shown("?au=2020-06-29") == {str(gone.key)}
    assert shown("?du=2020-07-01&miennes=on") == {str(later.key)}
    assert shown("?lieu=nowhere&etat=nothing&du=never") == {str(today.key), str(later.key)}
    assert "Espace Moulins" in text(soup(client, "/permanences/"))


def test_the_calendar_in_csv_is_the_calendar(client: Client, adviser: Actor) -> None:
    make.welcome(make.session(adviser))
    lines = client.get("/permanences.csv").content.decode().splitlines()
    assert len(lines) == 2
    assert "2020-06-30;09:00;12:00;Espace Moulins" in lines[1]
    assert lines[1].endswith(";Tenue;1")


def test_an_empty_calendar_says_what_to_do(client: Client, adviser: Actor) -> None:
    assert "Aucune permanence" in text(soup(client, "/permanences/"))


def test_hours_are_planned_from_the_page(client: Client, adviser: Actor) -> None:
    where = make.place(adviser.organisation)
    assert adviser.person is not None
    sent = {
        "once": str(uuid7()), "place": where.pk, "holder": adviser.person.pk, "first": "2020-07-07",
        "last": "2020-07-28", "starts_at": "09:00", "ends_at": "12:00", "every": "1",
    }  # fmt: skip
    page = client.post("/permanences/planifier/", sent, follow=True).content.decode()
    assert "3 permanences" in page
    again = client.post("/permanences/planifier/", sent | {"once": str(uuid7())})
    assert again.status_code == 422
    assert Session.objects.unscoped(reason="test").count() == 3


def test_as_many_queries_for_ten_sessions_as_for_twenty(client: Client, adviser: Actor) -> None:
    where = make.place(adviser.organisation)
    counts = []
    for rank in range(20):
        make.welcome(make.session(adviser, where, TODAY - timedelta(days=rank)))
        if rank in {9, 19}:
            for url in ("/permanences/?etat=held", "/permanences/lieux/"):
                soup(client, url)  # what is remembered between requests
                with CaptureQueriesContext(connection) as asked:
                    soup(client, url)
                counts.append((url, len(asked)))
    assert counts[:2] == counts[2:]


# Places


def test_each_number_of_a_place_opens_its_records(client: Client, adviser: Actor) -> None:
    held = make.session(adviser)
    make.welcome(held)
    make.leader(held)
    page = soup(client, "/permanences/lieux/")
    assert "2 accueils" in text(page)
    ways = {str(a["href"]) for a in page.select("main a") if "/chiffres/" in str(a["href"])}
    assert len(ways) == 12
    for way in ways:
        assert client.get(way).status_code == 200, way


def test_a_period_that_is_none_is_this_year(client: Client, adviser: Actor) -> None:
    make.welcome(make.session(adviser))
    for period, count in (
        ("nothing", "1 accueil"),
        ("2019", "0 accueil"),
        ("2020-06", "1 accueil"),
    ):
        assert count in text(soup(client, f"/permanences/lieux/?periode={period}")), period


def test_a_place_is_opened_changed_and_closed(client: Client) -> None:
    geography.places_loaded()
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    sent = {
        "once": str(uuid7()),
        "name": "Espace Moulins",
        "commune": "Lille",
        "lon": "3,05",
        "lat": "50,65",
    }
    client.post("/permanences/lieux/nouveau/", sent)
    where = Place.objects.unscoped(reason="test").get()
    assert (where.lon, where.lat, where.commune) == (3.05, 50.65, "59350")
    url = f"/permanences/lieux/{where.key}/modifier/"
    changed = {"version": 1, "name": "Espace Nord", "commune": "Lille", "lon": "", "lat": ""}
    assert client.post(url, changed)["Location"] == "/permanences/lieux/"
    assert client.post(url, changed).status_code == 409
    assert client.post(url, changed | {"version": 2, "lon": "3"}).status_code == 422
    client.post(f"/permanences/lieux/{where.key}/fermer/", {"closed_on": "2020-07-01"})
    assert "Espace Nord" in text(soup(client, "/permanences/lieux/"))
    assert Place.objects.unscoped(reason="test").get().closed_on == date(2020, 7, 1)


# Project leaders


def test_a_project_leader_is_found_read_changed_and_forgotten(
    client: Client, adviser: Actor
) -> None:
    found = make.project(adviser, activity="Couture")
    assert "Inès Faure" in text(soup(client, "/porteurs-de-projet/?q=faure"))
    assert "Inès Faure" not in text(soup(client, "/porteurs-de-projet/?q=nobody"))
    url = f"/porteurs-de-projet/{found.key}/"
    assert "Couture" in text(soup(client, url))
    changed = {"version": 1, "name": "Inès F.", "basis": "mission", "district": ""}
    client.post(f"{url}modifier/", changed)
    assert "Inès F." in text(soup(client, url))
    assert client.post(f"{url}modifier/", changed).status_code == 409
    contact = {"version": 2, "name": "", "phone": "1", "basis": "mission", "district": ""}
    assert client.post(f"{url}modifier/", contact).status_code == 422
    assert client.post(f"{url}oublier/", {}).status_code == 422
    client.post(f"{url}oublier/", {"reason": "asked"})
    page = text(soup(client, url))
    assert "Inès" not in page
    assert found.pseudonym in page
