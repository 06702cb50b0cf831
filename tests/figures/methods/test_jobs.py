"""Jobs from headcount bands: sums by hand, what is told beside them, and the laws of bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods.jobs import (
    LABELS,
    NOBODY,
    Counted,
    Jobs,
    Method,
    external,
    from_bands,
)
from maillage.figures.observations.headcount import BANDS, OPEN, leaning, middle
from maillage.kernel.errors import Invalid
from maillage.register.importers.cells import SIZE_BANDS

ROWS = st.lists(
    st.builds(
        Counted,
        band=st.sampled_from(["", NOBODY, *BANDS]),
        year=st.one_of(st.none(), st.integers(2015, 2025)),
        firms=st.integers(0, 50),
    ),
    max_size=12,
)


def test_jobs_by_hand() -> None:
    # Three of 1 to 2, one of 10 to 19: at least 13, at most 25, 3 × 1.5 + 14.5 = 19 in the middle.
    found = from_bands([Counted("01", 2023, 3), Counted("11", 2022)])
    assert found == Jobs(13, 19, 25, Method.MIDDLE, (2022, 2023), employers=4)
    assert found.words.fr == "estimation, milieu des tranches d’effectif"


def test_firms_lean_to_the_bottom_of_their_band() -> None:
    found = from_bands([Counted("01", 2023, 3), Counted("11", 2022)], Method.LEANING)
    assert found.estimate == pytest.approx(3 * 2**0.5 + 190**0.5)
    assert (found.lower, found.upper) == (13, 25), "the bounds are those of the bands"


def test_who_employs_nobody_adds_no_job_and_no_year() -> None:
    found = from_bands([Counted(NOBODY, 2019, 40), Counted("00", 2018, 5), Counted("02", 2023)])
    assert found == Jobs(3, 4, 5, Method.MIDDLE, (2023, 2023), employers=1)


def test_firms_without_a_band_are_in_no_number_and_told() -> None:
    found = from_bands([Counted("", None, 7), Counted("02", None)])
    assert found == Jobs(3, 4, 5, Method.MIDDLE, None, employers=1, silent=7)


def test_the_open_band_ends_where_one_chooses_and_says_so() -> None:
    usual, asked = (
        from_bands([Counted(OPEN, 2023)], **more) for more in ({}, {"open_end": 12_000})
    )  # type: ignore[arg-type]
    assert (usual.lower, usual.estimate, usual.upper) == (10_000, 15_000, 20_000)
    assert (asked.lower, asked.estimate, asked.upper) == (10_000, 11_000, 12_000)
    assert usual.unbounded == asked.unbounded == 1


def test_nothing_counted_is_no_job_and_no_year() -> None:
    assert from_bands([]) == Jobs(0, 0, 0, Method.MIDDLE, None, employers=0)


def test_every_band_that_the_register_reads_is_known() -> None:
    for band in SIZE_BANDS:
        assert from_bands([Counted(band, 2023)]).silent == (not band)


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        ([Counted("99", 2023)], {}, "99"),
        ([Counted("1", 2023)], {}, "1"),
        ([Counted("01", 2023, -1)], {}, "01"),
        ([], {"method": Method.EXTERNAL}, "external"),
        ([], {"open_end": 9_999}, "middle"),
    ],
)
def test_what_makes_no_sense_is_refused(
    rows: list[Counted], more: dict[str, object], told: str
) -> None:
    with pytest.raises(Invalid, match=f"Emplois.*{told}"):
        from_bands(rows, **more)  # type: ignore[arg-type]


def test_a_series_of_others_comes_with_its_source() -> None:
    found = external(34_000, 2021, "CMA")
    assert (found.lower, found.estimate, found.upper) == (None, 34_000, None)
    assert (found.years, found.source, found.employers) == ((2021, 2021), "CMA", None)
    assert found.words == LABELS[Method.EXTERNAL]
    assert external(5, 2021, "CMA", 4, 6).upper == 6


@pytest.mark.parametrize(
    ("value", "source", "bounds", "told"),
    [
        (5, " ", (None, None), "source"),
        (-5, "CMA", (None, None), "min"),
        (5, "CMA", (6, None), "min"),
        (5, "CMA", (None, 4), "max"),
    ],
)
def test_a_series_without_a_source_or_out_of_its_bounds_is_refused(
    value: float, source: str, bounds: tuple[float | None, float | None], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        external(value, 2021, source, *bounds)


@given(ROWS, st.sampled_from([Method.MIDDLE, Method.LEANING]))
def test_the_estimate_is_between_its_bounds(rows: list[Counted], method: Method) -> None:
    found = from_bands(rows, method)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= found.estimate + 1e-9
    assert found.estimate <= found.upper + 1e-9
    assert found.lower >= (found.employers or 0), "an employer employs at least one"


@given(ROWS)
def test_leaning_is_never_more_than_the_middle(rows: list[Counted]) -> None:
    assert from_bands(rows, Method.LEANING).estimate <= from_bands(rows).estimate + 1e-9
    for least, most in BANDS.values():
        assert least <= leaning(least, most) <= middle(least, most) <= most


@given(ROWS, ROWS)
def test_parts_sum_to_the_whole(rows: list[Counted], others: list[Counted]) -> None:
    one, other, both = from_bands(rows), from_bands(others), from_bands(rows + others)
    for name in ("lower", "estimate", "upper", "employers", "silent", "unbounded"):
        assert getattr(both, name) == getattr(one, name) + getattr(other, name)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_and_the_grouping_of_rows_change_nothing(
    rows: list[Counted], chance: object
) -> None:
    apart = [Counted(row.band, row.year) for row in rows for _ in range(row.firms)]
    chance.shuffle(apart)  # type: ignore[attr-defined]
    assert from_bands(apart) == from_bands(rows)


@given(ROWS)
def test_the_years_told_are_those_of_employers(rows: list[Counted]) -> None:
    of = [row.year for row in rows if row.year and row.firms and BANDS.get(row.band, (0, 0))[1]]
    assert from_bands(rows).years == ((min(of), max(of)) if of else None)
