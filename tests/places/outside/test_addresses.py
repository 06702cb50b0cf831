"""The geocoder of the Géoplateforme: addresses put on the map, each with its score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from maillage.kernel.errors import Invalid
from maillage.kernel.remote import Unavailable
from maillage.places import outside as services_of_places
from maillage.places.outside import GeocodedAddress
from tests.services import Outside, Reply, said


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("addresses")


def feature(score: Any = 0.97, at: Any = (3.0702, 50.6366), **said_of_it: Any) -> dict[str, Any]:
    known = {
        "label": "12 Rue de Paris 59000 Lille",
        "score": score,
        "type": "housenumber",
        "housenumber": "12",
        "street": "Rue de Paris",
        "postcode": "59000",
        "citycode": "59350",
        "city": "Lille",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(at)},
        "properties": known | said_of_it,
    }


def collection(*features: Any) -> Reply:
    return said({"type": "FeatureCollection", "features": list(features)})


def test_an_address_is_put_on_the_map_with_its_score(outside: Outside) -> None:
    outside.says(collection(feature()))

    answer = services_of_places.geocode(" 12 rue de  Paris, Lille ", commune="59350")

    assert answer.data == (
        GeocodedAddress(
            label="12 Rue de Paris 59000 Lille",
            score=0.97,
            level="housenumber",
            lon=3.0702,
            lat=50.6366,
            house_number="12",
            street="Rue de Paris",
            postcode="59000",
            commune="59350",
            commune_label="Lille",
        ),
    )
    assert outside.asked[0].params == {
        "q": "12 rue de Paris, Lille",
        "citycode": "59350",
        "limit": "5",
        "index": "address",
    }


def test_the_nearest_comes_first_whatever_the_order(outside: Outside) -> None:
    outside.says(collection(feature(0.4), feature(0.9), feature(0.6)))

    assert [one.score for one in services_of_places.geocode("rue de Paris").data] == [0.9, 0.6, 0.4]


def test_a_commune_has_neither_number_nor_street(outside: Outside) -> None:
    town = feature(type="municipality", housenumber=None, street=None, label="Lille")
    outside.says(collection(town))

    (found,) = services_of_places.geocode("Lille").data

    assert (found.level, found.house_number, found.street) == ("municipality", "", "")


def test_nothing_is_an_answer(outside: Outside) -> None:
    outside.says(collection())

    assert services_of_places.geocode("nulle part").data == ()


@pytest.mark.parametrize("words", ["", "ab", "x" * 201])
def test_what_cannot_be_answered_is_not_asked(outside: Outside, words: str) -> None:
    with pytest.raises(Invalid, match="3 à 200 caractères"):
        services_of_places.geocode(words)

    assert outside.asked == []


@pytest.mark.parametrize(
    "broken",
    [
        feature(score=1.2),
        feature(score="0.9"),
        feature(score=None),
        feature(score=True),
        feature(at=(3.07,)),
        feature(at=(300, 50)),
        feature(at=(3, 95)),
        feature(at=("3", "50")),
        feature(at=(10**400, 50)),
        feature(label={"fr": "Lille"}),
        {"properties": {}},
        {"type": "Feature", "geometry": None, "properties": feature()["properties"]},
        None,
    ],
)
def test_a_place_that_is_on_no_map_refuses_the_answer(outside: Outside, broken: Any) -> None:
    outside.says(collection(broken))

    with pytest.raises(Unavailable, match="forme attendue"):
        services_of_places.geocode("rue de Paris")


def test_turned_off_it_names_its_variable(turned_on: Callable[..., Any]) -> None:
    turned_on()

    with pytest.raises(Unavailable, match="MAILLAGE_API_ADDRESSES"):
        services_of_places.geocode("rue de Paris")
