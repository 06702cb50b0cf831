"""Trades of each commune and of each territory, year by year, from the compact spells of a month.

Counts are arrays of (group, year): who came and who left in each year are counted once, and the stock of a
1 January is what came before less what left. A territory alone and the whole of France are the same
computation, one slice after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from maillage.figures.observations.calendar import MONTH, YEAR
from maillage.figures.observations.compact import YEARS, end_of
from maillage.figures.observations.spells import OPEN
from maillage.register.segments import ESS_SIRENE

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

ESS = ESS_SIRENE.code
PER = 1_000.0
"""Density is told for so many inhabitants."""
SURVIVALS = (3, 5)
_BATCH = 200_000  # spells counted together: what memory holds


@dataclass(frozen=True, slots=True)
class Territory:
    """What the figures of an intercommunality are set against."""

    inhabitants: int
    communes: int


@dataclass(frozen=True, slots=True)
class Tables:
    """By commune (`epci, commune, trade, year, active, creations, cessations`), and by territory.

    A territory also has `creation_rate` (creations over the stock of 1 January), `survival_3y` and `survival_5y`
    of who was created in the year (null until all have had the time), `density` for 1 000 inhabitants, and
    `communes_without` any active on 1 January.
    """

    communes: pa.Table
    territories: pa.Table


def counted(spells: pa.Table, as_of: date, of: Mapping[str, Territory]) -> Tables:
    """The tables of a slice of the compact file, whole territories of it."""
    slice_ = _Slice(spells, as_of)
    return Tables(slice_.communes(), slice_.territories(of))


def batches(spells: pa.Table) -> Iterator[pa.Table]:
    """The compact file cut between territories, so that memory holds one piece; one at least."""
    import numpy as np

    codes = _codes(spells, "epci")[0]
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()]
    begun = 0
    for start in starts[1:]:
        if start - begun >= _BATCH:
            yield spells.slice(begun, start - begun)
            begun = start
    yield spells.slice(begun)


def ranked(territories: pa.Table) -> pa.Table:
    """Territories with their `rank` by density among those that have the trade that year, the densest first."""
    import numpy as np
    import pyarrow as pa

    density = territories["density"].to_numpy(zero_copy_only=False)
    trade, _ = _codes(territories, "trade")
    group = trade.astype(np.int64) * 10_000 + territories["year"].to_numpy()
    order = np.lexsort((-density, group))
    group, density = group[order], density[order]
    place = np.arange(len(order))
    opens = np.r_[True, group[1:] != group[:-1]]
    first = np.maximum.accumulate(np.where(opens, place, 0))
    higher = np.r_[True, opens[1:] | (density[1:] != density[:-1])]
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.maximum.accumulate(np.where(higher, place, 0)) - first + 1
    is_there = territories["active"].to_numpy() > 0
    return territories.append_column("rank", pa.array(rank, mask=~is_there))


def _codes(table: pa.Table, name: str) -> tuple[NDArray[Any], list[str]]:
    """A column of text as numbers, and the text of each number."""
    column = table[name].combine_chunks().dictionary_encode()
    return column.indices.to_numpy(), column.dictionary.to_pylist()


class _Slice:
    """Spells as arrays, one row for each trade that one practises; the social economy counts as one more."""

    def __init__(self, spells: pa.Table, as_of: date) -> None:
        import numpy as np

        self.end, self.first = end_of(as_of), as_of.year - YEARS + 1
        epci, self.epcis = _codes(spells, "epci")
        commune, self.towns = _codes(spells, "commune")
        trade, codes = _codes(spells, "trade")
        self.trades = [*codes, ESS]
        craft = np.array([bool(code) for code in codes], dtype=bool)[trade]
        social = spells["social"].to_numpy()
        rows = np.r_[np.flatnonzero(craft), np.flatnonzero(social)]
        practised = np.r_[trade[craft], np.full(int(social.sum()), len(codes))]
        place = epci[rows].astype(np.int64) * len(self.towns) + commune[rows]
        groups, self.group = np.unique(place * len(self.trades) + practised, return_inverse=True)
        self.trade = groups % len(self.trades)
        self.town = groups // len(self.trades) % max(1, len(self.towns))
        self.epci = groups // len(self.trades) // max(1, len(self.towns))
        self.born, closed = (spells[name].to_numpy()[rows] for name in ("born", "closed"))
        self.closed = np.where(closed > self.end, OPEN, closed)  # a day past the as-of has not come
        self._count()

    def _count(self) -> None:
        """Who was there when each year opened, who came and who left in it, by group."""
        import numpy as np

        self.came = self._by_year(self.group, len(self.trade), self.born)
        self.left = self._by_year(self.group, len(self.trade), self.closed - 1)
        early = self.group[self.born < self.first * YEAR]
        before = np.bincount(early, minlength=len(self.trade)).astype(np.int32)
        net = np.cumsum(self.came - self.left, axis=1)
        self.active = np.c_[before, before[:, None] + net[:, :-1]]

    def _by_year(self, group: NDArray[Any], groups: int, days: NDArray[Any]) -> NDArray[Any]:
        """How many days of each group fall in each year told."""
        import numpy as np

        year = days // YEAR - self.first
        told = (year >= 0) & (year < YEARS)
        found = np.bincount(group[told] * YEARS + year[told], minlength=groups * YEARS)
        return found.astype(np.int32).reshape(groups, YEARS)

    def communes(self) -> pa.Table:
        """A row for each trade of each commune and year in which something is told."""
        row, year = _told(self.active, self.came, self.left)
        return _table(
            ("epci", self.epci[row], self.epcis),
            ("commune", self.town[row], self.towns),
            ("trade", self.trade[row], self.trades),
            year=self._years(year),
            active=self.active[row, year],
            creations=self.came[row, year],
            cessations=self.left[row, year],
        )

    def territories(self, of: Mapping[str, Territory]) -> pa.Table:
        """A row for each trade of each intercommunality and year in which something is told."""
        import numpy as np

        keys, into = np.unique(self.epci * len(self.trades) + self.trade, return_inverse=True)
        summed = _Summing(into, len(keys))
        epci, trade = keys // len(self.trades), keys % len(self.trades)
        known = np.array([bool(code) for code in self.epcis], dtype=bool)[epci]
        active, came, left = (summed(told) for told in (self.active, self.came, self.left))
        row, year = _told(*(told * known[:, None] for told in (active, came, left)))
        people, towns = self._against(of, epci[row])
        here, born = active[row, year], came[row, year]
        lives = {
            f"survival_{years}y": _over(
                self._stayed(into[self.group], len(keys), years)[row, year],
                np.where((year + self.first + 1 + years) * YEAR <= self.end, born, 0),
            )
            for years in SURVIVALS
        }
        return _table(
            ("epci", epci[row], self.epcis),
            ("trade", trade[row], self.trades),
            year=self._years(year),
            active=here,
            creations=born,
            cessations=left[row, year],
            creation_rate=_over(born, here),
            **lives,
            density=_over(here * PER, people),
            communes_without=towns - summed(self.active > 0)[row, year],
        )

    def _years(self, rank: NDArray[Any]) -> NDArray[Any]:
        return (rank + self.first).astype("int16")

    def _against(
        self, of: Mapping[str, Territory], epci: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The inhabitants and the communes that each row is set against."""
        import numpy as np

        told = [of.get(code, Territory(0, 0)) for code in self.epcis]
        people = np.array([one.inhabitants for one in told], dtype=np.int64)
        return people[epci], np.array([one.communes for one in told], dtype=np.int32)[epci]

    def _stayed(self, where: NDArray[Any], groups: int, years: int) -> NDArray[Any]:
        """Of who came in each year, how many were there so many years later; a 29 February's is a 28."""
        later = self.born + years * YEAR - ((self.born % YEAR) == MONTH + 28)
        alive = self.closed > later
        return self._by_year(where[alive], groups, self.born[alive])


