"""A position read from a stock: its own, or none, which is told; never the one of a commune in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage import places as geography
from maillage.accounts.actors import System
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment
from tests.factories import observed, register as firms

pytestmark = pytest.mark.django_db
X, Y = "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement"


def loaded(folder: Path, **cells: str):
    observed.places_loaded()
    assert geography.centres(["59350"])
    units, establishments = firms.sirene_files(folder, [firms.establishment_row(1, **cells)])
    outcome = import_stock(
        units=units, establishments=establishments, territory="mel", by=System("test")
    )
    return Establishment.objects.get(), [one.code for one in outcome.warnings]


def test_a_position_in_its_commune_is_kept(tmp_path: Path) -> None:
    place, doubts = loaded(tmp_path)

    assert (round(place.lon, 2), round(place.lat, 2)) == (3.06, 50.63)
    assert "position_elsewhere" not in doubts


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ("893000.0", "6247000.0", "position_elsewhere"),  # Marseille, for a firm of Lille
        ("340000.0", "7680000.0", "position_elsewhere"),  # metres of la Réunion
        ("abc", "7059000.0", "position"),
    ],
)
def test_a_position_far_from_its_commune_is_left_out_and_told(
    tmp_path: Path, x: str, y: str, code: str
) -> None:
    place, doubts = loaded(tmp_path, **{X: x, Y: y})

    assert (place.lon, place.lat) == (None, None)
    assert code in doubts


def test_no_position_is_stored_for_an_establishment_that_the_file_gives_none(
    tmp_path: Path,
) -> None:
    """The middle of its commune is for the eyes alone: nothing computed may take it for a position."""
    place, doubts = loaded(tmp_path, **{X: "", Y: ""})

    assert (place.lon, place.lat) == (None, None)
    assert not {"position", "position_elsewhere"} & set(doubts)
