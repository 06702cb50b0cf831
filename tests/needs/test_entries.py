"""Entries of the catalogue for a need: judged on its firm, scored with reasons that sum to it, kept by the referral."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.catalogue import actions as catalogue_actions, counting
from maillage.catalogue.models import Entry
from maillage.catalogue.vocabulary import Criterion
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.entries import SCORED, Offered, offered_for, said_of
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, Theme
from tests.factories import accounts, catalogue, needs as make, places, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2021-06-30T10:00")):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


@pytest.fixture
def need(manager: Actor) -> Need:
    places.places_loaded()
    return make.need(
        manager,
        register.establishment(size_band="03"),
        theme=Theme.DIGITAL,
        words="Un site de vente",
    )


def titles(offered: Offered) -> list[str]:
    return [one.version.title for one in offered.choices]


def entry(**said: Any) -> Entry:
    return catalogue.entry(**({"areas": ("59350",), "everywhere": False} | said))


def test_only_the_entries_of_its_theme_are_proposed_those_nearer_first(need: Need) -> None:
    entry(title="Partout", everywhere=True, areas=())
    entry(title="Lille")
    entry(title="Nord", areas=("59",))
    entry(title="Région", areas=("R32",))
    entry(title="Métropole", areas=("200093201",))
    entry(title="Énergie", themes=("energy",))
    entry(title="Sans thème", themes=())
    found = offered_for(need)
    assert titles(found) == ["Lille", "Métropole", "Nord", "Région", "Partout"]
    assert not found.refused


def test_the_reasons_of_each_sum_to_its_score(need: Need) -> None:
    entry(title="Vendre sur un site", summary="Un site de vente", headcount_max=9)
    entry(title="À demander", other="Être à jour.")
    entry(title="Sans territoire dit", areas=())
    for one in offered_for(need).choices:
        assert one.score == sum(points for _words, points in one.reasons)
        assert {why.criterion for why in one.proposal.reasons} <= set(SCORED)
        assert all(points > 0 for _words, points in one.reasons)


def test_conditions_that_remain_to_be_asked_bring_no_points_and_are_named(need: Need) -> None:
    entry(title="Sûre", headcount_max=9)
    entry(title="À demander", other="Être à jour.")
    sure, asked = offered_for(need).choices
    assert (sure.version.title, asked.version.title) == ("Sûre", "À demander")
    assert sure.score - asked.score == 10
    assert [one.criterion for one in asked.judged.open_questions] == [Criterion.OTHER]
    assert sure.judged.open_questions == []


def test_an_area_that_is_not_said_brings_no_points(need: Need) -> None:
    entry(title="Non dit", areas=())
    (one,) = offered_for(need).choices
    assert "territory" not in {why.criterion for why in one.proposal.reasons}


def test_what_the_firm_says_in_its_words_brings_a_few_points(need: Need) -> None:
    entry(title="Vendre sur un site de vente")
    entry(title="Tout autre chose")
    near, far = offered_for(need).choices
    assert near.version.title == "Vendre sur un site de vente"
    assert 0 < near.score - far.score <= 10


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ({"headcount_min": 50}, Criterion.HEADCOUNT),
        ({"areas": ("62",)}, Criterion.AREA),
        ({"activities": ("43",)}, Criterion.ACTIVITY),
        ({"legal_forms": ("92",)}, Criterion.LEGAL_FORM),
        ({"segments": ("ess_sirene",)}, Criterion.SEGMENTS),
        ({"age_max": 3}, Criterion.AGE),
        ({"valid_until": date(2021, 6, 29)}, Criterion.VALIDITY),
    ],
)
def test_an_entry_that_is_not_for_the_firm_is_told_with_its_reason(
    need: Need, said: dict[str, Any], criterion: Criterion
) -> None:
    entry(title="Pas pour elle", **said)
    found = offered_for(need)
    assert not found.choices
    (refused,) = found.refused
    assert [one.criterion for one in refused.against] == [criterion]
    assert refused.against[0].wanted


def test_a_retired_entry_is_not_proposed(need: Need) -> None:
    by = catalogue.keeper()
    made = catalogue.entry(by)
    catalogue_actions.retire_entry(entry=made, version=1, by=by)
    assert offered_for(need) == Offered([], [])


def test_proposing_asks_as_many_questions_for_two_entries_as_for_thirty(need: Need) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            offered_for(need)
        return len(captured)

    for number in range(2):
        entry(title=f"Atelier {number}", segments=("craft_rm",))
    asked()
    before = asked()
    for number in range(28):
        entry(
            title=f"Autre {number}", segments=("craft_rm",), headcount_min=50 if number % 2 else 0
        )
    assert asked() == before


# Sent


def partner() -> Organisation:
    return make.partner()[0]


def test_the_referral_keeps_the_entry_and_its_acts_name_it(need: Need, manager: Actor) -> None:
    to, expert = make.partner()
    made = entry(partner=to)
    sent = actions.send_referral(need=need, partner=to, entry=made, by=manager)
    actions.take_up(referral=sent, by=expert)
    actions.close_referral(referral=sent, ending=Ending.HELPED, by=expert)
    assert sent.entry == made
    acts = Act.objects.unscoped(reason="test").filter(source_key=str(sent.key))
    assert {act.kind: act.scheme for act in acts} == {
        "needs.referral_sent": made.scheme,
        "needs.referral_taken": made.scheme,
        "needs.referral_closed_helped": made.scheme,
    }
    of_need = Act.objects.unscoped(reason="test").filter(source_key=str(need.key))
    assert {act.scheme for act in of_need} == {""}


def test_without_an_entry_the_acts_keep_the_scheme_of_the_need(manager: Actor) -> None:
    need = make.need(manager, theme=Theme.DIGITAL)
    Need.objects.unscoped(reason="test").filter(pk=need.pk).update(scheme="campaign:1")
    need.refresh_from_db()
    sent = actions.send_referral(need=need, partner=partner(), by=manager)
    act = Act.objects.unscoped(reason="test").get(source_key=str(sent.key))
    assert (sent.entry, act.scheme) == (None, "campaign:1")


def test_an_entry_that_another_partner_answers_for_is_refused(need: Need, manager: Actor) -> None:
    made = entry(partner=partner())
    with pytest.raises(Invalid) as refusal:
        actions.send_referral(need=need, partner=partner(), entry=made, by=manager)
    assert set(refusal.value.fields) == {"entry"}
    assert not Referral.objects.unscoped(reason="test").exists()


def test_an_entry_retired_meanwhile_is_refused(need: Need, manager: Actor) -> None:
    by = catalogue.keeper()
    made = catalogue.entry(by)
    catalogue_actions.retire_entry(entry=made, version=1, by=by)
    with pytest.raises(Invalid) as refusal:
        actions.send_referral(need=need, partner=partner(), entry=made, by=manager)
    assert set(refusal.value.fields) == {"entry"}


def test_any_partner_may_be_told_of_an_entry_that_none_answers_for(
    need: Need, manager: Actor
) -> None:
    made = entry()
    assert actions.send_referral(need=need, partner=partner(), entry=made, by=manager).entry == made


# On screen


def send_page(client: Client, manager: Actor, need: Need) -> BeautifulSoup:
    assert manager.person is not None
    client.force_login(manager.person)
    answer = client.get(reverse("needs:send", kwargs={"key": need.key}))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_who_sends_reads_the_entries_their_reasons_and_why_not(
    client: Client, manager: Actor, need: Need
) -> None:
    entry(title="Pour elle", headcount_max=9)
    entry(title="Pas pour elle", headcount_min=50)
    page = send_page(client, manager, need)
    told = page.select_one("section[aria-labelledby=offered]")
    assert told is not None
    first, second = (one.get_text(" ", strip=True) for one in told.select("li"))
    assert "Pour elle" in first
    assert "points" in first
    assert "Thème 40" in first
    assert "Pas pour cette entreprise" in second
    assert "Effectif – au moins 50" in second
    values = [one["value"] for one in page.select("input[name=entry]")]
    assert len(values) == 2
    assert values[0] == ""


def test_a_need_without_entry_shows_neither_list_nor_choice(
    client: Client, manager: Actor, need: Need
) -> None:
    page = send_page(client, manager, need)
    assert not page.select("section[aria-labelledby=offered]")
    assert not page.select("input[name=entry]")


def test_a_need_is_sent_by_the_entry_that_was_chosen(
    client: Client, manager: Actor, need: Need
) -> None:
    to, expert = make.partner()
    made = entry(title="Atelier choisi", partner=to)
    page = send_page(client, manager, need)
    once = page.select_one("input[name=once]")
    assert once is not None
    given = {"once": once["value"], "partner": to.key, "entry": made.key, "message": ""}
    assert client.post(reverse("needs:send", kwargs={"key": need.key}), given).status_code == 302
    sent = Referral.objects.unscoped(reason="test").get()
    assert sent.entry == made
    assert expert.person is not None
    client.force_login(expert.person)
    shown = client.get(reverse("needs:referral", kwargs={"key": sent.key})).content.decode()
    assert "Atelier choisi" in shown


def test_an_entry_that_is_no_choice_is_refused_on_its_field(
    client: Client, manager: Actor, need: Need
) -> None:
    shut = entry(headcount_min=50)
    to = partner()
    page = send_page(client, manager, need)
    once = page.select_one("input[name=once]")
    assert once is not None
    given = {"once": once["value"], "partner": to.key, "entry": shut.key, "message": ""}
    answer = client.post(reverse("needs:send", kwargs={"key": need.key}), given)
    assert answer.status_code == 422
    assert not Referral.objects.unscoped(reason="test").exists()


def test_who_no_longer_reads_the_request_does_not_read_its_entry(
    client: Client, manager: Actor, need: Need
) -> None:
    to, expert = make.partner()
    sent = actions.send_referral(need=need, partner=to, entry=entry(title="Atelier tu"), by=manager)
    actions.take_back(referral=sent, by=manager)
    assert expert.person is not None
    client.force_login(expert.person)
    shown = client.get(reverse("needs:referral", kwargs={"key": sent.key})).content.decode()
    assert "Atelier tu" not in shown


def test_the_last_word_on_an_entry_is_shown_even_once_retired() -> None:
    by = catalogue.keeper()
    made = catalogue.entry(by, title="Retirée")
    catalogue_actions.retire_entry(entry=made, version=1, by=by)
    assert said_of(None) is None
    assert str(said_of(made.pk)) == "Retirée"


# How often it answered


@pytest.fixture
def answered(need: Need, manager: Actor) -> Entry:
    """An entry by which a need was sent and helped, and another one sent."""
    to, expert = make.partner()
    made = entry(title="Atelier", partner=to)
    sent = actions.send_referral(need=need, partner=to, entry=made, by=manager)
    actions.take_up(referral=sent, by=expert)
    actions.close_referral(referral=sent, ending=Ending.HELPED, by=expert)
    other = make.need(manager, register.establishment(), theme=Theme.DIGITAL)
    actions.send_referral(need=other, partner=to, entry=made, by=manager)
    return made


def test_how_often_an_entry_answered_is_two_figures(answered: Entry, manager: Actor) -> None:
    never = entry(title="Jamais")
    assert [one.value for one in counting.counts_of(answered, manager)] == [2, 1]
    assert [one.value for one in counting.counts_of(never, manager)] == [0, 0]
    assert counting.by_entry([answered, never], manager) == {answered.pk: 2, never.pk: 0}


@pytest.mark.parametrize("role", list(Role))
def test_live_counts_are_for_those_who_ask_live_figures(answered: Entry, role: Role) -> None:
    actor = accounts.actor(role)
    reads = role in counting.READERS
    assert bool(counting.counts_of(answered, actor)) is reads
    assert bool(counting.by_entry([answered], actor)) is reads


def test_the_figure_of_an_entry_opens_onto_as_many_records(client: Client, answered: Entry) -> None:
    accounts.signed_in(client, Role.OFFICER)
    page = BeautifulSoup(client.get(f"/catalogue/{answered.key}/").content, "html.parser")
    sent, helped = page.select("section[aria-labelledby=answered] dd")
    for told, number in ((sent, 2), (helped, 1)):
        link = told.select_one("a.to-records")
        assert told.strong is not None
        assert link is not None
        assert told.strong.get_text() == str(number)
        opened = BeautifulSoup(client.get(str(link["href"])).content, "html.parser")
        assert len(opened.select("ol.records > li, table.lined tbody tr")) == number


def test_the_list_tells_how_often_each_entry_answered(client: Client, answered: Entry) -> None:
    accounts.signed_in(client, Role.OFFICER)
    assert "2 mises en relation" in client.get("/catalogue/?theme=digital").content.decode()
