"""The segments of a place on its sheet: which, by which rule, from what, since when."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.observatory.enterprise import Place, sheet_of
from maillage.observatory.kinds import Kind
from maillage.register.criteria import ESS_LISTED, MICRO_LISTED
from maillage.register.models import Establishment
from tests.factories import accounts, register as make

pytestmark = pytest.mark.django_db


def place_of(made: Establishment, by: Actor | None = None) -> Place:
    with translation.override("fr"):
        (found,) = sheet_of(made.legal_unit, by or accounts.actor(Role.ADVISER)).places
        return found


def kinds(made: Establishment, by: Actor | None = None) -> dict[str, Kind]:
    return {kind.segment.code: kind for kind in place_of(made, by).kinds}


def test_a_bit_of_sirene_says_the_day_of_the_files_and_since_when_the_place_carries_it() -> None:
    make.load_active(vintage=date(2019, 1, 1))
    made = make.establishment(spell_segments=0)
    make.spell(made, starts_on=date(2015, 5, 1))
    make.spell(made, starts_on=date(2018, 3, 1), size_band="11")

    craft = kinds(made)["craft_rm"]

    assert craft.since == date(2015, 5, 1)
    assert craft.origin == "Fichiers Sirene du 1er janvier 2019."


def test_a_bit_that_was_lost_and_came_back_counts_from_its_return() -> None:
    made = make.establishment()
    make.spell(made, starts_on=date(2014, 1, 1), segments=0)
    make.spell(made, starts_on=date(2016, 1, 1))

    assert kinds(made)["craft_rm"].since == date(2016, 1, 1)


def test_a_family_says_the_activity_it_is_read_on_and_since_when_that_is_the_activity() -> None:
    made = make.establishment(activity="43.22A", spell_activity="10.71C")
    make.spell(made, starts_on=date(2017, 2, 1), activity="43.22A")

    found = kinds(made)

    assert found["family_building"].origin == "Lu sur son activité, 43.22A."
    assert found["family_building"].since == date(2017, 2, 1)
    assert "family_food" not in found


@pytest.mark.parametrize(
    ("year", "words"),
    [
        ("2017", "Tranche d’effectif de 2017 d’après Sirene."),
        ("", "Tranche d’effectif d’après Sirene, qui n’en dit pas l’année."),
    ],
)
def test_a_size_says_the_year_of_its_band(year: str, words: str) -> None:
    found = kinds(make.establishment(size_band="11", size_year=year))

    assert found["size_10_49"].origin == words
    assert found["size_10_49"].since is None


def test_a_stage_of_life_says_the_day_of_creation() -> None:
    found = kinds(make.establishment(created_on=date(2010, 1, 1)))

    assert (
        found["stage_old"].origin
        == "Créé le 1er janvier 2010 d’après Sirene\u00a0; lu aujourd’hui."
    )
    assert "stage_young" not in found
    assert "stage_settled" not in found


def test_an_unknown_start_has_no_stage_and_a_firm_of_the_field_says_so() -> None:
    load = make.load_active(source="field", vintage=None)
    made = make.establishment(spelled=False, created_on=None, size_band="")
    make.spell(made, load=load, starts_on=date(2020, 1, 1), opened_on=None)

    found = kinds(made)

    assert not {code for code in found if code.startswith(("stage_", "size_"))}
    assert found["craft_rm"].origin == "Dit sur le terrain."


def test_what_is_read_on_the_day_is_not_said_of_a_closed_place_whose_bits_stay() -> None:
    made = make.establishment(state="F")
    make.spell(made, starts_on=date(2018, 1, 1), state="F")

    assert set(kinds(made)) == {"craft_rm", "craft_naf", "employer"}


def test_each_published_list_that_holds_the_activity_is_said_version_by_version() -> None:
    chamber = accounts.organisation(short_name="CMA")
    first = make.craft_list(chamber, ["10.71C"])
    make.craft_list(chamber, ["43.22A"])
    third = make.craft_list(chamber, ["10.71C", "43.22A"])

    found = {code for code in kinds(make.establishment()) if code.startswith("craft_list")}

    assert found == {f"craft_list_{first.bit}", f"craft_list_{third.bit}"}


def test_lists_of_partners_are_said_to_who_works_with_firms_only() -> None:
    made = make.establishment()
    make.belonging(made.legal_unit, ESS_LISTED.bit, since=date(2019, 3, 1))

    told = kinds(made)[ESS_LISTED.code]

    assert told.since == date(2019, 3, 1)
    assert told.origin == "Liste d’un partenaire, que vous ne pouvez pas lire."
    for role in (Role.ELECTED, Role.EXPERT, Role.LANDLORD, Role.ADMINISTRATOR):
        assert ESS_LISTED.code not in kinds(made, accounts.actor(role))


def test_the_earliest_of_several_lists_tells_since_when() -> None:
    made = make.establishment()
    for year in (2019, 2020, 2018):
        make.belonging(made.legal_unit, MICRO_LISTED.bit, since=date(year, 3, 1))

    assert kinds(made)[MICRO_LISTED.code].since == date(2018, 3, 1)


def test_a_list_tells_of_the_firm_and_so_of_all_its_places() -> None:
    made = make.establishment()
    make.establishment(legal_unit=made.legal_unit)
    make.belonging(made.legal_unit, ESS_LISTED.bit)

    sheet = sheet_of(made.legal_unit, accounts.actor(Role.ADVISER))

    told = [[kind.segment.code for kind in place.kinds] for place in sheet.places]
    assert len(told) == 2
    assert all(ESS_LISTED.code in codes for codes in told)


def test_the_sheet_says_rule_origin_and_day_in_words(client: Client) -> None:
    made = make.establishment()

    page = client.get(reverse("observatory:enterprise", kwargs={"key": made.legal_unit.key}))

    text = " ".join(html.unescape(page.content.decode()).split())
    assert "Artisanat de l’alimentation" in text
    assert "Lu sur son activité, 10.71C. En fait partie depuis le 1er janvier 2010." in text
    assert "Règle version 1, depuis le 27 novembre 2026." in text


def test_a_sheet_asks_as_many_queries_whatever_its_places() -> None:
    made, by = make.establishment(), accounts.actor(Role.ADVISER)
    make.belonging(made.legal_unit, ESS_LISTED.bit)
    sheet_of(made.legal_unit, by)  # what is kept in memory is asked once
    counts = []
    for more in (0, 4):
        for _number in range(more):
            make.establishment(legal_unit=made.legal_unit)
        with CaptureQueriesContext(connection) as asked:
            sheet_of(made.legal_unit, by)
        counts.append(len(asked))

    assert counts[0] == counts[1]
