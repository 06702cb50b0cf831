"""Which rows of the register are firms one may visit: those that a load tells of, here and now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions
from maillage.outreach.models import Visit
from maillage.outreach.models.finding import LIMIT, find_firms
from maillage.register.models import Establishment, Load
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db


def told_by(state: str) -> Establishment:
    """An establishment that only a load in this state tells of."""
    now = clock.now()
    instants: dict[str, dict[str, Any]] = {
        "active": {},
        "applying": {"activated_at": None, "settled_at": None},
        "failed": {"activated_at": None, "settled_at": None},
        "undone": {"activated_at": now - timedelta(days=2), "undone_at": now - timedelta(days=1)},
        "active tomorrow": {"activated_at": now + timedelta(days=1)},
    }
    name = "active" if state == "active tomorrow" else state
    load = register.load_active(state=Load.State(name), **instants[state])
    return register.establishment(
        trade_name="AU BON PAIN", street="RUE DES POSTES", spell_load=load
    )


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("active", True),
        ("applying", False),
        ("failed", False),
        ("undone", False),
        ("active tomorrow", False),
    ],
)
def test_a_firm_is_visited_once_its_load_is_active_and_as_long_as_it_stands(
    state: str, known: bool, client: Client
) -> None:
    adviser = accounts.signed_in(client)
    place = told_by(state)
    address = reverse("outreach:new_visit", args=[place.key])
    form = {
        "once": str(uuid4()),
        "mode": "visit",
        "outcome": "done",
        "occurred_on": clock.today().isoformat(),
    }
    assert client.get(address).status_code == (200 if known else 404)
    assert client.post(address, form).status_code == (302 if known else 404)
    assert Visit.objects.visible_to(adviser).count() == int(known)
    found = [firm.pk for firm in find_firms("rue des postes", adviser)]
    assert found == ([place.pk] if known else [])
    if not known:
        with pytest.raises(Invalid) as refused:
            factory.visit(adviser, place)
        with translation.override("en"):
            assert str(refused.value) == (
                "The register does not know this firm. "
                "Find it again by its name, its street or its SIRET."
            )


def test_a_firm_that_closed_may_still_be_visited_that_is_how_one_learns_it(client: Client) -> None:
    accounts.signed_in(client)
    closed = register.establishment(state="F", spell_state="F")
    assert client.get(reverse("outreach:new_visit", args=[closed.key])).status_code == 200
    assert factory.visit(establishment=closed, outcome="closed_down").pk


def test_an_address_of_nothing_is_not_found(client: Client) -> None:
    accounts.signed_in(client)
    assert client.get(reverse("outreach:new_visit", args=[uuid4()])).status_code == 404


def test_a_firm_added_by_hand_is_found_and_visited_by_every_partner_of_the_field() -> None:
    places.places_loaded()
    adviser, partner = accounts.actor(), accounts.actor(Role.OFFICER)
    firm = factory.firm_added_by_hand(adviser, name="Atelier du Coin", street="Rue des Postes")
    for actor in (adviser, partner):
        assert [p.pk for p in find_firms("atelier coin", actor)] == [firm.establishment_id]
        assert [p.pk for p in find_firms("rue des postes", actor)] == [firm.establishment_id]
    assert factory.visit(partner, firm.establishment).organisation == partner.organisation


def test_once_matched_a_firm_added_by_hand_is_found_no_more_and_visited_as_the_real_one() -> None:
    places.places_loaded()
    adviser = accounts.actor()
    firm = factory.firm_added_by_hand(adviser, name="Atelier du Coin", street="Rue des Postes")
    actions.reconcile_firm(firm=firm, real=register.establishment(), by=adviser)
    assert find_firms("atelier coin", adviser) == []
    assert find_firms("rue des postes", adviser) == []
    with pytest.raises(Invalid, match="ne connaît pas"):
        factory.visit(adviser, firm.establishment)


# Finding a firm from the street.

# name        | number | street             | commune label
STREET = """
AU BON PAIN   | 12     | RUE DES POSTES     | LILLE
LE COIN VERT  | 14 BIS | RUE DES POSTES     | LILLE
GARAGE NORD   | 12     | AVENUE DES ARTS    | ROUBAIX
"""


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("rue des postes", "AU BON PAIN, LE COIN VERT"),
        ("12 postes", "AU BON PAIN"),
        ("postes lille", "AU BON PAIN, LE COIN VERT"),
        ("roubaix arts", "GARAGE NORD"),
        ("12", "AU BON PAIN, GARAGE NORD"),
        ("coin vert", "LE COIN VERT"),
        ("bon", "AU BON PAIN"),
        ("postes roubaix", ""),
        ("a", ""),
        ("", ""),
        ("   ", ""),
        ("%", ""),
        ("__", ""),
        ("' OR 1=1 --", ""),
    ],
)
def test_a_firm_is_found_by_name_street_number_or_commune(typed: str, names: str) -> None:
    for line in STREET.strip().splitlines():
        name, number, street, label = (cell.strip() for cell in line.split("|"))
        register.establishment(
            unit_name="SARL",  # the numbered name of a factory would answer "12"
            trade_name=name,
            street_number=number,
            street=street,
            commune_label=label,
        )
    found = {firm.display_name for firm in find_firms(typed, accounts.actor())}
    assert found == set(filter(None, names.split(", ")))


def test_a_firm_is_found_by_its_siret_as_printed_and_a_closed_one_is_not() -> None:
    here, gone = register.establishment(), register.establishment(state="F", spell_state="F")
    adviser = accounts.actor()
    for siret in (here.siret, here.spaced_siret):
        assert [firm.pk for firm in find_firms(siret or "", adviser)] == [here.pk]
    assert find_firms(gone.siret or "", adviser) == []


def test_a_firm_found_by_name_and_street_is_listed_once_the_name_first() -> None:
    named = register.establishment(trade_name="LES POSTES", street="RUE DES ARTS")
    both = register.establishment(trade_name="POSTES ET CIE", street="RUE DES POSTES")
    along = register.establishment(trade_name="LE COIN", street="RUE DES POSTES")
    found = [firm.pk for firm in find_firms("postes", accounts.actor())]
    assert found == [named.pk, both.pk, along.pk]


def test_a_long_street_shows_its_first_firms_only() -> None:
    for number in range(LIMIT + 3):
        register.establishment(street="RUE LONGUE", street_number=f"{number:03}")
    found = find_firms("rue longue", accounts.actor())
    assert len(found) == LIMIT
    assert [firm.street_number for firm in found] == [f"{n:03}" for n in range(LIMIT)]
