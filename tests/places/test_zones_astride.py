"""Employment zones where territories and years do not follow them: astride, merged communes, half a table."""

from __future__ import annotations

from datetime import date

import pytest

from maillage import places
from maillage.places.zones import table, zone_of, zones
from tests.factories import intake as made, register as firms
from tests.factories.places import CALL, HAUTE_DEULE, MEL_2019, places_loaded
from tests.intake import files

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)
Told = dict[str, tuple[str, str]]


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    places_loaded()


def given(told: Told, **how: str) -> None:
    """A table of zones, loaded (`{"59350": ("3213", "Lille")}`)."""
    rows = [["CODGEO", "ZE2020", "LIBZE2020"], *([code, *zone] for code, zone in told.items())]
    load = made.applied(files.as_csv(rows, **how), source="employment_zones", name="ze.csv")
    assert load.rejects.count() == 0


def test_a_zone_astride_two_territories_is_one_place_and_each_territory_stays_its_own() -> None:
    given({"59350": ("3213", "Lille"), "62498": ("3213", "Lille"), "59512": ("3217", "Roubaix")})
    zone = places.perimeter("ze-3213", DAY)
    assert zone.communes == ("59350", "62498")
    for key, others in (("200093201", {**MEL_2019, **HAUTE_DEULE}), ("246200364", CALL)):
        territory = places.perimeter(key, DAY)
        assert set(territory.communes) == set(others), "a zone takes nothing from a territory"
        assert set(zone.communes) - set(territory.communes)
    areas = places.areas_on(DAY)
    assert {areas.of[code]["epci"] for code in zone.communes} == {"200093201", "246200364"}
    people = [places.perimeter(code, DAY).municipal_population for code in zone.communes]
    assert zone.municipal_population == sum(people)


def test_a_partition_puts_each_commune_in_one_zone_and_in_no_other() -> None:
    codes = sorted({**MEL_2019, **CALL})
    given({code: (f"{rank % 3 + 1}", "") for rank, code in enumerate(codes)})
    found = zones(DAY)
    assert sorted(found) == ["0001", "0002", "0003"], "codes find their zeros"
    together = [code for zone in found.values() for code in zone.communes]
    assert sorted(together) == codes
    assert zone_of(DAY) == {code: zone.code for zone in found.values() for code in zone.communes}
    assert {zone.name for zone in found.values()} == {"ZE 0001", "ZE 0002", "ZE 0003"}


# what the table tells of Lille, of Hellemmes and of Lomme (both in Lille today): where Lille is
MERGERS: list[tuple[dict[str, str], str | None]] = [
    ({"59350": "3213"}, "3213"),
    ({"59350": "3213", "59298": "3217"}, "3213"),
    ({"59298": "3217"}, "3217"),
    ({"59298": "3217", "59355": "3213"}, "3217"),
    ({"59355": "3213"}, "3213"),
    ({"59512": "3217"}, None),
]


@pytest.mark.parametrize(("told", "zone"), MERGERS)
def test_a_commune_born_of_a_merger_is_where_it_was_else_where_the_first_of_its_communes_was(
    told: dict[str, str], zone: str | None
) -> None:
    given({code: (one, "") for code, one in told.items()})
    assert zone_of(DAY).get("59350") == zone
    assert "59298" not in zone_of(DAY), "it is in Lille"
    assert "59298" not in {code for one in zones(DAY).values() for code in one.communes}


def test_with_no_table_there_is_no_zone_and_no_place_of_that_name() -> None:
    assert (table(), zones(DAY), zone_of(DAY)) == ({}, {}, {})
    with pytest.raises(places.UnknownTerritory):
        places.perimeter("ze-3213", DAY)
    assert not any("employment_zone" in found for found in places.areas_on(DAY).of.values())


def test_the_table_is_replaced_whole_and_the_one_before_comes_back_whole() -> None:
    given({"59350": ("3213", "Lille"), "59512": ("3213", "Lille")})
    before = zones(DAY)
    rows = [["codgeo", "ze2020", "libze2020"], ["59350", "3213", "Lille-Métropole"]]
    load = made.applied(files.as_csv(rows), source="employment_zones", name="ze.csv")
    assert load.counts["changed"] == 1
    assert (zones(DAY)["3213"].name, zones(DAY)["3213"].communes) == ("Lille-Métropole", ("59350",))
    assert "59512" not in zone_of(DAY), "what the newer table does not tell is in no zone"
    firms.undo_load(load=load, by=made.BY)
    assert zones(DAY) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_keep_their_accents_in_each_encoding(encoding: str) -> None:
    given({"62498": ("3212", "Lens - Hénin-Beaumont")}, encoding=encoding)
    assert zones(DAY)["3212"].name == "Lens - Hénin-Beaumont"


def test_a_commune_told_twice_is_refused_the_second_time() -> None:
    rows = [["codgeo", "ze2020"], ["59350", "3213"], ["59350", "3217"], ["59512", "3217"]]
    load = made.applied(files.as_csv(rows), source="employment_zones", name="ze.csv")
    assert list(load.rejects.values_list("line", "code")) == [(3, "duplicate")]
    assert zone_of(DAY) == {"59350": "3213", "59512": "3217"}
