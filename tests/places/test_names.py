"""Places are found by name as people type it."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from maillage import places
from maillage.places.models import Commune, Territory, TerritorySpell
from tests.factories.places import places_loaded


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Annœullin", "annoeullin"),
        ("ANNŒULLIN", "annoeullin"),
        ("Saint-André-lez-Lille", "saint andre lez lille"),
        ("  L'Haÿ  ", "l hay"),
        ("Ætna", "aetna"),
        ("…", ""),
    ],
)
def test_names_are_compared_without_accent_case_or_ligature(typed: str, folded: str) -> None:
    assert places.fold(typed) == folded


@pytest.mark.django_db
class TestSearch:
    @pytest.fixture(autouse=True)
    def _geography(self) -> None:
        places_loaded()

    def test_an_intercommunality_is_found_by_its_short_name_first(self) -> None:
        assert places.search("MEL")[0].reference == "mel"
        assert places.search("lens")[0].reference in {"call", "62498"}

    def test_a_commune_is_found_without_its_accents(self) -> None:
        assert [(one.reference, one.kind) for one in places.search("annoeull")] == [
            ("59011", "commune")
        ]

    def test_a_departement_is_found_by_name(self) -> None:
        assert places.search("pas de calais")[0].reference == "dep-62"

    @pytest.mark.parametrize("typed", ["", "  ", "-", "zzzz", "q\x00q"])
    def test_nothing_is_found_for_nothing(self, typed: str) -> None:
        assert places.search(typed) == []

    def test_the_answer_is_bounded(self) -> None:
        assert len(places.search("e", limit=3)) == 3

    def test_rows_name_themselves(self) -> None:
        assert str(Commune.objects.get(code="59350")) == "Lille"
        assert str(Territory.objects.get(key="mel")) == "Métropole Européenne de Lille"
        assert "2019-01-01" in str(TerritorySpell.objects.order_by("starts_on").first())
        assert Commune.objects.of_department("75").count() == 1


@pytest.mark.django_db
def test_names_of_several_communes_come_in_one_query_and_an_unknown_code_stands_for_itself(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    places_loaded()
    with django_assert_num_queries(1):
        found = places.commune_names(["59512", "59350", "99999", "59350"])
    assert found == {"59512": "Roubaix", "59350": "Lille", "99999": "99999"}
    assert list(found) == ["59512", "59350", "99999"]
