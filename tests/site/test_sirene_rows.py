"""The demonstration's invented firms: plausible, in INSEE's columns, the same from the same seed."""

from collections import Counter
from datetime import date

import pytest

from maillage.accounts.actors import System
from maillage.kernel.identifiers import is_siren, is_siret
from maillage.register.importers.lambert import to_degrees
from maillage.register.importers.sirene import import_stock
from maillage.site.demo.sirene_rows import Town, generated, lambert_93, write_files
from tests.factories import places

TOWNS = [
    Town("59350", "Lille", "59000", 232440, 3.0573, 50.6292),
    Town("59512", "Roubaix", "59100", 96412, 3.1746, 50.6927),
]
DAY = date(2019, 1, 1)


def test_the_same_seed_gives_the_same_firms_and_another_seed_others():
    once = list(generated(50, TOWNS, 1, day=DAY))

    assert once == list(generated(50, TOWNS, 1, day=DAY))
    assert once != list(generated(50, TOWNS, 2, day=DAY))


def test_identifiers_are_right_and_of_a_range_that_insee_has_not_reached():
    for firm in generated(200, TOWNS, 1, day=DAY):
        assert is_siren(firm.unit["siren"])
        assert is_siret(firm.place["siret"])
        assert firm.place["siret"].startswith("9999")


def test_their_shape_is_that_of_a_territory():
    firms = list(generated(3000, TOWNS, 7, day=DAY))
    communes = Counter(firm.place["codeCommuneEtablissement"] for firm in firms)
    hidden = sum(firm.unit["statutDiffusionUniteLegale"] == "P" for firm in firms) / 3000
    closed = sum(firm.place["etatAdministratifEtablissement"] == "F" for firm in firms) / 3000
    craft = (
        sum(bool(f.place["activitePrincipaleRegistreMetiersEtablissement"]) for f in firms) / 3000
    )

    assert 2 < communes["59350"] / communes["59512"] < 3
    assert 0.05 < hidden < 0.11
    assert 0.06 < closed < 0.11
    assert 0.78 < craft < 0.86


def test_positions_lie_near_the_centre_of_their_commune():
    x, y = lambert_93(3.0573, 50.6292)

    assert to_degrees(x, y) == pytest.approx((3.0573, 50.6292), abs=1e-6)


@pytest.mark.django_db
def test_the_real_importer_takes_every_one_of_them(tmp_path):
    places.places_loaded()
    units, establishments = write_files(tmp_path, list(generated(300, TOWNS, 3, day=DAY)), day=DAY)

    outcome = import_stock(
        units=units, establishments=establishments, territory="mel", by=System("test")
    )

    assert (outcome.counts["new"], outcome.counts["rejected"], outcome.counts["warned"]) == (
        300,
        0,
        0,
    )
