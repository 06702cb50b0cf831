"""The real packages, when set-up installed them: the France of 2019 and of 2026."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from maillage import places
from maillage.places.actions import load_geography
from maillage.places.areas import KINDS, Areas
from maillage.places.divisions import division
from maillage.places.models import Commune, CommuneKind, Membership, Succession
from maillage.places.succession import Change, chase

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"
LIST = Path("shared/data/geography/communes_historiques_59_62.csv")
OLD_CODES = next(
    (one / LIST for one in Path(settings.BASE_DIR).parents if (one / LIST).is_file()), None
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,  # alone too, the module is given a database of its own
    pytest.mark.skipif(
        not all((NODE_MODULES / f"cog-{year}").is_dir() for year in (2019, 2026)),
        reason="the geography is not installed: run “make setup”",
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _france(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Load all of it once, and leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        load_geography(node_modules=NODE_MODULES, tell=lambda _text: None)
        yield
        transaction.set_rollback(True)
    places.forget()


@pytest.fixture(autouse=True)
def _forget_geography() -> None:
    """The next test has the same France: it is remembered for all of them."""


def test_the_mel_of_2019_has_90_communes_and_1_157_276_inhabitants() -> None:
    found = places.perimeter("200093201", date(2019, 12, 31))
    assert (found.siren, len(found.communes)) == ("245900410", 90)
    assert found.population == 1157276
    assert found.municipal_population == 1143572


def test_the_mel_of_today_has_95_communes_under_its_new_siren() -> None:
    found = places.perimeter("245900410", date(2026, 6, 30))
    assert (found.siren, len(found.communes), found.vintage) == ("200093201", 95, 2026)


def test_the_haute_deule_joins_on_14_march_2020() -> None:
    before = places.perimeter("mel", date(2020, 3, 13))
    after = places.perimeter("mel", date(2020, 3, 14))
    joined = set(after.communes) - set(before.communes)
    assert joined == {"59005", "59011", "59052", "59133", "59477"}
    assert (len(before.communes), len(after.communes)) == (90, 95)


@pytest.mark.parametrize(
    ("key", "siren", "count"),
    [("call", "246200364", 36), ("capso", "200069037", 53), ("cud", "245900428", 17)],
)
def test_neighbouring_agglomerations_have_their_short_key(key: str, siren: str, count: int) -> None:
    found = places.perimeter(siren, date(2020, 6, 30))
    assert (found.key, len(found.communes)) == (key, count)


@pytest.mark.parametrize("key", ["mel", "call"])
def test_the_sectors_part_the_perimeter_of_today(key: str) -> None:
    drawn = division(key)
    assert drawn is not None
    codes = [code for sector in drawn.sectors for code in sector.communes]
    assert sorted(codes) == list(places.perimeter(key, date(2026, 6, 30)).communes)


def test_no_commune_belongs_to_two_intercommunalities_on_any_day() -> None:
    spells = defaultdict(list)
    for row in Membership.objects.order_by("commune_code", "starts_on"):
        spells[row.commune_code].append(row)
    assert len(spells) > 34000
    for rows in spells.values():
        for earlier, later in pairwise(rows):
            assert earlier.ends_on is not None
            assert earlier.ends_on < later.starts_on


def test_every_old_code_leads_to_a_commune_of_today() -> None:
    today = date(2026, 6, 30)
    active = set(Commune.objects.filter(kind=CommuneKind.COMMUNE).values_list("code", flat=True))
    changes: dict[str, list[Change]] = defaultdict(list)
    for row in Succession.objects.all():
        changes[row.old_code].append((row.on, row.new_code))
    lost = {code for code in changes if chase(code, today, changes)[0] not in active}
    assert len(changes) > 4000
    assert lost == set()


def test_members_are_communes_of_their_vintage() -> None:
    found = places.perimeter("mel", date(2023, 6, 30))
    assert found.vintage == 2023
    rows = places.communes(found.communes)
    assert all(row.population(2023) for row in rows.values())


def test_arrondissements_lead_to_their_city() -> None:
    day = date(2026, 6, 30)
    followed = [places.follow(code, day).code for code in ("75101", "69381", "13201")]
    assert followed == ["75056", "69123", "13055"]
    assert len(places.perimeter("75056", day).former_codes) >= 20


@pytest.mark.skipif(OLD_CODES is None, reason="the list of old codes is not on this machine")
def test_old_codes_of_nord_and_pas_de_calais_lead_where_the_list_says() -> None:
    assert OLD_CODES is not None
    with OLD_CODES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    told = {
        row["code_ancien"]: places.follow(row["code_ancien"], date(2026, 6, 30)) for row in rows
    }
    expected = {row["code_ancien"]: row["code_actuel"] for row in rows}
    assert {code: followed.code for code, followed in told.items()} == expected
    assert all(str(followed.note) for code, followed in told.items() if code != expected[code])


def test_loading_again_changes_nothing() -> None:
    assert load_geography(node_modules=NODE_MODULES).changed is False


# The areas of every commune code, for tables that cover the whole of France.

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def areas(_france: None, django_db_blocker: pytest.FixtureRequest) -> Areas:
    """Those of a day of 2026."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        return places.areas_on(TODAY)


def test_a_commune_is_in_one_area_of_each_kind(areas: Areas) -> None:
    assert areas.of["59350"] == {
        "commune": "59350", "sector": "mel-lillois", "epci": "200093201", "arrondissement": "595",
        "department": "59",
    }  # fmt: skip
    assert set(areas.of["62498"]) <= set(KINDS)
    assert areas.of["62498"]["epci"] == "246200364"


def test_an_old_code_and_a_part_of_a_city_lead_to_their_commune(areas: Areas) -> None:
    assert areas.of["59298"] == areas.of["59350"], "Hellemmes is part of Lille"
    assert areas.of["75101"]["commune"] == "75056"
    assert areas.of["69383"]["department"] == "69"


def test_overseas_departments_have_three_characters(areas: Areas) -> None:
    assert areas.of["97411"]["department"] == "974"


def test_a_commune_outside_any_intercommunality_has_none(areas: Areas) -> None:
    assert "epci" not in areas.of["29083"], "Île-de-Sein belongs to none"
    assert "sector" not in areas.of["29083"]


def test_an_intercommunality_is_named_by_the_number_it_bears_that_day() -> None:
    before = places.areas_on(date(2019, 12, 31))
    assert before.of["59350"]["epci"] == "245900410"
    assert (
        Counter(found.get("epci") for code, found in before.of.items() if found["commune"] == code)[
            "245900410"
        ]
        == 90
    )


def test_inhabitants_of_areas_are_those_of_their_communes(areas: Areas) -> None:
    for kind in KINDS:
        summed: Counter[str] = Counter()
        for code, found in areas.of.items():
            if found["commune"] == code and kind in found:
                summed[found[kind]] += areas.inhabitants["commune", code]
        told = {area: n for (what, area), n in areas.inhabitants.items() if what == kind}
        assert {area: n for area, n in summed.items() if n} == {a: n for a, n in told.items() if n}
    assert areas.inhabitants["epci", "200093201"] > 1_100_000


def test_every_commune_of_today_is_there_once(areas: Areas) -> None:
    current = {found["commune"] for found in areas.of.values()}
    assert 34_000 < len(current) < 36_000
    assert all(areas.of[code]["commune"] == code for code in current)
