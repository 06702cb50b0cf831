"""Which cells must be hidden by themselves: too few units, or one that makes most of it."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.figures.protection.tables import Cell, Key, Table

FEW, DOMINATED, SECONDARY, SHOWN = "A", "B", "D", "V"
HIDDEN = {FEW, DOMINATED, SECONDARY}


@dataclass(frozen=True, slots=True)
class Rules:
    """INSEE's rule by default: fewer than three units, or one that makes 85 % of the cell or more.

    `dominance` is a share in hundredths, of the `k` largest (1 or 2); none turns it off. `p_percent` hides a cell
    whose second unit could find the first within so many hundredths. `margin` is the share of a value
    within which nobody may find it, `zeros` whether an empty cell tells something (a survey's does).
    """

    threshold: int = 3
    dominance: float | None = 85
    k: int = 1
    p_percent: float | None = None
    margin: float = 0.10
    zeros: bool = False

    def status(self, cell: Cell) -> str:
        """What a cell is by itself: A, B or V."""
        if cell.units == 0 or cell.value == 0:
            return FEW if self.zeros and cell.units < self.threshold else SHOWN
        if cell.units < self.threshold:
            return FEW
        if self.dominance is not None and self._largest(cell) * 100 >= self.dominance * cell.value:
            return DOMINATED
        rest = cell.value - cell.largest - cell.second
        if self.p_percent is not None and rest * 100 < self.p_percent * cell.largest:
            return DOMINATED
        return SHOWN

    def _largest(self, cell: Cell) -> float:
        return cell.largest + (cell.second if self.k > 1 else 0.0)

    def width(self, cell: Cell) -> float:
        """How far above and below its value the attacker's interval must reach; a unit at the least."""
        if self.dominance and self._largest(cell) * 100 >= self.dominance * cell.value > 0:
            return max(
                self._largest(cell) * 100 / self.dominance - cell.value,
                self.margin * cell.value,
                1.0,
            )
        return max(self.margin * cell.value, 1.0)


def primary(table: Table, rules: Rules) -> dict[Key, str]:
    """The status of every cell by itself."""
    return {key: rules.status(cell) for key, cell in table.cells.items()}
