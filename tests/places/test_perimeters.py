"""Perimeters asked for at a date, on the small geography."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from maillage import places
from maillage.kernel.errors import Invalid
from maillage.places.models import Vintage
from tests.factories.places import HAUTE_DEULE, MEL_2019, places_loaded

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2020, 3, 13), date(2020, 3, 14)


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    places_loaded()


@pytest.mark.parametrize("reference", ["mel", "MEL", "245900410", "200093201", " 245 900 410 "])
@pytest.mark.parametrize(("day", "siren"), [(BEFORE, "245900410"), (AFTER, "200093201")])
def test_both_sirens_find_the_metropole_on_any_day(reference: str, day: date, siren: str) -> None:
    found = places.perimeter(reference, day)
    assert (found.key, found.siren) == ("mel", siren)


def test_five_communes_join_on_the_exact_day() -> None:
    before, after = places.perimeter("mel", BEFORE), places.perimeter("mel", AFTER)
    assert set(before.communes) == set(MEL_2019)
    assert set(after.communes) == set(MEL_2019) | set(HAUTE_DEULE)
    assert "59005" in after
    assert "59005" not in before


def test_an_absorbed_territory_ends_on_the_eve_and_says_between_which_days_it_was() -> None:
    assert places.perimeter("245901061", BEFORE).key == "epci-245901061"
    with pytest.raises(places.UnknownTerritory) as refused:
        places.perimeter("epci-245901061", AFTER)
    assert "2020-03-13" in str(refused.value.remedy)
    assert "2020-03-14" in str(refused.value.reason)


def test_the_absorbing_territory_counts_the_inhabitants_it_gains() -> None:
    gained = places.perimeter("245901061", BEFORE)
    before, after = places.perimeter("mel", BEFORE), places.perimeter("mel", AFTER)
    assert after.population == (before.population or 0) + (gained.population or 0)
    assert after.municipal_population == before.municipal_population + gained.municipal_population


def test_the_municipal_population_is_the_sum_of_the_communes_of_the_vintage() -> None:
    found = places.perimeter("mel", date(2019, 12, 31))
    rows = places.communes(found.communes).values()
    assert found.municipal_population == sum(row.population(2019) or 0 for row in rows) == 574494


@pytest.mark.parametrize(
    ("day", "vintage"),
    [
        (date(2019, 1, 1), 2019),
        (date(2019, 12, 31), 2019),
        (date(2020, 6, 30), 2020),
        (date(2021, 1, 1), 2021),
        (date(2099, 1, 1), 2021),
    ],
)
def test_the_vintage_is_the_nearest_at_or_before_the_day(day: date, vintage: int) -> None:
    found = places.perimeter("call", day)
    assert found.vintage == vintage
    assert not found.note


@pytest.mark.parametrize("reference", ["mel", "59350", "dep-59"])
def test_before_the_first_vintage_the_earliest_is_given_and_says_so(reference: str) -> None:
    found = places.perimeter(reference, date(2015, 6, 1))
    assert found.vintage == 2019
    assert "2019" in str(found.note)


def test_a_note_speaks_the_language_of_its_reader() -> None:
    note = places.perimeter("mel", date(2015, 6, 1)).note
    with translation.override("en"):
        english = str(note)
    with translation.override("fr"):
        french = str(note)
    assert english.startswith("No perimeter is known before")
    assert "1 January 2019" in english or "Jan. 1, 2019" in english
    assert "1er janvier 2019" in french


def test_a_commune_is_a_territory_with_its_municipal_population() -> None:
    lille = places.perimeter("59350", date(2019, 6, 1))
    assert (lille.key, lille.name, lille.communes) == ("59350", "Lille", ("59350",))
    assert lille.population == lille.municipal_population == 232440
    assert lille.former_codes == ("59298", "59355")
    assert lille.all_codes == ("59350", "59298", "59355")


def test_an_old_code_gives_the_commune_it_belongs_to_and_says_so() -> None:
    found = places.perimeter("59298", date(2020, 6, 30))
    assert found.key == "59350"
    assert "Hellemmes-Lille" in str(found.note)


@pytest.mark.parametrize("reference", ["62", "dep-62", "DEP-62"])
def test_a_departement_is_a_territory(reference: str) -> None:
    found = places.perimeter(reference, date(2020, 6, 30))
    assert (found.key, found.name) == ("dep-62", "Pas-de-Calais")
    assert found.communes == ("62065", "62413", "62498", "62510")
    assert found.population == found.municipal_population == 31415 + 31314 + 17595 + 12355


@pytest.mark.parametrize(
    "reference", ["", "nowhere", "999999999", "59999", "99", "dep-01", "../mel", "mel\x00"]
)
def test_an_unknown_territory_is_refused_with_the_remedy(reference: str) -> None:
    with pytest.raises(places.UnknownTerritory) as refused:
        places.perimeter(reference, BEFORE)
    assert isinstance(refused.value, Invalid)
    assert refused.value.remedy


def test_an_instance_without_geography_says_how_to_load_it() -> None:
    Vintage.objects.all().delete()
    places.forget()
    with pytest.raises(places.UnknownTerritory, match="load_places"):
        places.perimeter("mel", BEFORE)


def test_a_perimeter_asked_again_costs_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first = places.perimeter("mel", AFTER)
    with django_assert_num_queries(0):
        assert places.perimeter("mel", AFTER) is first


def test_another_load_is_noticed_by_its_token() -> None:
    before = places.vintage_token()
    Vintage.objects.update(digest="another")
    assert places.vintage_token() == before
    places.forget()
    assert places.vintage_token() == "another"


def test_another_process_load_drops_what_was_remembered() -> None:
    from maillage.places import memory

    old = places.perimeter("mel", AFTER)
    Vintage.objects.update(digest="another")
    memory._seen["until"] = 0.0  # all of it is forgotten when the test ends
    assert places.perimeter("mel", AFTER) is not old


def test_the_door_of_the_package_has_no_other_name() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        places.nothing  # noqa: B018


def test_what_the_command_tells_has_the_keys_of_the_contract() -> None:
    told = places.perimeter("mel", AFTER).told()
    assert list(told)[:5] == ["siren", "name", "communes", "population", "vintage"]
    assert told["communes"] == sorted({*MEL_2019, *HAUTE_DEULE})