class _Summing:
    """Rows of arrays added up into the groups that they belong to."""

    def __init__(self, into: NDArray[Any], groups: int) -> None:
        import numpy as np

        self.order = np.argsort(into, kind="stable")
        self.starts = np.searchsorted(into[self.order], np.arange(groups))

    def __call__(self, told: NDArray[Any]) -> NDArray[Any]:
        """One row a group."""
        import numpy as np

        found: NDArray[Any] = np.add.reduceat(told[self.order], self.starts, axis=0, dtype=np.int32)
        return found


def _told(*counts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The groups and years of which something is told."""
    import numpy as np

    row, year = np.nonzero(np.any([one > 0 for one in counts], axis=0))
    return row, year


def _table(*named: tuple[str, NDArray[Any], list[str]], **columns: Any) -> pa.Table:
    """Columns as a table; those of text are given as numbers, and the text of each number."""
    import pyarrow as pa

    told: dict[str, Any] = {
        name: pa.DictionaryArray.from_arrays(
            pa.array(codes.astype("int32")), pa.array(texts, pa.string())
        )
        for name, codes, texts in named
    }
    return pa.table(told | columns)


def _over(part: NDArray[Any], whole: NDArray[Any]) -> Any:
    """A rate, null over nothing."""
    import numpy as np
    import pyarrow as pa

    found = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return pa.array(found, mask=whole <= 0)
