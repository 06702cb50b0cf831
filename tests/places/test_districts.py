"""Priority neighbourhoods: who lay in one, on which day, as far as polygons are known."""

from __future__ import annotations

from datetime import date

import pytest

from maillage import places, register
from maillage.kernel.rows import BadCell
from maillage.places import divisions
from maillage.places.districts import effective
from maillage.places.importers import qpv
from tests.factories import intake as made, places as geography, register as firms
from tests.intake import files

pytestmark = pytest.mark.django_db

OLD, NEW = date(2020, 1, 1), date(2024, 6, 1)
LILLE = "59350"


def loaded(*told: tuple[str, float], **given: str):
    """Neighbourhoods of these codes, each a square that begins at a longitude."""
    content = files.geojson(({"code_qp": c, "lib_qp": c}, files.square(w, 50.62)) for c, w in told)
    return made.applied(content, **given)


def test_each_list_holds_between_its_days():
    loaded(("QP059001", 3.0), ("QN05901M", 3.1))

    assert places.in_qpv(3.005, 50.625, LILLE, OLD) is True
    assert places.in_qpv(3.005, 50.625, LILLE, NEW) is False
    assert places.in_qpv(3.105, 50.625, LILLE, OLD) is False
    assert places.in_qpv(3.105, 50.625, LILLE, NEW) is True


EVE, NEW_YEAR = "2024-12-31", "2025-01-01"


@pytest.mark.parametrize(
    ("code", "lon", "lat", "commune"),
    [
        ("974001", 55.45, -20.88, "97411"),
        ("971001", -61.53, 16.24, "97105"),
        ("976001", 45.23, -12.78, "97611"),
        ("978001", -63.05, 18.06, "97801"),
        ("987001", -149.57, -17.53, "98735"),
    ],
)
def test_overseas_the_second_list_came_a_year_later(code, lon, lat, commune):
    """The square of the old list lies west of that of the new one; both are in one file."""
    content = files.geojson(
        [
            ({"code_qp": f"QP{code}", "lib_qp": "Before"}, files.square(lon, lat)),
            ({"code_qp": f"QN{code[:5]}M", "lib_qp": "After"}, files.square(lon + 0.1, lat)),
        ]
    )
    made.applied(content)

    def inside(day: str) -> list[bool | None]:
        asked = date.fromisoformat(day)
        return [places.in_qpv(at + 0.005, lat + 0.005, commune, asked) for at in (lon, lon + 0.1)]

    assert inside("2014-12-31") == [None, None]
    assert inside("2015-01-01") == inside("2024-06-01") == inside(EVE) == [True, False]
    assert inside(NEW_YEAR) == inside("2030-01-01") == [False, True]


def test_the_national_file_of_2024_dates_each_neighbourhood_by_its_own_code():
    """Mainland under its second list, overseas still under its first: one file, two pairs of days."""
    loaded(("QN05901M", 3.0), ("QP974001", 55.0), ("QP02A001", 9.0), ("QN02A01N", 9.1))

    rows = {row.code: (row.starts_on, row.ends_on) for row in effective().values()}
    assert rows == {
        "QN05901M": (date(2024, 1, 1), None),
        "QP974001": (date(2015, 1, 1), date(2024, 12, 31)),
        "QP02A001": (date(2015, 1, 1), date(2023, 12, 31)),
        "QN02A01N": (date(2024, 1, 1), None),
    }


def test_overseas_is_not_said_to_be_outside_before_its_own_list_is_loaded():
    """In 2024 the new mainland list says nothing of La Réunion; nor does the overseas list of 2025."""
    loaded(("QN05901M", 3.0), ("QN97401M", 55.0))

    assert places.in_qpv(55.005, 50.625, "97411", date(2024, 6, 1)) is None
    assert places.in_qpv(55.005, 50.625, "97411", date(2025, 6, 1)) is True
    assert places.in_qpv(3.005, 50.625, LILLE, date(2024, 6, 1)) is True


def test_a_firm_overseas_has_the_answer_of_the_list_of_its_day():
    place = firms.establishment(lon=55.005, lat=50.625, commune="97411")
    loaded(("QP974001", 55.0))
    loaded(("QN97401M", 56.0))

    told = {
        day: register.facts([place.pk], date.fromisoformat(day))[place.pk].in_qpv
        for day in (EVE, NEW_YEAR)
    }

    assert told == {EVE: True, NEW_YEAR: False}


@pytest.mark.parametrize("given", [{"starts_on": "2024-03-01"}, {"ends_on": "2026-01-31"}])
def test_a_day_that_is_given_replaces_that_of_the_code_overseas_too(given):
    loaded(("QN97401M", 55.0), **given)

    (row,) = effective().values()
    assert row.starts_on.isoformat() == given.get("starts_on", "2025-01-01")
    assert (row.ends_on.isoformat() if row.ends_on else None) == given.get("ends_on")


