"""The dashboard of a convention: what each reader sees, what a date and an amendment change."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.figures.cache import forget
from maillage.kernel import clock
from tests.factories import accounts, observatory as make, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

SPACES = re.compile(r"\s+")


@pytest.fixture(autouse=True)
def _now():
    forget()
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def place():
    return make.situation()


def address(place, name="convention"):
    return reverse(f"observatory:{name}", args=[place.convention.slug])


def read(client, place, query="", name="convention"):
    response = client.get(address(place, name) + query)
    assert response.status_code == 200
    return SPACES.sub(" ", response.content.decode())


def party(client, place, role=Role.OFFICER):
    accounts.signed_in(client, role, place.epci)
    return client


def test_a_party_reads_the_floor_what_was_done_and_the_pace(client, place):
    place.visits("2019-06-03 2019-07-01 2020-02-03")
    page = read(party(client, place), place)
    assert "sur 10 au moins" in page
    assert "En retard" in page
    assert "2 actions décrites sur 18 annoncées" in page
    assert "Situation au 30 juin 2020, 71 % de la durée écoulée" in page


def test_a_floor_that_is_reached_says_so_and_is_not_late(client):
    place = make.situation(floor=2)
    place.visits("2019-06-03 2019-07-01")
    assert "Plancher atteint" in read(party(client, place), place)


def test_two_visits_of_one_firm_count_once_and_the_proof_says_what_was_set_aside(client, place):
    firm = register.establishment()
    place.visit("2019-06-03", firm)
    place.visit("2019-09-03", firm)
    page = read(party(client, place), place)
    assert "2 enregistrements lus" in page
    assert "1 écarté" in page
    assert "Derrière « 1 »" in page


def test_the_page_read_as_of_a_past_day_ignores_what_was_known_later(client, place):
    place.visits("2019-06-03")
    place.visit("2019-06-04", register.establishment(), recorded="2020-05-02")
    party(client, place)
    assert "Derrière « 2 »" in read(client, place)
    assert "Derrière « 1 »" in read(client, place, "?at=2020-05-01")


def test_an_amendment_switches_the_text_from_its_day_on(client):
    place = make.situation(amended=True)
    party(client, place)
    now, before = read(client, place), read(client, place, "?at=2020-03-31")
    assert "Relancer l" in now
    assert "Texte de l’avenant 1" in now
    assert "sur 20 au moins" in now
    assert "Prospecter les artisans" in before
    assert "sur 10 au moins" in before


def test_a_year_alone_is_not_held_to_the_whole_promise(client, place):
    place.visits("2019-06-03 2020-02-03")
    page = read(party(client, place), place, "?period=2020")
    assert "Derrière « 1 »" in page
    assert "Cible fixée pour toute la convention" in page


def test_an_axis_behind_its_pace_tells_the_cause_and_leads_to_the_action(client, place):
    place.turn("2.1", "started", "2019-09-01")
    place.turn("2.1", "blocked", "2020-03-16", "premises_closed")
    page = read(party(client, place), place)
    assert "Axe 2, 71 points de retard." in page
    assert "Bloquée depuis le 16 mars 2020 (lieu fermé)." in page
    assert "Échéance du 1er mars 2020 dépassée de 121 jours." in page
    assert reverse("conventions:action", args=[place.convention.slug, "2.1"]) in page


def test_an_axis_behind_without_a_recorded_cause_says_so(client, place):
    place.turn("2.1", "completed", "2020-02-01")
    assert "Aucune cause n’est enregistrée." in read(party(client, place), place)


def test_money_is_shown_by_funder_and_each_rate_over_its_base(client, place):
    place.commit(100_000, "2019-06-01")
    place.pay(25_000, "2019-09-01")
    page = read(party(client, place), place)
    assert "100 000 €" in page
    assert re.search(r"Versé sur engagé : <a [^>]*>25 %</a>", page)
    assert "Versé sur le budget du texte : 17 %." in page


def test_the_day_of_the_last_act_charged_to_an_axis_is_shown(client, place):
    place.pay(25_000, "2019-09-12")
    assert "12 sept. 2019" in read(party(client, place), place)


def test_months_without_visits_stay_on_the_curve(client, place):
    place.visits("2019-06-03 2019-06-04 2019-08-05")
    page = read(party(client, place), place)
    assert "juin 2019 : 2 de plus, 2 en tout" in page
    assert "juillet 2019 : 0 de plus, 2 en tout" in page
    assert "août 2019 : 1 de plus, 3 en tout" in page


def test_an_empty_convention_says_that_nothing_was_recorded(client, place):
    page = read(party(client, place), place)
    assert "Rien n’a encore été enregistré sur cette période." in page


def test_before_the_first_text_the_page_says_that_none_was_in_force(client, place):
    page = read(party(client, place), place, "?at=2019-01-01")
    assert "Aucun texte de cette convention n’était en vigueur à cette date." in page


def test_nobody_outside_reads_a_live_figure(client, place):
    place.visits("2019-06-03 2019-07-01 2020-02-03")
    stranger = Client()
    accounts.signed_in(stranger, Role.OFFICER, accounts.organisation("epci"))
    for reader in (client, stranger):
        assert "Aucun chiffre de cette convention n’est encore publié." in read(reader, place)


def test_the_public_reads_what_was_published_and_not_what_came_since(client, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
    place.publish()
    place.visits("2020-06-10")
    page = read(client, place)
    assert "Chiffres publiés le 1er juin 2020" in page
    assert "Derrière « 4 »" in page
    assert "Derrière « 5 »" in read(party(client, place), place)


def test_the_public_cannot_choose_its_own_dates(client, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
    place.publish()
    assert "Derrière « 4 »" in read(client, place, "?period=2019&at=2019-12-31")


def test_small_numbers_are_masked_for_the_public_with_the_reason(client, place):
    place.visits("2019-06-03 2019-07-01")
    place.publish()
    page = read(client, place)
    assert "valeur masquée" in page
    assert "moins de 3 unités" in page
    assert "Derrière « 2 »" not in page


def test_an_elected_member_reads_the_day_masked_and_opens_nothing(client, place):
    place.visits("2019-06-03 2019-07-01")
    page = read(party(client, place, Role.ELECTED), place)
    assert "valeur masquée" in page
    assert '<ol class="records">' not in page


@pytest.mark.parametrize("role", [Role.LANDLORD, Role.COMMITTEE, Role.ADMINISTRATOR, Role.EXPERT])
def test_other_roles_of_a_party_read_what_is_published(client, place, role):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    assert "n’est encore publié" in read(party(client, place, role), place)


def test_an_auditor_reads_live_figures_of_any_convention(client, place):
    place.visits("2019-06-03")
    accounts.signed_in(client, Role.AUDITOR)
    assert "Derrière « 1 »" in read(client, place)


def test_another_party_reads_records_it_may_not_open_as_masked_lines_that_count(client, place):
    place.visits("2019-06-03 2019-07-01")
    page = read(party(client, place), place)
    assert "Derrière « 2 »" in page
    assert page.count("<li>") >= 2


def queries(client, place):
    read(client, place)
    forget()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        read(client, place)
    return len(seen)


def test_queries_do_not_grow_with_the_acts(client, place):
    place.visits("2019-06-03 2019-06-04 2019-06-05 2019-06-06 2019-06-07")
    party(client, place)
    few = queries(client, place)
    place.visits(" ".join(f"2019-09-{day:02d}" for day in range(1, 31)))
    assert queries(client, place) == few
    assert few <= 50


def test_a_warm_page_asks_no_figure_again_and_weighs_little(client, place):
    place.visits("2019-06-03 2019-07-01")
    party(client, place)
    read(client, place)
    with CaptureQueriesContext(connection) as seen:
        page = client.get(address(place))
    counting = [
        q
        for q in seen.captured_queries
        if "COUNT(" in q["sql"].upper() and "ledger_act" in q["sql"]
    ]
    assert counting == []
    assert len(gzip.compress(page.content)) <= 15_000
