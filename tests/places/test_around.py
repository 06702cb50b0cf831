"""The communes around one: those of its intercommunality that a frame twice as large would show."""

from __future__ import annotations

from datetime import date

import pytest

from maillage import places
from tests.factories import observed

pytestmark = pytest.mark.django_db
DAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _geography() -> None:
    observed.places_loaded()


def test_the_commune_comes_first_then_its_neighbours_in_the_order_of_their_codes() -> None:
    home, *near = places.around("59350", DAY)
    assert home.code == "59350"
    assert [shape.code for shape in near] == sorted(shape.code for shape in near)
    assert near


def test_only_those_that_the_frame_shows_are_given() -> None:
    """Communes stand in a row, each a square: two on each side at most are within a square's width."""
    assert 1 <= len(places.around("59350", DAY)) - 1 <= 4
    members = places.perimeter("mel", DAY).communes
    assert len(members) > 10


def test_none_of_another_intercommunality_is_given() -> None:
    members = set(places.perimeter("mel", DAY).communes)
    assert {shape.code for shape in places.around("59350", DAY)} <= members


@pytest.mark.parametrize("code", ["", "99999", "2A004"])
def test_a_commune_that_is_not_loaded_has_nothing_around(code: str) -> None:
    assert places.around(code, DAY) == ()
