"""Publishing a period on screen, and reading afterwards what was published beside today."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach import actions
from tests.doors import journals_open
from tests.factories import accounts, observatory as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

DAYS = {"start": "2019-04-05", "end": "2020-05-31"}
SPACES = re.compile(r"\s+")


@pytest.fixture(autouse=True)
def _now():
    CACHE.clear()
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def place():
    return make.situation()


@pytest.fixture
def officer(client, place):
    client.force_login(place.officer.person)
    return client


def form_of(place):
    return reverse("observatory:publish", args=[place.convention.slug])


def page_of(client, publication):
    response = client.get(reverse("observatory:publication", args=[publication.key]))
    assert response.status_code == 200
    return SPACES.sub(" ", response.content.decode())


def sent(**more):
    return {"once": str(uuid7()), **DAYS, **more}


def test_the_form_proposes_the_days_from_the_first_to_yesterday(officer, place):
    page = officer.get(form_of(place)).content.decode()
    assert 'value="2019-04-05"' in page
    assert 'value="2020-06-29"' in page


def test_looking_first_shows_what_the_public_will_read_and_publishes_nothing(officer, place):
    place.visits("2019-06-03 2019-07-01")
    page = officer.post(form_of(place), sent(preview="1")).content.decode()
    assert "valeur masquée" in page
    assert "moins de 3" in page
    assert "Publier ces chiffres" in page
    assert not Publication.objects.exists()


def test_publishing_freezes_the_figures_and_leads_to_them(officer, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    response = officer.post(form_of(place), sent(publish="1"))
    made = Publication.objects.get()
    assert response["Location"] == reverse("observatory:publication", args=[made.key])
    assert made.figures.get(reference="outreach.firms_prospected@1", by="").value == 3
    assert made.organisation == place.epci


def test_the_same_form_sent_twice_publishes_once(officer, place):
    form = sent(publish="1")
    officer.post(form_of(place), form)
    officer.post(form_of(place), form)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"start": "2020-06-01", "end": "2020-05-01"}, "intervertissez les deux jours"),
        ({"end": "2020-12-31"}, "publiez au plus jusqu’à aujourd’hui"),
        ({"start": ""}, "obligatoire"),
    ],
)
def test_days_that_cannot_be_published_are_refused_with_the_remedy(officer, place, days, words):
    response = officer.post(form_of(place), sent(publish="1", **days))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Publication.objects.exists()


def test_a_period_before_any_text_is_refused(officer, place):
    response = officer.post(form_of(place), sent(publish="1", start="2018-01-01", end="2018-12-31"))
    assert response.status_code == 422
    assert "Aucun texte de cette convention" in response.content.decode()


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ELECTED, Role.AUDITOR])
def test_other_roles_of_the_keeper_do_not_publish(client, place, role):
    accounts.signed_in(client, role, place.epci)
    assert client.post(form_of(place), sent(publish="1")).status_code == 403


def test_the_officer_of_another_organisation_finds_no_form(client, place):
    accounts.signed_in(client, Role.OFFICER, accounts.organisation("epci"))
    assert client.post(form_of(place), sent(publish="1")).status_code == 404


def test_published_three_and_today_two_tells_the_acts_in_between(officer, place):
    firms = place.visits("2019-06-03 2019-07-01 2019-08-01")
    made = place.publish()
    with clock.at(noon("2020-06-10")):
        actions.cancel_visit(visit=firms[0], reason="twice", by=place.adviser)
    page = page_of(officer, made)
    assert "publié 3, aujourd’hui 2 : 1 acte depuis" in page
    assert "− 1" in page
    assert "annulé" in page


def test_an_act_the_reader_may_not_open_is_a_masked_line_that_counts(officer, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    made = place.publish()
    with clock.at(noon("2020-06-10")):
        place.visits("2020-05-10")
    page = page_of(officer, made)
    assert "publié 3, aujourd’hui 4 : 1 acte depuis" in page


def test_what_nothing_touched_is_said_unchanged(officer, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    page = page_of(officer, place.publish())
    assert "publié 3, aujourd’hui 3 : aucun acte depuis" in page


def test_the_public_reads_the_snapshot_without_today(client, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    made = place.publish()
    place.visits("2020-05-10")
    page = page_of(client, made)
    assert "aujourd’hui" not in page.split("</nav>")[-1]
    assert "Qu’a-t-on publié" in page
    assert made.digest in page
    assert "Le détail n’est pas diffusé" in page


def test_a_stranger_reads_the_snapshot_as_the_public_does(place):
    made, stranger = place.publish(), Client()
    accounts.signed_in(stranger, Role.OFFICER, accounts.organisation("epci"))
    assert "Qu’a-t-on publié" in page_of(stranger, made)


def test_a_publication_is_revised_by_another_and_each_leads_to_the_other(client, officer, place):
    place.visits("2019-06-03 2019-07-01 2019-08-01")
    first = place.publish()
    refused = officer.post(form_of(place), sent(publish="1"))
    assert refused.status_code == 422
    assert "Dites pourquoi vous publiez de nouveau" in refused.content.decode()
    place.visits("2019-09-03 2019-10-01")
    officer.post(form_of(place), sent(publish="1", reason="Une visite oubliée"))
    second = Publication.objects.exclude(pk=first.pk).get()
    assert (second.revises, second.reason) == (first, "Une visite oubliée")
    told = page_of(officer, second)
    assert "Une visite oubliée" in told
    assert "était" in told, "what the revision changes, figure by figure"
    journal = officer.get("/corrections/?genre=publications").content.decode()
    assert "Une visite oubliée" in journal
    assert reverse("observatory:publication", args=[second.key]) in page_of(officer, first)
    assert reverse("observatory:publication", args=[first.key]) in page_of(officer, second)


def test_the_list_of_publications_is_newest_first(client, place):
    first, second = place.publish(), place.publish(at="2020-06-02")
    page = client.get(
        reverse("observatory:publications", args=[place.convention.slug])
    ).content.decode()
    assert page.index(str(second.key)) < page.index(str(first.key))


def test_a_convention_without_publication_says_so(client, place):
    page = client.get(
        reverse("observatory:publications", args=[place.convention.slug])
    ).content.decode()
    assert "Aucun chiffre de cette convention n’est encore publié." in page


def test_a_publication_of_something_else_is_not_found(client, place):
    made = place.publish()
    with journals_open():
        Publication.objects.filter(pk=made.pk).update(subject="convention:gone")
    response = client.get(reverse("observatory:publication", args=[made.key]))
    assert response.status_code == 404
