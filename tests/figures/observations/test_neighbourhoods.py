"""Neighbourhoods by position: as communes of their own would be told, whatever else is observed beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from maillage.figures.observations import demography, neighbourhoods, opening
from maillage.figures.observations.building import AREA_KINDS
from maillage.places.areas import Areas
from maillage.register.importers.lambert import to_degrees
from tests.factories.stocks import Stock
from tests.figures.observations.test_building import AS_OF, COMMUNES, areas, built, drawn

MILL, PIT = "QP059ZZ1", "QP062ZZ1"
CENTRES = {MILL: (704_000.0, 7_059_000.0), PIT: (684_000.0, 7_037_000.0)}  # Lambert 93
AWAY = "QP013ZZ1"
OUTSIDE, NOWHERE, HIDDEN, SLIP = ("650000.0", "6860000.0"), ("", ""), ("[ND]", "[ND]"), ("1", "2")
WHERE = ("indicator", "area_kind", "area", "period", "activity", "segment")


def square(centre: tuple[float, float], half: float = 400.0) -> bytes:
    """A neighbourhood, by its corners in degrees."""
    x, y = centre
    corners = [
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
    ]
    return shapely.to_wkb(shapely.Polygon([to_degrees(*corner) for corner in corners]))


DRAWN = {code: square(centre) for code, centre in CENTRES.items()} | {
    AWAY: square((893_000.0, 6_247_000.0)),  # Marseilles: nobody of these stands there
}


def inside(code: str, turn: int) -> tuple[str, str]:
    """A point of a neighbourhood, one of a few."""
    x, y = CENTRES[code]
    return f"{x + 37.25 * (turn % 9)}", f"{y - 41.5 * (turn % 7)}"


def placed(stock: Stock) -> tuple[Stock, dict[str, str]]:
    """The same lives, each at a point drawn by its rank; who of them stands in which neighbourhood."""
    of: dict[str, str] = {}
    lives = []
    for rank, life in enumerate(stock.lives):
        code = (MILL, PIT, "", "", "")[rank % 5]
        if code and life.commune[:2] in {"59", "62"}:
            of[life.siret] = code
        point = inside(code, rank) if code else (OUTSIDE, NOWHERE, HIDDEN, SLIP)[rank % 4]
        lives.append(replace(life, at=point))
    return Stock(lives, stock.links), of


def told(rows: list[dict[str, Any]], *kinds: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of some kinds of area, by what each is of."""
    return {tuple(row[n] for n in WHERE): row for row in rows if row["area_kind"] in kinds}


@pytest.fixture(scope="module")
def stock() -> tuple[Stock, dict[str, str]]:
    """Lives with their positions."""
    return placed(drawn(5, number=200))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where they are observed."""
    return tmp_path_factory.mktemp("placed")


@pytest.fixture(scope="module")
def observed(stock: tuple[Stock, dict[str, str]], folder: Path) -> list[dict[str, Any]]:
    """The observations of lives that stand in neighbourhoods."""
    return built(
        stock[0], folder, kinds=("commune", "epci", "qpv"), neighbourhoods=DRAWN,
        opened=frozenset(COMMUNES),
    )  # fmt: skip


def test_a_neighbourhood_is_told_as_a_commune_of_its_own_would_be(
    stock: tuple[Stock, dict[str, str]], observed: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Each part of a neighbourhood is given a commune code of its own: no position is then read."""
    codes = {MILL: "9", PIT: "8"}
    lives = [
        replace(life, commune=life.commune[:2] + codes[where] + life.commune[3:], at=NOWHERE)
        if (where := stock[1].get(life.siret))
        else replace(life, at=NOWHERE)
        for life in stock[0].lives
    ]
    whole = areas()
    of: dict[str, dict[str, str]] = {code: dict(found) for code, found in whole.of.items()}
    for qpv, digit in codes.items():
        for code in COMMUNES:
            part = code[:2] + digit + code[3:]
            of[part] = {"commune": part, "epci": of[code]["epci"], "qpv": qpv}
    as_communes = built(
        Stock(lives, stock[0].links), tmp_path, areas=Areas(AS_OF, of, whole.inhabitants),
        kinds=("epci", "qpv"), only=frozenset(one["commune"] for one in of.values()),
    )  # fmt: skip
    found = told(observed, "epci", "qpv")
    assert found == told(as_communes, "epci", "qpv")
    assert {where[2] for where in found if where[1] == "qpv"} == {MILL, PIT}
    moved = [row for row in found.values() if row["indicator"] == "register.arrivals"]
    assert any(row["area_kind"] == "qpv" and row["value"] for row in moved)
    assert not any(
        row["area_kind"] == "qpv" and row["segment"] == "all" and row["activity"] != "all"
        for row in found.values()
    ), "no more cut up than a commune"


def test_all_else_is_what_it_is_without_neighbourhoods(
    stock: tuple[Stock, dict[str, str]], observed: list[dict[str, Any]], tmp_path: Path
) -> None:
    alone = built(stock[0], tmp_path / "alone", kinds=AREA_KINDS)
    assert told(alone, "commune", "epci") == told(observed, "commune", "epci")
    assert {row["area_kind"] for row in alone} == {"commune", "epci"}, "no zone is known here"


def test_files_that_tell_no_position_say_so_and_are_observed_all_the_same(
    stock: tuple[Stock, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.factories.stocks.PLACED", ())
    made = built(stock[0], tmp_path, kinds=("epci", "qpv"), neighbourhoods=DRAWN)
    assert {row["area_kind"] for row in made} == {"epci"}


def test_figures_of_a_neighbourhood_open_onto_whom_they_count(
    observed: list[dict[str, Any]], folder: Path
) -> None:
    counted = {demography.STOCK, *(flow.code for flow in demography.FLOWS)}
    rows = [
        row
        for row in observed
        if row["area_kind"] == "qpv" and row["indicator"] in counted and row["activity"] == "all"
    ]
    chosen = sorted(rows, key=lambda row: tuple(map(str, row.values())))[::29]
    assert {row["indicator"] for row in chosen} == counted
    for row in chosen:
        asked = opening.Opened(
            indicator=row["indicator"], communes=COMMUNES, period=row["period"],
            segment=row["segment"], qpv=row["area"],
        )  # fmt: skip
        count, _page = opening.page(folder / "out" / opening.FILE, asked, size=1)
        assert count == row["value"], row


def test_of_two_outlines_that_meet_the_first_code_has_the_point() -> None:
    search = neighbourhoods._Search([square(CENTRES[MILL]), square(CENTRES[MILL], 800.0)])
    x, y = CENTRES[MILL]
    points = [
        {"x": str(x + east), "y": str(y), "commune_code": "59350"} for east in (0, 600, 1_000)
    ]
    assert [found["rank"] for found in search.met(points)] == [1, 2]
