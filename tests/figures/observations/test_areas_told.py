"""Which areas a building tells: those asked, those that are known, and of these the ones that lie wholly within what is observed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from maillage.figures.observations import neighbourhoods
from maillage.figures.observations.building import AREA_KINDS
from maillage.places.areas import Areas
from tests.factories.stocks import Stock
from tests.figures.observations.test_building import AS_OF, COMMUNES, areas, built, drawn

ZONES = {"59350": "3213", "59009": "3213", "59512": "3217", "62498": "3212", "62427": "3212", "59183": "3205"}  # fmt: skip
SEEN = frozenset({"59350", "59009", "59512", "59183"})  # Lens and its neighbour are left out


def zoned() -> Areas:
    """The small geography with employment zones and départements; the zone of Lens also holds a commune of the Nord."""
    known = areas()
    of: dict[str, dict[str, str]] = {
        code: {**found, "employment_zone": ZONES[found["commune"]], "department": code[:2]}
        for code, found in known.of.items()
    }
    of["59500"] = {"commune": "59500", "epci": "245900428", "employment_zone": "3205", "department": "59"}  # fmt: skip
    zones = Counter(found["employment_zone"] for code, found in of.items() if found["commune"] == code)  # fmt: skip
    people = {("employment_zone", zone): 10_000 * n for zone, n in zones.items()}
    return Areas(AS_OF, of, {**known.inhabitants, **people})


@pytest.fixture(scope="module")
def stock() -> Stock:
    """Lives drawn."""
    return drawn(13, number=150)


@pytest.fixture(scope="module")
def observed(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Everything, in every kind of area, of some communes."""
    folder = tmp_path_factory.mktemp("zoned")
    return built(stock, folder, areas=zoned(), kinds=AREA_KINDS, only=SEEN)


def told(rows: list[dict[str, Any]], kind: str) -> set[str]:
    """The areas of a kind."""
    return {row["area"] for row in rows if row["area_kind"] == kind}


def test_an_area_that_reaches_beyond_is_not_told_in_part(observed: list[dict[str, Any]]) -> None:
    assert told(observed, "commune") == SEEN
    assert told(observed, "employment_zone") == {"3213", "3217"}, (
        "a commune of 3205 is not observed"
    )
    assert told(observed, "department") == set(), "the Nord has one commune more"
    assert told(observed, "epci") == {"200093201", "200040954"}
    assert told(observed, "qpv") == told(observed, "sector") == set(), "none is known"


def test_a_zone_is_the_sum_of_its_communes_but_for_moves_within(
    observed: list[dict[str, Any]],
) -> None:
    value = {
        (row["indicator"], row["area"], row["period"]): row["value"]
        for row in observed
        if row["activity"] == row["segment"] == "all"
    }
    years, seen = {key[2] for key in value if len(key[2]) == 4}, 0
    for name in ("stock", "births", "reactivations", "closures", "deaths"):
        for year in years:
            parts = sum(
                value.get((f"register.{name}", code, year), 0) for code in ("59350", "59009")
            )
            assert value.get((f"register.{name}", "3213", year), 0) == parts, (name, year)
            seen += parts
    assert seen > 100
    moved = [
        sum(value.get((f"register.{name}", "3213", year), 0) for year in years)
        <= sum(
            value.get((f"register.{name}", code, year), 0)
            for year in years
            for code in ("59350", "59009")
        )
        for name in ("arrivals", "departures")
    ]
    assert all(moved)


def test_density_is_over_the_inhabitants_of_the_zone(observed: list[dict[str, Any]]) -> None:
    rows = [
        row
        for row in observed
        if (row["indicator"], row["area_kind"], row["segment"], row["activity"])
        == ("register.density_per_10k", "employment_zone", "all", "all")
    ]
    assert {row["area"]: row["denominator"] for row in rows} == {"3213": 20_000, "3217": 10_000}


def test_only_the_kinds_asked_are_told(stock: Stock, tmp_path: Path) -> None:
    rows = built(stock, tmp_path, areas=zoned(), kinds=("employment_zone",), only=frozenset(COMMUNES) | {"59500"})  # fmt: skip
    assert {row["area_kind"] for row in rows} == {"employment_zone"}
    assert told(rows, "employment_zone") == set(ZONES.values())


def test_a_ground_is_a_commune_or_the_part_of_a_neighbourhood_that_lies_in_it() -> None:
    communes = {"59350": 1, "59512": 2}
    drawn_ = {"QP059ZZ2": b"", "QP059ZZ1": b""}
    met = [
        1,
        2,
        neighbourhoods.STRIDE + 1,
        2 * neighbourhoods.STRIDE + 1,
        neighbourhoods.STRIDE + 2,
    ]
    assert neighbourhoods.grounds(met, communes, drawn_) == {
        1: ("59350", ""),
        2: ("59512", ""),
        neighbourhoods.STRIDE + 1: ("59350", "QP059ZZ1"),
        neighbourhoods.STRIDE + 2: ("59512", "QP059ZZ1"),
        2 * neighbourhoods.STRIDE + 1: ("59350", "QP059ZZ2"),
    }
    assert neighbourhoods.grounds([], communes, {}) == {1: ("59350", ""), 2: ("59512", "")}


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["QP059001", "QN05901M"], ["59"]),
        (["QP974001"], ["97"]),
        (["QN02A01M", "QN06201M"], ["2A", "62"]),
    ],
)
def test_the_departements_of_neighbourhoods_are_read_in_their_codes(
    codes: list[str], expected: list[str]
) -> None:
    assert neighbourhoods._departments(codes) == expected
