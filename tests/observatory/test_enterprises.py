"""The sheet of a firm: who reads what of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.observatory.enterprise import stretches_of
from maillage.register.models import Establishment, Period, Spell
from maillage.register.models.firms import Diffusion
from tests.factories import accounts, ledger as acts, outreach, register

pytestmark = pytest.mark.django_db


def sheet(place: Establishment) -> str:
    return reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key})


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_public_reads_what_sirene_publishes_and_no_act(client: Client) -> None:
    place = register.establishment(unit_name="BOULANGERIE VASSEUR")
    acts.act(establishment=place)

    page = text(client, sheet(place))

    assert "BOULANGERIE VASSEUR" in page
    assert "1 RUE DE LILLE" in page
    assert "Visite d’essai" not in page
    assert "acte enregistré" not in page


def test_a_firm_of_partial_diffusion_is_never_named(client: Client) -> None:
    place = register.establishment(diffusion="P", unit_diffusion="P", unit_siren=register.siren())
    accounts.signed_in(client)

    page = text(client, sheet(place))

    assert "Entreprise non diffusible" in page
    assert "RUE DE LILLE" not in page
    assert "diffusion partielle" in page


def past_sign(place: Establishment, **facts: object) -> Period:
    load = register.load_active(source="sirene_history")
    given = {"trade_name": "CHEZ NORA", "ends_on": date(2014, 12, 31)} | facts
    return Period.objects.create(establishment=place, load=load, **given)


def test_the_signs_of_the_past_stand_among_the_periods_with_their_days(client: Client) -> None:
    place = register.establishment()
    past_sign(place, starts_on=date(2012, 1, 1))
    past_sign(register.establishment(), trade_name="AILLEURS")

    page = text(client, sheet(place))

    assert "Enseigne\u00a0: CHEZ NORA" in page.replace("&nbsp;", "\u00a0")
    assert "Du " in page
    assert "AILLEURS" not in page


def test_of_a_past_told_twice_the_last_word_is_shown(client: Client) -> None:
    place = register.establishment()
    past_sign(place)
    past_sign(place, trade_name="CHEZ LINA")

    page = text(client, sheet(place))

    assert "CHEZ LINA" in page
    assert "CHEZ NORA" not in page
    assert "Jusqu’au " in page


def test_a_sheet_leads_to_who_took_over_and_from_whom(client: Client) -> None:
    before, after = register.establishment(), register.establishment()
    register.succession(before, after)
    there = reverse("observatory:enterprise", kwargs={"key": after.legal_unit.key})
    back = reverse("observatory:enterprise", kwargs={"key": before.legal_unit.key})

    closed, open_ = text(client, sheet(before)), text(client, sheet(after))

    assert "Continue depuis le" in closed
    assert there in closed
    assert "A repris le" in open_
    assert back in open_


def test_a_chain_says_where_the_activity_is_today(client: Client) -> None:
    first, second, third = (register.establishment() for _ in range(3))
    register.succession(first, second, linked_on=date(2016, 3, 1))
    register.succession(second, third, linked_on=date(2018, 3, 1))
    today = reverse("observatory:establishment", kwargs={"key": third.key})

    assert today in text(client, sheet(first))
    assert "Son activité est aujourd’hui à" in text(client, sheet(first))
    assert "Son activité est aujourd’hui à" not in text(client, sheet(second))


def test_who_is_outside_the_register_is_told_by_its_siret_and_opens_nothing(client: Client) -> None:
    place = register.establishment()
    register.succession(place, None, outside_siret="12345678200010", continuity=False)

    page = text(client, sheet(place)).replace("&nbsp;", "\u00a0")

    assert "hors du registre" in page
    assert "sans que l’activité continue" in page


def test_an_erased_firm_is_not_told_by_those_who_followed_it(client: Client) -> None:
    before, after = register.establishment(), register.establishment()
    register.succession(before, after)
    unit = before.legal_unit
    unit.siren, unit.name, unit.diffusion = None, "", Diffusion.NONE
    unit.save()

    page = text(client, sheet(after))

    assert "un établissement effacé" in page
    assert str(unit.key) not in page


def test_an_adviser_reads_one_timeline_of_all_partners(client: Client) -> None:
    place = register.establishment()
    mine = accounts.signed_in(client)
    visit = outreach.visit(mine, place)
    hidden = outreach.visit(accounts.actor(), place)

    page = text(client, sheet(place))

    assert reverse("outreach:visit", kwargs={"key": visit.key}) in page
    assert str(hidden.key) not in page
    assert "Ligne masquée, qui compte" in page
    assert str(hidden.organisation) in page


def test_a_confidential_note_is_never_on_the_sheet(client: Client) -> None:
    place = register.establishment()
    mine = accounts.signed_in(client)
    outreach.visit(mine, place, note="trésorerie à sec", note_level="confidential")

    assert "trésorerie" not in text(client, sheet(place))


def test_a_cancelled_act_and_its_cancellation_stand_together(client: Client) -> None:
    place = register.establishment()
    accounts.signed_in(client)
    acts.reversal(acts.act(establishment=place))

    page = text(client, sheet(place))

    assert page.count("Annulé, ne compte plus") == 1
    assert "Annulé le" in page
    assert "2 actes enregistrés" in page


@pytest.mark.parametrize(
    "role", [Role.ELECTED, Role.EXPERT, Role.LANDLORD, Role.COMMITTEE, Role.ADMINISTRATOR]
)
def test_other_roles_read_the_sheet_of_the_public(client: Client, role: Role) -> None:
    place = register.establishment()
    acts.act(establishment=place)
    accounts.signed_in(client, role, perimeter="59350" if role is Role.ELECTED else "")

    assert "Visite d’essai" not in text(client, sheet(place))


def test_an_auditor_reads_all_and_leaves_a_trace(client: Client) -> None:
    place = register.establishment()
    acts.act(establishment=place)
    accounts.signed_in(client, Role.AUDITOR)

    assert "Visite d’essai" in text(client, sheet(place))
    read = Access.objects.unscoped(reason="a test reads the journal").get()
    assert read.subject_key == str(place.legal_unit.key)


def test_only_those_who_work_in_the_field_are_offered_to_report_a_visit(client: Client) -> None:
    place = register.establishment()
    offered = reverse("outreach:new_visit", kwargs={"key": place.key})

    assert offered not in text(client, sheet(place))
    accounts.signed_in(client, Role.AUDITOR)
    assert offered not in text(client, sheet(place))
    accounts.signed_in(client, Role.ADVISER)
    assert offered in text(client, sheet(place))


def test_no_visit_is_reported_to_a_closed_place(client: Client) -> None:
    place = register.establishment(state="F")
    accounts.signed_in(client)

    assert reverse("outreach:new_visit", kwargs={"key": place.key}) not in text(
        client, sheet(place)
    )


def test_a_firm_added_by_hand_is_not_shown_to_the_public(client: Client) -> None:
    firm = outreach.firm_added_by_hand()

    assert client.get(sheet(firm.establishment)).status_code == 404
    accounts.signed_in(client)
    assert "Atelier du Coin" in text(client, sheet(firm.establishment))


def test_a_firm_that_no_known_load_tells_of_has_no_sheet(client: Client) -> None:
    place = register.establishment(spelled=False)

    assert client.get(sheet(place)).status_code == 404


def test_an_establishment_leads_to_the_sheet_of_its_firm(client: Client) -> None:
    place = register.establishment()
    address = reverse("observatory:establishment", kwargs={"key": place.key})

    assert client.get(address)["Location"] == sheet(place)
    unknown = reverse("observatory:establishment", kwargs={"key": place.legal_unit.key})
    assert client.get(unknown).status_code == 404


def test_segments_say_which_rule_put_the_place_there(client: Client) -> None:
    page = text(client, sheet(register.establishment()))

    assert "Artisanat (code du registre des métiers)" in page
    assert "NAFA, APRM" in page


def test_the_results_of_a_search_lead_to_the_sheet(client: Client) -> None:
    place = register.establishment(unit_name="MENUISERIE CARPENTIER")

    found = text(client, reverse("register:search") + "?q=carpentier")

    assert sheet(place) in found


@pytest.mark.slow
def test_a_long_timeline_asks_as_many_queries_as_a_short_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = register.establishment()
    accounts.signed_in(client)
    text(client, sheet(place))  # noted once a day: who looked
    counts = []
    for number in (10, 90):
        acts.acts(number, establishment=place)
        with django_assert_max_num_queries(25) as asked:
            text(client, sheet(place))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_second_page_of_a_timeline_shows_what_is_older(client: Client) -> None:
    place = register.establishment()
    accounts.signed_in(client)
    acts.acts(60, establishment=place)

    first = text(client, sheet(place))
    second = text(client, sheet(place) + "?page=2")

    assert "60 actes enregistrés" in first
    assert first.count("<time") == 50
    assert second.count("<time") == 10
    assert text(client, sheet(place) + "?page=nonsense").count("<time") == 50


# Periods


def spell(day: int | None, **facts: object) -> Spell:
    given: dict[str, object] = {"state": "A", "commune": "59350", "activity": "10.71C"}
    return Spell(starts_on=date(day, 1, 1) if day else None, **(given | facts))


def test_a_later_news_replaces_all_days_from_its_start_on() -> None:
    told = stretches_of([spell(2010), spell(2018, activity="X"), spell(2015, activity="Y")])

    assert [(s.since, s.until, s.activity) for s in told] == [
        (date(2010, 1, 1), date(2015, 1, 1), "10.71C"),
        (date(2015, 1, 1), None, "Y"),
    ]


def test_the_same_news_again_opens_no_new_period() -> None:
    told = stretches_of([spell(2010), spell(2019)])

    assert [s.since for s in told] == [date(2010, 1, 1)]


def test_an_unknown_start_comes_first() -> None:
    told = stretches_of([spell(None), spell(2019, state="F")])

    assert [(s.since, s.state) for s in told] == [(None, "A"), (date(2019, 1, 1), "F")]
