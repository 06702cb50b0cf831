"""A firm that a public directory tells of, added by a person; and the same by hand when it is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import System
from maillage.kernel.errors import Invalid
from maillage.outreach import actions
from maillage.outreach.actions import firms as adding
from maillage.outreach.actions.firms import Sign
from maillage.outreach.models import ProvisionalFirm
from maillage.register import erasing
from maillage.register.models import Establishment, LegalUnit
from tests.factories import accounts, outreach as factory, places, register
from tests.register.outside.answers import SIREN, SIRET, firm, place, results
from tests.served import hands, outside, turned_on
from tests.services import Outside, said

__all__ = ["hands", "outside", "turned_on"]
pytestmark = pytest.mark.django_db
ADD = "/entreprises/ajouter/"


@pytest.fixture(autouse=True)
def _territory() -> None:
    places.places_loaded()


@pytest.fixture
def adviser(client: Client) -> Client:
    client.force_login(accounts.person())
    return client


def soup(client: Client, **asked: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(ADD, asked).content, "html.parser")


def begun(page: BeautifulSoup) -> dict[str, str]:
    """What the form holds before anybody types."""
    form = page.find("form", id="firm")
    assert form is not None
    fields = form.find_all("input")
    return {
        f["name"]: ("checked" in f.attrs) if f.get("type") == "checkbox" else f.get("value", "")
        for f in fields
    }


def added() -> list[ProvisionalFirm]:
    return list(ProvisionalFirm.objects.unscoped(reason="tests").select_related("establishment"))


# From the directory


def test_the_form_begins_with_what_the_directory_tells_and_stores_nothing(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any]
) -> None:
    turned_on("firms")
    outside.says(said(results(firm(nature_juridique="1000"))))

    page = soup(adviser, siret=f"{SIRET[:9]} {SIRET[9:]}")

    form = begun(page)
    assert form["name"] == "AU BON PAIN"
    assert (form["street_number"], form["street"]) == ("12 BIS", "RUE DE PARIS")
    assert (form["commune"], form["siret"], form["postcode"]) == ("59350", SIRET, "59000")
    assert form["is_natural_person"] is True
    assert "Réponse du service du 12/03/2026" in page.get_text()
    assert added() == []


def test_a_person_adds_it_and_reports_the_visit(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any]
) -> None:
    turned_on("firms")
    outside.says(said(results(firm(nature_juridique="1000"))))
    form = begun(soup(adviser, siret=SIRET))

    sent = adviser.post(f"{ADD}?siret={SIRET}", form | {"is_natural_person": "on"})

    (one,) = added()
    told = one.establishment
    assert sent["Location"] == reverse("outreach:new_visit", kwargs={"key": told.key})
    assert one.siret == SIRET
    assert (told.siret, told.provisional) == (None, True)
    assert told.address == "12 BIS RUE DE PARIS, 59000 Lille"
    assert told.activity == "10.71C"
    assert told.legal_unit.is_natural_person
    assert len(outside.asked) == 1


def test_one_of_partial_diffusion_gives_its_commune_and_no_name(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any]
) -> None:
    turned_on("firms")
    outside.says(said(results(firm(statut_diffusion="P"))))

    form = begun(soup(adviser, siret=SIRET))

    assert (form["name"], form["street"], form["commune"]) == ("", "", "59350")


def test_another_establishment_of_the_firm_is_not_taken_for_it(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any]
) -> None:
    turned_on("firms")
    outside.says(said(results(firm(siege=place(register.siret(SIREN, 9))))))

    page = soup(adviser, siret=SIRET)

    assert begun(page)["name"] == ""
    assert "L’annuaire ne connaît pas ce SIRET" in page.get_text()


@pytest.mark.parametrize("siret", ["12", "12345678900003", "abc", "9" * 200])
def test_a_slip_is_told_and_the_form_is_there(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any], siret: str
) -> None:
    turned_on("firms")

    page = soup(adviser, siret=siret)

    assert "Relisez-le" in page.get_text()
    assert begun(page)["name"] == ""
    assert outside.asked == []


def test_a_service_that_fails_leaves_the_form_to_be_filled_by_hand(
    adviser: Client, outside: Outside, turned_on: Callable[..., Any]
) -> None:
    turned_on("sirene")
    outside.says(said({}, 500))

    page = soup(adviser, siret=SIRET)

    assert "est en panne" in page.get_text()
    assert begun(page)["name"] == ""


def test_my_day_leads_to_the_directory_when_it_is_on(
    adviser: Client, turned_on: Callable[..., Any]
) -> None:
    there = "/entreprises/annuaire/?q=le%20fournil"

    turned_on()
    assert there not in adviser.get("/ma-journee/", {"q": "le fournil"}).content.decode()
    turned_on("firms")
    assert there in adviser.get("/ma-journee/", {"q": "le fournil"}).content.decode()


# By hand


def test_turned_off_the_same_is_done_by_hand_and_the_page_says_what_turns_it_on(
    adviser: Client, turned_on: Callable[..., Any]
) -> None:
    turned_on()
    page = soup(adviser)
    assert "MAILLAGE_API_FIRMS" in page.get_text()
    assert page.find("input", id="by-siret") is None

    typed = {"name": "Le Fournil", "commune": "Lille", "siret": f"{SIRET[:3]} {SIRET[3:]}"}
    adviser.post(ADD, begun(page) | typed | {"is_natural_person": ""})

    (one,) = added()
    assert (one.siret, one.establishment.trade_name) == (SIRET, "Le Fournil")
    assert not one.establishment.legal_unit.is_natural_person


def test_once_the_register_knows_it_its_siret_finds_it(client: Client) -> None:
    person = accounts.person()
    client.force_login(person)
    typed = {"once": str(uuid4()), "name": "Le Fournil", "commune": "Lille", "siret": SIRET}
    client.post(ADD, typed)
    (one,) = added()
    register.establishment(unit_siren=SIREN, siret=SIRET, trade_name="AUTRE NOM")

    match = reverse("outreach:match_firm", kwargs={"key": one.establishment.key})

    assert "AUTRE NOM" in client.get(match).content.decode()


# Refused


def refused(siret: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        factory.firm_added_by_hand(siret=siret)
    assert "siret" in refusal.value.fields
    return refusal.value


def test_a_siret_with_a_slip_is_refused_on_its_field(adviser: Client) -> None:
    refused("12345678900003")
    typed = {"once": str(uuid4()), "name": "X", "commune": "Lille", "siret": "12345678900003"}

    page = adviser.post(ADD, typed)

    assert page.status_code == 422
    assert "sa clé est fausse" in page.content.decode()
    assert added() == []


def test_a_firm_that_the_register_knows_is_not_added() -> None:
    register.establishment(unit_siren=SIREN, siret=SIRET)

    assert "Le registre connaît" in str(refused(SIRET))


def test_a_firm_that_a_partner_added_is_not_added_again_until_it_is_matched() -> None:
    first = factory.firm_added_by_hand(siret=SIRET)
    assert "déjà été ajoutée" in str(refused(SIRET))

    by = accounts.actor(organisation=first.organisation)
    actions.reconcile_firm(firm=first, real=register.establishment(), by=by)

    assert factory.firm_added_by_hand(siret=SIRET).siret == SIRET


def test_two_advisers_at_one_instant_add_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    factory.firm_added_by_hand(siret=SIRET)
    looked: list[str] = []
    check = adding._check_siret

    def late(siret: str) -> None:
        looked.append(siret)
        if len(looked) > 1:
            check(siret)

    monkeypatch.setattr(adding, "_check_siret", late)

    with pytest.raises(Invalid, match="déjà été ajoutée"):
        factory.firm_added_by_hand(siret=SIRET)
    assert len(added()) == 1
    assert Establishment.objects.count() == 1


def test_another_fault_of_the_database_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_given: Any) -> None:
        raise IntegrityError("something else")

    monkeypatch.setattr(adding, "_add", broken)

    with pytest.raises(IntegrityError):
        factory.firm_added_by_hand(siret=SIRET)


def test_the_number_of_an_erased_firm_is_not_written_again() -> None:
    register.establishment(unit_siren=SIREN, siret=SIRET)
    gone = LegalUnit.objects.get(siren=SIREN)
    erasing.erase(unit=gone, reason="demande", by=System("test"))

    assert "a été effacée ici" in str(refused(SIRET))


@pytest.mark.parametrize("is_matched", [True, False])
def test_erasing_a_firm_empties_the_siret_that_was_told_of_it(is_matched: bool) -> None:
    by = accounts.actor()
    one = factory.firm_added_by_hand(by, siret=SIRET)
    unit = one.establishment.legal_unit
    if is_matched:
        real = register.establishment(unit_siren=SIREN, siret=SIRET)
        actions.reconcile_firm(firm=one, real=real, by=by)
        unit = real.legal_unit

    erasing.erase(unit=unit, reason="demande", by=System("test"))

    (left,) = added()
    assert left.siret == ""


def test_firms_without_a_siret_are_as_many_as_there_are() -> None:
    for _ in range(2):
        factory.firm_added_by_hand()

    assert [one.siret for one in added()] == ["", ""]
    assert Sign(name="x", commune="59350").siret == ""
