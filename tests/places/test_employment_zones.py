"""Employment zones: INSEE's two workbooks as they are published, then places like others."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from maillage import places
from maillage.places.models import ZoneCommune
from maillage.places.zones import zones
from tests.factories import intake as made, register as firms
from tests.factories.places import places_loaded
from tests.intake import files

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 1)
# The table of areas: a title, the words of the columns, their codes on the sixth line; two other sheets.
LONG = ["Code géographique", "Libellé géographique", "Département", "Région", "Intercommunalité - Métropole", "Zone d'emploi 2020"]  # fmt: skip
HEAD = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ZE2020"]
TITLE = [["Base des zonages"], ["Géographie au 01/01/2021"], ["Mise en ligne"], []]
COMMUNES = [
    ["59350", "Lille", "59", "32", "200093201", "3213"],
    ["59009", "Villeneuve-d'Ascq", "59", "32", "200093201", "3213"],
    ["59512", "Roubaix", "59", "32", "200093201", "3217"],
    ["62498", "Lens", "62", "32", "246200364", "3212"],
    ["59298", "Hellemmes-Lille", "59", "32", "", "3217"],  # older than its merger into Lille
    ["75056", "Paris", "75", "11", "", "1109"],
]
AREAS = files.as_xlsx(
    ("COM", [*TITLE, LONG, HEAD, *COMMUNES]),
    ("ARM", [*TITLE, [*LONG, "x"], [*HEAD, "COM"], ["75101", "Paris 1er", "75", "11", "", "1109", "75056"]]),
    ("Zones_supra_communales", [*TITLE, ["NIVGEO", "CODGEO", "LIBGEO"], ["ZE2020", "3213", "Lille"]]),
)  # fmt: skip
# The composition of the zones: names, and a code whose zero a spreadsheet dropped.
COMPOSED = files.as_xlsx(
    ("Composition_communale", [
        *TITLE, ["CODGEO", "LIBGEO", "ZE2020", "LIBZE2020", "ZE2020_PARTIE_REG", "DEP", "REG"],
        ["59350", "Lille", "3213", "Lille", "3213", "59", "32"],
        ["59512", "Roubaix", "3217", "Roubaix - Tourcoing", "3217", "59", "32"],
        ["62498", "Lens", "56", "Astride", "5632", "62", "32"],
    ]),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    places_loaded()


def test_the_table_of_areas_is_taken_as_it_is_published_and_parts_the_communes() -> None:
    load = made.applied(AREAS, source="employment_zones", name="table.xlsx")
    assert (load.counts["new"], load.counts.get("rejected", 0)) == (7, 0)
    found = zones(DAY)
    assert {code: one.communes for code, one in found.items()} == {
        "1109": ("75056",), "3212": ("62498",), "3213": ("59009", "59350"), "3217": ("59512",),
    }, "Hellemmes is told in Lille, the first arrondissement in Paris"  # fmt: skip
    areas = places.areas_on(DAY)
    assert areas.of["59298"]["employment_zone"] == areas.of["59350"]["employment_zone"] == "3213"
    assert "employment_zone" not in areas.of["59599"], "no row told of Tourcoing"
    assert areas.inhabitants["employment_zone", "3213"] == 232450 + 62691


def test_a_zone_is_a_place_like_others(capsys: pytest.CaptureFixture[str]) -> None:
    made.applied(COMPOSED, source="employment_zones", name="zones.xlsx")
    here = places.perimeter("ze-3217", DAY)
    assert (here.name, here.kind, here.communes) == ("Roubaix - Tourcoing", "employment_zone", ("59512",))  # fmt: skip
    assert here.municipal_population == here.population == 96422
    assert places.perimeter("ZE-0056", DAY).name == "Astride"
    assert "59298" in places.perimeter("ze-3213", DAY).all_codes
    call_command("territory", "ze-3213", "--json")
    assert '"employment_zone"' in capsys.readouterr().out
    with pytest.raises(places.UnknownTerritory, match="ze-9999"):
        places.perimeter("ze-9999", DAY)


def test_a_newer_table_replaces_them_all_keeps_known_names_and_gives_way_when_undone() -> None:
    made.applied(COMPOSED, source="employment_zones", name="zones.xlsx")
    load = made.applied(AREAS, source="employment_zones", name="table.xlsx")
    assert load.counts["unchanged"] == 2, "Lille and Roubaix, their names known already"
    assert load.counts["changed"] == 1, "Lens"
    assert zones(DAY)["3217"].name == "Roubaix - Tourcoing"
    assert zones(DAY)["3212"].name == "ZE 3212", "no table told its name"
    assert "0056" not in zones(DAY)
    firms.undo_load(load=load, by=made.BY)
    assert set(zones(DAY)) == {"0056", "3213", "3217"}
    assert ZoneCommune.objects.filter(edition__load=load.pk, edition__is_active=True).count() == 0


@pytest.mark.parametrize(
    ("zone", "code"), [("Lille", "zone_code"), ("32130", "zone_code"), ("", "blank")]
)
def test_what_is_no_zone_is_refused_alone(zone: str, code: str) -> None:
    rows = [["codgeo", "ze2020"], ["59350", "3213"], ["59512", zone], ["5912", "3213"]]
    load = made.applied(files.as_csv(rows), source="employment_zones", name="t.csv")
    assert sorted(load.rejects.values_list("line", "code")) == [(3, code), (4, "lost_zero")]
    assert zones(DAY)["3213"].communes == ("59350",)
