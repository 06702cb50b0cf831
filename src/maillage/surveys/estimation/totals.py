"""The known totals of a plan: their variables in the sample, their values, and whether they can be met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from maillage.surveys.estimation import calibration
from maillage.surveys.estimation.columns import Table
from maillage.surveys.estimation.plan import Known, Margin
from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
INTERCEPT = "(Intercept)"
ALIKE = 1e-9
"""Margins of one population may differ by this share of it: the rounding of a sum, nothing more."""


def counted(held: Iterable[str], wanted: Sequence[str]) -> Array:
    """How many times each text of `wanted` is held."""
    count = Counter(held)
    return np.array([count[one] for one in wanted], dtype=float)


def of(table: Table, known: Known, frame: Table | None) -> tuple[sparse.csr_array, Array]:
    """The calibration variables of the rows, and the totals they must meet.

    Raises:
        Invalid: nothing is known, margins tell of several populations, a value of the sample is in no margin, a
            value of a margin is nobody's, or a column is no number.
    """
    columns: list[Array] = []
    aims: list[float] = []
    sums: dict[str, float] = {}
    for margin in known.margins:
        held = _values(margin, frame)
        sums[margin.column] = sum(held.values())
        for value, column in _indicators(table, margin, held):
            columns.append(column)
            aims.append(held[value])
    for name, aim in known.totals.items():
        columns.append(_variable(table, name))
        aims.append(float(aim))
        if name == INTERCEPT:
            sums[name] = float(aim)
    if not columns:
        raise refused("le calage ne donne aucun total", "the calibration gives no total",
                      "Donnez margins ou totals.", "Give margins or totals.")  # fmt: skip
    _alike(sums)
    return sparse.csr_array(np.column_stack(columns)), np.array(aims)


def met(x: sparse.csr_array, d: Array, aims: Array, known: Known) -> calibration.Factors:
    """The factors that meet the totals by the method of the plan, gently when it names none.

    Raises:
        Invalid: as `calibration.calibrate`, or a post-stratification on more than one margin.
    """
    if known.method == "poststratify" and (len(known.margins) != 1 or known.totals):
        raise refused(
            "une post-stratification prend une marge et une seule", "a post-stratification takes one margin and only one",
            'Prenez method = "raking".', 'Take method = "raking".',
        )  # fmt: skip
    if not known.method:
        return calibration.gently(x, d, aims)
    return calibration.calibrate(x, d, aims, known.method, known.bounds)


def _values(margin: Margin, frame: Table | None) -> Mapping[str, float]:
    if margin.totals:
        return margin.totals
    if frame is None:
        raise refused(
            f"la marge {margin.column} n’a pas de totaux", f"the margin {margin.column} has no totals",
            "Donnez totals, ou la base de sondage qui les compte.", "Give totals, or the frame that counts them.",
        )  # fmt: skip
    return {
        value: float(count) for value, count in sorted(Counter(frame.text(margin.column)).items())
    }


def _indicators(
    table: Table, margin: Margin, held: Mapping[str, float]
) -> Iterable[tuple[str, Array]]:
    cells = np.asarray(table.text(margin.column), dtype=str)
    there = set(cells.tolist())
    if strange := sorted(there - set(held)):
        raise refused(
            f"la marge {margin.column} ne dit rien de «\u00a0{strange[0]}\u00a0»", f"the margin {margin.column} says nothing of “{strange[0]}”",
            "Ajoutez son total, ou regroupez cette valeur.", "Add its total, or merge this value.",
        )  # fmt: skip
    for value, aim in held.items():
        if value not in there and aim:
            raise refused(
                f"la case {margin.column} = «\u00a0{value}\u00a0» n’a aucun répondant, et ne peut pas atteindre {aim:g}",
                f"the cell {margin.column} = “{value}” holds no respondent, and cannot reach {aim:g}",
                "Regroupez-la avec une voisine.", "Merge it with a neighbour.",
            )  # fmt: skip
        if value in there:
            yield value, (cells == value).astype(float)


def _variable(table: Table, name: str) -> Array:
    """A column of numbers; 1 for the intercept; the indicator of a value where a name is a column and its value."""
    if name == INTERCEPT:
        return np.ones(table.rows)
    if name in table.columns:
        return table.numbers(name)
    for column, cells in table.columns.items():
        value = name.removeprefix(column)
        if value != name and value in cells:
            return np.array([float(cell == value) for cell in cells])
    return table.numbers(name)  # which says what columns there are


def _alike(sums: Mapping[str, float]) -> None:
    if len(sums) > 1 and max(sums.values()) - min(sums.values()) > ALIKE * max(sums.values()):
        every = ", ".join(f"{name} {value:.12g}" for name, value in sums.items())
        raise refused(
            f"les marges ne disent pas la même population\u00a0: {every}", f"the margins tell of several populations: {every}",
            "Ramenez-les au même total.", "Bring them to one total.",
        )  # fmt: skip