@pytest.mark.parametrize(
    ("lon", "lat", "commune", "day"),
    [
        (None, 50.6, LILLE, OLD),
        (3.0, None, LILLE, OLD),
        (float("nan"), 50.6, LILLE, OLD),
        (3.005, 50.625, "62498", OLD),
        (3.005, 50.625, LILLE, date(2010, 1, 1)),
    ],
)
def test_what_is_not_known_is_not_said_to_be_outside(lon, lat, commune, day):
    loaded(("QP059001", 3.0))

    assert places.in_qpv(lon, lat, commune, day) is None


def test_a_border_and_a_corner_are_inside():
    loaded(("QP059001", 3.0))

    assert places.in_qpv(3.0, 50.62, LILLE, OLD) is True
    assert places.in_qpv(3.01, 50.625, LILLE, OLD) is True
    assert places.in_qpv(3.0101, 50.625, LILLE, OLD) is False


def test_days_can_be_given_and_have_to_be_in_order():
    loaded(("QP059001", 3.0), starts_on="2018-01-01", ends_on="2018-12-31")
    wrong = loaded(("QP059002", 3.0), starts_on="2019-01-01", ends_on="2018-12-31")

    assert places.in_qpv(3.005, 50.625, LILLE, date(2018, 6, 1)) is True
    assert places.in_qpv(3.005, 50.625, LILLE, OLD) is None
    assert wrong.rejects.get().code == "days_in_disorder"


def test_an_act_knows_at_its_recording_whether_the_firm_lay_in_one():
    place = firms.establishment(lon=3.005, lat=50.625)
    day = date(2019, 5, 2)
    assert register.facts([place.pk], day)[place.pk].in_qpv is None

    loaded(("QP059001", 3.0))

    assert register.facts([place.pk], day)[place.pk].in_qpv is True
    assert register.facts([place.pk], date(2030, 1, 1))[place.pk].in_qpv is None
    hidden = firms.establishment(lon=None, lat=None, diffusion="P", unit_diffusion="P")
    assert register.facts([hidden.pk], day)[hidden.pk].in_qpv is None


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ('{"type": "Point", "coordinates": [3, 50]}', "shape"),
        ("[]", "shape"),
        ("{}", "shape"),
        ('{"type": "Polygon", "coordinates": []}', "shape"),
        ("nothing", "shape"),
        ('{"type": "Polygon", "coordinates": [[[3, 50], [3, 50], [3, 50], [3, 50]]]}', "shape"),
        ('{"type": "Polygon", "coordinates": [[[3, 50], [4, 51]]]}', "shape"),
        ('{"type": "Polygon", "coordinates": [[["a", 50], [4, 51], [3, 51], [3, 50]]]}', "shape"),
        (str(files.square(700_000.0, 7_000_000.0)).replace("'", '"'), "not_degrees"),
    ],
)
def test_an_outline_that_is_none_says_so(shape, code):
    with pytest.raises(BadCell) as wrong:
        qpv._shape(shape)

    assert wrong.value.code == code


def test_an_outline_that_crosses_itself_is_mended():
    bow = '{"type": "Polygon", "coordinates": [[[3, 50], [3.1, 50.1], [3.1, 50], [3, 50.1], [3, 50]]]}'

    assert qpv._shape(bow)


SECTORS = [["Territoire", "Clé du secteur", "Nom du secteur", "Code INSEE"]]


def test_a_table_of_sectors_replaces_the_file_and_gives_way_when_undone():
    geography.places_loaded()
    before = places.sectors("mel", OLD)
    rows = [*SECTORS, ["mel", "mel-a", "Ouest", "59350"], ["245900410", "mel-b", "Est", "59512"]]

    load = made.applied(files.as_csv(rows), source="sectors", name="secteurs.csv")

    assert load.counts["read"] == 2
    after = places.sectors("mel", OLD)
    assert [(one.key, one.communes) for one in after] == [
        ("mel-a", ("59350",)),
        ("mel-b", ("59512",)),
    ]
    assert places.sector_name("mel-a") == "Ouest"
    firms.undo_load(load=load, by=made.BY)
    assert places.sectors("mel", OLD) == before
    assert places.sector_name("mel-a") == "mel-a"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["nowhere", "a", "A", "59350"], "territory", "territory"),
        (["mel", "Pas Bon", "A", "59350"], "sector", "sector_key"),
        (["mel", "call-lens", "A", "59350"], "sector", "sector_taken"),
        (["mel", "a", "", "59350"], "fr", "blank"),
        (["mel", "a", "A", "Lille"], "commune", "commune"),
    ],
)
def test_a_row_of_sectors_that_cannot_be_taken_says_why(row, column, code):
    geography.places_loaded()

    load = made.previewed(files.as_csv([*SECTORS, row]), source="sectors", name="s.csv")

    assert [(one.column, one.code) for one in load.rejects.all()] == [(column, code)]


def test_the_same_table_again_changes_nothing_that_one_reads():
    geography.places_loaded()
    rows = files.as_csv([*SECTORS, ["mel", "mel-a", "Ouest", "59350"]])
    made.applied(rows, source="sectors", name="s.csv")

    again = made.applied(rows, source="sectors", name="s.csv")

    assert again.counts == {"read": 1, "rejected": 0, "unchanged": 1}
    assert divisions.division("mel").sectors[0].communes == ("59350",)
