"""What an observed figure counts is what it opens: asked of every figure of a stock drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maillage.figures.observations import demography, headcount, opening
from maillage.figures.observations.opening import Opened
from tests.figures.observations.test_building import COMMUNES, built, drawn

COUNTED = {demography.STOCK, *(flow.code for flow in demography.FLOWS)}
SHARES = {one.code for one in (*demography.RATIOS, *demography.SURVIVALS)}


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], Path]:
    """The observations of a stock and the spells kept beside them."""
    folder = tmp_path_factory.mktemp("opened")
    rows = built(drawn(11, number=150), folder, opened=frozenset(COMMUNES))
    return rows, folder / "out" / opening.FILE


def asked(row: dict[str, Any], side: str = "") -> Opened:
    """The question that opens an observation."""
    inside = (
        [row["area"]]
        if row["area_kind"] == "commune"
        else [code for code, epci in COMMUNES.items() if epci == row["area"]]
    )
    return Opened(
        indicator=row["indicator"],
        communes=inside,
        period=row["period"],
        activity=row["activity"],
        segment=row["segment"],
        side=side,
    )


def some(rows: list[dict[str, Any]], codes: set[str], every: int) -> list[dict[str, Any]]:
    """A part of the rows of some indicators, always the same."""
    found = [row for row in rows if row["indicator"] in codes and row["value"] is not None]
    return sorted(found, key=lambda row: tuple(map(str, row.values())))[::every]


def test_every_flow_and_every_stock_opens_onto_as_many_spells_as_it_says(
    observed: tuple[list[dict[str, Any]], Path],
) -> None:
    rows, path = observed
    checked = some(rows, COUNTED, 47)
    assert {row["indicator"] for row in checked} == COUNTED
    assert any("-" in row["period"] for row in checked), "months too"
    for row in checked:
        count, _page = opening.page(path, asked(row), size=1)
        assert count == row["value"] == row["n"], row


def test_both_lists_of_a_rate_open(observed: tuple[list[dict[str, Any]], Path]) -> None:
    rows, path = observed
    checked = some(rows, SHARES, 23)
    assert {row["indicator"] for row in checked} == SHARES
    for row in checked:
        above, _page = opening.page(path, asked(row), size=1)
        below, _page = opening.page(path, asked(row, "bottom"), size=1)
        assert (above, below) == (row["numerator"], row["denominator"]), row


def test_pages_follow_one_another_without_hole_or_double(
    observed: tuple[list[dict[str, Any]], Path],
) -> None:
    rows, path = observed
    row = max(
        (one for one in rows if one["indicator"] == demography.STOCK and one["value"]),
        key=lambda one: one["value"],
    )
    count, _first = opening.page(path, asked(row), size=1)
    told = []
    for start in range(0, count, 7):
        told += [one["unit"] for one in opening.page(path, asked(row), start=start, size=7)[1]]
    assert len(told) == count == len(set(told))
    assert told == sorted(told)


def test_a_density_opens_onto_the_establishments_it_divides(
    observed: tuple[list[dict[str, Any]], Path],
) -> None:
    rows, path = observed
    checked = some(rows, {"register.density_per_10k"}, 5)
    assert checked
    for row in checked:
        count, _page = opening.page(path, asked(row), size=1)
        assert count == row["numerator"] == row["n"], row


@pytest.mark.parametrize(
    ("code", "taken"), [("estimate", headcount.middle), ("lower", min), ("upper", max)]
)
def test_jobs_open_onto_the_employers_whose_bands_add_up_to_them(
    observed: tuple[list[dict[str, Any]], Path], code: str, taken: Callable[[int, int], float]
) -> None:
    rows, path = observed
    checked = some(rows, {f"register.jobs_{code}"}, 3)
    assert len(checked) > 5
    for row in checked:
        count, page = opening.page(path, asked(row), size=500)
        assert count == len(page) == row["n"], row
        assert sum(taken(*headcount.BANDS[one["band"]]) for one in page) == row["value"], row
        assert len({one["unit"] for one in page}) == count


def test_jobs_do_not_open_where_an_earlier_version_kept_no_employers(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="employers"):
        opening.page(
            tmp_path / opening.FILE,
            Opened(indicator="register.jobs_estimate", communes=("59350",), period="2020"),
        )


def test_what_is_opened_is_what_spells_tell() -> None:
    assert all(
        map(opening.is_opened, ("register.births", "register.survival_3y", "register.jobs_upper"))
    )
    assert opening.is_opened("register.density_per_10k")
    assert not opening.is_opened("register.first_hires")


def test_a_list_that_is_not_kept_any_more_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        opening.page(
            tmp_path / "none.parquet",
            Opened(indicator="register.births", communes=(), period="2019"),
        )
