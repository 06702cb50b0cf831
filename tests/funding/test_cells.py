"""Cells of lists of grants: what is certain is read, what is not is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from maillage.funding.scdl import cells
from maillage.kernel.rows import BadCell

BOTH = f"{cells.CASH};{cells.KIND}"


@pytest.mark.parametrize(
    ("read", "cell", "meaning"),
    [
        (cells.day, "2020-06-30", date(2020, 6, 30)),
        (cells.day, "30/06/2020", date(2020, 6, 30)),
        (cells.day, "2020/06/30", date(2020, 6, 30)),
        (cells.day, "2020/06/30 00:00:00", date(2020, 6, 30)),
        (cells.amount, "232 000,00", 23_200_000),
        (cells.amount, "1.234,50 €", 123_450),
        (cells.amount, "0", 0),
        (cells.rna, " w123 456 789", "W123456789"),
        (cells.nature, "Aide en numéraire", cells.CASH),
        (cells.nature, "NUMERAIRE", cells.CASH),
        (cells.nature, "aide en nature;aide en numéraire", BOTH),
        (cells.nature, "aide en numéraire et en nature", BOTH),
        (cells.nature, "aide en num\ufffdraire", cells.CASH),
        (cells.yes_or_no, "Oui", True),
        (cells.yes_or_no, "n", False),
        (cells.yes_or_no, "Aides ne relevant pas d'une aide d'état", False),
        (cells.share, "0.45", 450_000),
        (cells.share, "0,5", 500_000),
        (cells.share, "45 %", 450_000),
        (cells.share, "1.00", cells.MILLION),
        (cells.period, "2017-03-14", "2017-03-14"),
        (cells.period, "2017-03-14/2018-03-14", "2017-03-14/2018-03-14"),
        (cells.period, "2022/01/13_2024/01/12", "2022-01-13/2024-01-12"),
        (cells.period, "13/01/2022 au 12/01/2024", "2022-01-13/2024-01-12"),
        (cells.period, "2017-03-02/2017-30-05", "2017-03-02/2017-30-05"),  # as the schema takes it
    ],
)
def test_what_is_certain_is_read(read: Callable[[str], Any], cell: str, meaning: Any) -> None:
    assert read(cell) == meaning


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (cells.day, "2020", "date"),
        (cells.day, "2020/30/06", "date"),
        (cells.amount, "-500", "negative_amount"),
        (cells.amount, "douze mille", "number"),
        (cells.amount, "10.005", "too_precise"),
        (cells.rna, "W12455", "rna"),
        (cells.nature, "bons d’achat", "unknown_word"),
        (cells.nature, "aide en n\ufffd", "unknown_word"),
        (cells.nature, "\ufffd" * 8, "unknown_word"),
        (cells.nature, "aide en nature, prêt", "unknown_word"),
        (cells.nature, ";", "unknown_word"),
        (cells.yes_or_no, "peut-être", "unknown_word"),
        (cells.share, "80", "share"),
        (cells.share, "0", "share"),
        (cells.share, "110 %", "share"),
        (cells.share, "NaN", "share"),
        (cells.share, "moitié", "number"),
        (cells.share, "0.33333333", "too_precise"),
        (cells.period, "2017-01-01_2018-01-01_2019-01-01", "period"),
        (cells.period, "à la livraison", "date"),
    ],
)
def test_what_is_not_certain_is_refused(read: Callable[[str], Any], cell: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        read(cell)
    assert refused.value.code == code


@given(
    st.sampled_from([
        cells.day, cells.amount, cells.rna, cells.nature, cells.yes_or_no, cells.share, cells.period,
    ]),
    st.text(min_size=1, max_size=20).filter(str.strip),
)  # fmt: skip
def test_whatever_is_written_is_read_or_refused(read: Callable[[str], Any], cell: str) -> None:
    with suppress(BadCell):
        assert read(cell) is not None


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_two_days_are_the_same_period_however_they_are_written(first: date, last: date) -> None:
    wanted = f"{first:%Y-%m-%d}/{last:%Y-%m-%d}"
    for way in ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y"):
        assert cells.period(f"{first.strftime(way)}_{last.strftime(way)}") == wanted
    assert cells.period(wanted) == wanted
