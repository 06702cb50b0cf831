"""Which communes lack a trade, and which are underserved by a basket of trades: every reason shown, thresholds as parameters.

A trade lacks in a commune when enough of four things hold, two unless asked otherwise: there is none; the nearest is
too far; there are fewer than chance would leave; what it reaches is among the lowest. Each holds, does not, or cannot be told.
When those that cannot be told could change the verdict, there is not enough data, and nothing is concluded.

A basket is told besides (indicator I30): which of its trades are in the commune or near enough, what share that is, and
the communes whose share is among the lowest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isnan
from typing import TYPE_CHECKING, Any

from maillage.figures.methods.access import CAR, Pace
from maillage.figures.methods.serving import Measured
from maillage.figures.methods.small_numbers import beneath, funnel
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

YES, NO, UNTOLD = 1, 0, -1
TIED = 1e-9  # two measures as near as this are one: the order of a sum must not decide

REASONS: dict[str, Words] = {
    "missing": Words("aucun dans la commune", "none in the commune"),
    "too_far": Words("le plus proche est trop loin", "the nearest is too far"),
    "below_chance": Words("moins que le hasard n’en laisserait", "fewer than chance would leave"),
    "little_access": Words("parmi les plus mal desservies", "among the worst served"),
}
"""What may make a trade lack, in the order in which it is told."""


class Verdict(StrEnum):
    """What is concluded of a trade in a commune, or of a commune."""

    UNDERSERVED = "underserved"
    SERVED = "served"
    NOT_ENOUGH_DATA = "not_enough_data"


VERDICTS = {YES: Verdict.UNDERSERVED, NO: Verdict.SERVED, UNTOLD: Verdict.NOT_ENOUGH_DATA}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a trade lacks and a commune is underserved; `sensitivity` tells what moving each changes.

    Raises:
        Invalid: one is out of its range.
    """

    minutes: float = 10  # a nearest establishment farther than this is too far
    pace: Pace = CAR
    level: float = 0.95  # of the Poisson limits
    lowest: float = 0.10  # share of communes that count as the worst served by a trade
    reasons: int = 2  # how many make a trade lack
    quarter: float = 0.25  # share of communes whose basket counts as the emptiest

    def __post_init__(self) -> None:
        held = (
            self.minutes >= 0, self.pace.detour >= 1, self.pace.kmh > 0, 0 < self.level < 1,
            0 <= self.lowest <= 1, 1 <= self.reasons <= len(REASONS), 0 <= self.quarter <= 1,
        )  # fmt: skip
        if not all(held):
            raise Invalid(
                Words("Seuils\u00a0: l’un d’eux est hors de ses bornes.", "Thresholds: one is out of its range."),
                remedy=Words("Un temps positif, des parts entre 0 et 1, d’une à quatre raisons.",
                             "A positive time, shares between 0 and 1, one to four reasons."),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that may make a trade lack: whether it holds (None when it cannot be told), what was measured, the limit."""

    code: str
    held: bool | None
    value: float | None
    limit: float | None

    @property
    def words(self) -> Words:
        """What it says on a page."""
        return REASONS[self.code]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is concluded of each commune and trade: 1 underserved, 0 served, −1 not enough data."""

    measured: Measured
    thresholds: Thresholds
    basket: tuple[str, ...]
    columns: tuple[int, ...] = field(repr=False)  # of the basket in what was measured
    held: NDArray[Any] = field(repr=False)  # by reason, commune, trade
    lacks: NDArray[Any] = field(repr=False)  # by commune, trade
    near: NDArray[Any] = field(repr=False)  # 1 where the trade is in the commune or near enough
    share: NDArray[Any] = field(repr=False)  # of the basket, by commune
    flagged: NDArray[Any] = field(repr=False)  # by commune

    def communes(self, verdict: Verdict = Verdict.UNDERSERVED) -> list[str]:
        """The communes of a verdict on the whole basket."""
        pairs = zip(self.measured.communes, self.flagged.tolist(), strict=True)
        return [code for code, found in pairs if VERDICTS[found] is verdict]

    def lacking(self, verdict: Verdict = Verdict.UNDERSERVED) -> list[tuple[str, str]]:
        """The (commune, trade) of a verdict."""
        import numpy as np

        wanted = next(number for number, name in VERDICTS.items() if name is verdict)
        found = np.argwhere(self.lacks == wanted).tolist()
        return [(self.measured.communes[i], self.basket[j]) for i, j in found]

    def verdict(self, commune: str, trade: str) -> Verdict:
        """What is concluded of one trade in one commune."""
        return VERDICTS[int(self.lacks[self._rank(commune, trade)])]

    def why(self, commune: str, trade: str) -> tuple[Reason, ...]:
        """The four reasons of one trade in one commune, those that hold and those that do not."""
        row, column = self._rank(commune, trade)
        of = self.measured
        at = (row, self.columns[column])
        expected = float(of.expected[at])
        facts = (
            (float(of.present[at]), 1.0),
            (self.thresholds.pace.minutes(float(of.kilometres[at])), self.thresholds.minutes),
            (float(of.present[at]), None if isnan(expected) else float(funnel(expected, self.thresholds.level).low)),
            (float(of.access[at]), self._last(column)),
        )  # fmt: skip
        return tuple(
            Reason(code, _told(int(held)), None if isnan(value) else value, limit)
            for code, held, (value, limit) in zip(
                REASONS, self.held[:, row, column], facts, strict=True
            )
        )

    def _last(self, column: int) -> float | None:
        """The best access among the worst served; None when no commune is among them."""
        worst = self.measured.access[self.held[3, :, column] == YES, self.columns[column]]
        return float(worst.max()) if len(worst) else None

    def _rank(self, commune: str, trade: str) -> tuple[int, int]:
        _known(commune in self.measured.communes, commune)
        _known(trade in self.basket, trade)
        return self.measured.communes.index(commune), self.basket.index(trade)


def judge(
    measured: Measured,
    thresholds: Thresholds | None = None,
    basket: Sequence[str] | None = None,
) -> Judged:
    """What is concluded of each commune for the trades of a basket (all those measured, unless told).

    Nothing is concluded of a commune where nobody lives, nor of a trade of which there is no establishment at all.

    Raises:
        Invalid: a trade of the basket was not measured.
    """
    import numpy as np

    limits = thresholds or Thresholds()
    trades = measured.trades if basket is None else tuple(dict.fromkeys(basket))
    for trade in trades:
        _known(trade in measured.trades, trade)
    columns = [measured.trades.index(trade) for trade in trades]
    minutes = limits.pace.minutes(1) * measured.kilometres[:, columns]
    present = measured.present[:, columns]
    untold = measured.nobody()[:, None] | measured.unheard()[columns]
    far = np.where(np.isnan(minutes), UNTOLD, minutes > limits.minutes)
    held = np.stack((
        present == 0, far,
        beneath(present, measured.expected[:, columns], limits.level),
        lowest(measured.access[:, columns], limits.lowest),
    )).astype(np.int8)  # fmt: skip
    held = np.where(untold, np.int8(UNTOLD), held)
    near = np.where(present > 0, YES, np.where(far == UNTOLD, UNTOLD, 1 - far))
    near = np.where(untold, UNTOLD, near).astype(np.int8)
    share = of_basket(near)
    return Judged(
        measured, limits, trades, tuple(columns), held, _enough(held, limits.reasons),
        near, share, lowest(share[:, None], limits.quarter)[:, 0],
    )  # fmt: skip


def _enough(held: NDArray[Any], wanted: int) -> NDArray[Any]:
    """Whether enough reasons hold, whatever those that cannot be told would say."""
    import numpy as np

    sure, maybe = (held == YES).sum(axis=0), (held != NO).sum(axis=0)
    found: NDArray[Any] = np.where(sure >= wanted, YES, np.where(maybe < wanted, NO, UNTOLD))
    return found.astype(np.int8)


def of_basket(near: NDArray[Any]) -> NDArray[Any]:
    """The share of the basket in each commune or near enough; NaN where one of its trades cannot be told.

    A trade that can be told nowhere is in no basket.
    """
    import numpy as np

    heard = near[:, (near != UNTOLD).any(axis=0)]
    if not heard.shape[1]:
        return np.full(len(near), np.nan)
    share: NDArray[Any] = np.where(
        (heard == UNTOLD).any(axis=1), np.nan, (heard == YES).mean(axis=1)
    )
    return share


def lowest(values: NDArray[Any], part: float) -> NDArray[Any]:
    """In each column, the lines that are among that part of the lowest: 1, 0, or −1 where there is no value.

    Those at the same value go together, even if more than the part is then among them; when all are
    at one value, none is lower than another.
    """
    import numpy as np

    found = np.full(values.shape, UNTOLD, dtype=np.int8)
    for column, told in enumerate(values.T):
        known = told[~np.isnan(told)]
        if len(known):
            ordered, slack = np.sort(known), TIED * np.abs(known).max()
            lower = np.searchsorted(ordered, known - slack, side="left")
            among = (lower < part * len(known)) & (known < ordered[-1] - slack)
            found[~np.isnan(told), column] = among
    return found


def _told(held: int) -> bool | None:
    return None if held == UNTOLD else held == YES


def _known(held: bool, name: str) -> None:
    if not held:
        raise Invalid(
            Words(f"«\u00a0{name}\u00a0»\u00a0: pas mesuré.", f"“{name}”: not measured."),
            remedy=Words("Prenez communes et métiers parmi ceux qui ont été mesurés.",
                         "Take communes and trades among those that were measured."),
        )  # fmt: skip
