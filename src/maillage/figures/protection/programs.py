"""Linear programs over the cells of a table, on HiGHS, one thread; values are scaled before they come here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maillage.figures.protection.tables import Row

INFINITE = 1e20
_PRIMAL = 4  # of the solver's options


class Program:
    """Variables within bounds, under sums that are given; asked again and again from where it stood."""

    def __init__(
        self,
        bounds: Sequence[tuple[float, float]],
        rows: Iterable[tuple[Row, float]],
        *,
        primal: bool = False,
    ) -> None:
        import highspy
        import numpy as np

        self._solved = highspy.HighsModelStatus.kOptimal
        self._up, self._down = highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize
        # The class beneath highspy's own, which greets whoever makes one on the standard output.
        quiet: Any = highspy.Highs.__base__
        self.solver = quiet()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self.solver.setOptionValue(name, value)
        if (
            primal
        ):  # asked again with another cost, the last answer is still possible: go on from there
            self.solver.setOptionValue("simplex_strategy", _PRIMAL)
        self.solver.addVars(
            len(bounds), *(np.array(side, dtype=float) for side in zip(*bounds, strict=True))
        )
        for row, total in rows:
            ranks = np.array([rank for rank, _ in row], dtype=np.int32)
            weights = np.array([weight for _, weight in row], dtype=float)
            self.solver.addRow(total, total, len(row), ranks, weights)

    def integers(self, ranks: Sequence[int]) -> None:
        """Some variables are whole."""
        import highspy
        import numpy as np

        kinds = np.full(len(ranks), highspy.HighsVarType.kInteger)
        self.solver.changeColsIntegrality(len(ranks), np.array(ranks, dtype=np.int32), kinds)

    def row(self, low: float, high: float, row: Row) -> None:
        """One more sum, within bounds."""
        import numpy as np

        ranks = np.array([rank for rank, _ in row], dtype=np.int32)
        self.solver.addRow(low, high, len(row), ranks, np.array([w for _, w in row], dtype=float))

    def bound(self, rank: int, low: float, high: float) -> None:
        """Other bounds for a variable."""
        self.solver.changeColBounds(rank, low, high)

    def cost(self, costs: Mapping[int, float]) -> None:
        """What each variable costs."""
        for rank, cost in costs.items():
            self.solver.changeColCost(rank, cost)

    def extreme(self, rank: int, *, up: bool) -> float | None:
        """The least or the most a variable may be; None when nothing satisfies the sums."""
        self.solver.changeObjectiveSense(self._up if up else self._down)
        self.solver.changeColCost(rank, 1.0)
        found = self.solve()
        endless = found is None and self._is_unbounded()  # told before the cost changes again
        self.solver.changeColCost(rank, 0.0)
        if found is None:
            return INFINITE if endless else None
        return float(found[rank])

    def solve(self) -> Any:
        """The values of the cheapest solution; None when there is none."""
        self.solver.run()
        if self.solver.getModelStatus() != self._solved:
            return None
        return self.solver.getSolution().col_value

    def least(self) -> Any:
        """The values of the solution that costs least."""
        self.solver.changeObjectiveSense(self._down)
        return self.solve()

    def _is_unbounded(self) -> bool:
        return "nbounded" in str(self.solver.modelStatusToString(self.solver.getModelStatus()))
