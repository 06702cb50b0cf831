"""Splink on DuckDB, in memory: two tables laid, parameters learnt, pairs weighed.

Nothing here knows what a comparison means; splink is imported at the first use, since the process that
serves pages has no need of it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from maillage.register.linking import model
from maillage.register.linking.comparing import COMPARISONS, Comparison
from maillage.register.linking.firms import LISTS, TEXTS, Told
from maillage.register.linking.model import Beliefs, Learnt

SAMPLED = 400_000  # pairs from which u is learnt
TRAINED = 1_000_000  # pairs a session of expectation–maximisation reads
MEMORY = "3GB"
TAUGHT = 60  # lines: fewer teach less than what is believed of firms in general
TELLING = 1_000  # lines: in fewer, how often a name is met does not tell how rare it is
COMMON = 20_000  # pairs that one key may bring together: a commoner one tells too little
MANY = 3_000_000  # meetings: beyond, a line meets those alone with which it shares the rarest keys
NEAREST = 50  # and so many of them
_AT_ONCE = 250  # lines of the left list whose meetings are counted together
LEFT, RIGHT = "list_left", "list_right"  # splink puts the first by the alphabet on the left
_SHARED = f"{LEFT}_keys AS l JOIN {RIGHT}_keys AS r ON l.key = r.key"
_SEED = 20_260_630
_ROUNDS = 200
# What learns one comparison from pairs that agree on others: each session leaves out what it is blocked on.
_SESSIONS = (
    ("siret",), ("phone",), ("email",), ("words",), ("manager",), ("number", "street"), ("postcode", "number"),
)  # fmt: skip


class Bench:
    """Two lists laid side by side. What it holds is gone with it."""

    def __init__(self, left: Sequence[Told], right: Sequence[Told]) -> None:
        from splink import DuckDBAPI

        logging.getLogger("splink").setLevel(logging.ERROR)
        self._api = DuckDBAPI()
        self._run = self._api.duckdb_con.execute
        self._run(f"SET memory_limit = '{MEMORY}'")
        self._run("SET temp_directory = ''")  # names of people are written nowhere
        self.lines, self.pairs = len(left) + len(right), len(left) * len(right)
        self.compared = [one for one in COMPARISONS if _given(left, one) and _given(right, one)]
        self._tables = [self._laid(LEFT, left), self._laid(RIGHT, right)]
        self._met = self._brought_together(left, right)

    def _laid(self, name: str, rows: Sequence[Told]) -> Any:
        """One list as a table whose columns have their types, even where they hold nothing."""
        columns = {one: [row[one] for row in rows] for one in (*TEXTS, *LISTS)}
        read = {"rank": list(range(len(rows))), **columns}
        self._api.register(read, dataset_display_name=f"{name}_read")
        cast = [f'CAST("{one}" AS VARCHAR) AS "{one}"' for one in TEXTS]
        cast += [f'CAST("{one}" AS VARCHAR[]) AS "{one}"' for one in LISTS]
        self._run(f'CREATE TABLE {name} AS SELECT "rank", {", ".join(cast)} FROM {name}_read')  # noqa: S608
        return self._api.register(name, dataset_display_name=name)

    def _brought_together(self, left: Sequence[Told], right: Sequence[Told]) -> Any:
        """The pairs that share a key, as splink knows its lines; of too many, the nearest of each left line."""
        common = _common_keys(left, right)
        numbers = {key: rank for rank, key in enumerate(sorted(common))}
        for name, rows in ((LEFT, left), (RIGHT, right)):
            held = [
                (rank, numbers[key]) for rank, row in enumerate(rows) for key in row["keys"] if key in numbers
            ]  # fmt: skip
            self._lay_numbers(f"{name}_keys", ("rank", "key"), held)
        self._run("CREATE TABLE pairs (l BIGINT, r BIGINT)")
        if sum(common.values()) <= MANY:
            self._run(f"INSERT INTO pairs SELECT DISTINCT l.rank, r.rank FROM {_SHARED}")  # noqa: S608
        else:
            self._keep_nearest(len(left))
        self._run(
            "CREATE TABLE met AS SELECT"  # noqa: S608 -- names of our own
            f" '{LEFT}-__-' || l AS join_key_l, '{RIGHT}-__-' || r AS join_key_r, '0' AS match_key FROM pairs"
        )
        return self._api.register("met", dataset_display_name="met")

    def _keep_nearest(self, lines: int) -> None:
        """Each left line with the right ones with which it shares most, a rare key telling more than a common one.

        Counted in whole thousandths, which add up to the same in any order.
        """
        self._run(
            "CREATE TABLE rarity AS SELECT key,"  # noqa: S608 -- names of our own
            f" CAST(1000 * (20 - ln(count(*))) AS BIGINT) AS weight FROM {RIGHT}_keys GROUP BY key"
        )
        for first in range(0, lines, _AT_ONCE):
            self._run(
                "INSERT INTO pairs SELECT l, r FROM (SELECT l.rank AS l, r.rank AS r, sum(weight) AS near"  # noqa: S608
                f" FROM {_SHARED} JOIN rarity ON rarity.key = l.key"
                f" WHERE l.rank BETWEEN {first} AND {first + _AT_ONCE - 1} GROUP BY l.rank, r.rank)"
                f" QUALIFY row_number() OVER (PARTITION BY l ORDER BY near DESC, r) <= {NEAREST}"
            )

    def _lay_numbers(
        self, name: str, columns: tuple[str, str], rows: Sequence[tuple[int, int]]
    ) -> None:
        """Pairs of whole numbers as a table."""
        read = {column: [row[at] for row in rows] for at, column in enumerate(columns)}
        self._api.register(read, dataset_display_name=f"{name}_read")
        cast = ", ".join(f'CAST("{one}" AS BIGINT) AS "{one}"' for one in columns)
        self._run(f"CREATE TABLE {name} AS SELECT {cast} FROM {name}_read")  # noqa: S608

    def _linker(self, beliefs: Beliefs) -> Any:
        from splink import Linker

        settings = model.settings(self.compared, beliefs, rarity=self.lines >= TELLING)
        return Linker(self._tables, settings, log_level=None)

    def learnt(self, first: Beliefs) -> Learnt:
        """What the two lists teach: u from pairs drawn at random, m by expectation–maximisation.

        Two short lists teach nothing, and what is believed at first holds.
        """
        if self.lines < TAUGHT:
            return {}
        linker = self._linker(first)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=SAMPLED, seed=_SEED, num_chunks=1
        )
        drawn = model.read_back(linker.misc.save_model_to_json())
        begun = {key: (m, drawn.get(key, (None, None))[1] or u) for key, (m, u) in first.items()}
        held = {column for one in self.compared for column in one.columns}
        taught: dict[tuple[str, str], list[float]] = {}
        for columns in (one for one in _SESSIONS if held.issuperset(one)):
            for key, m in self._session(model.summing_to_one(begun), columns).items():
                taught.setdefault(key, []).append(m)
        return {key: (_mean(taught.get(key)), u) for key, (_m, u) in drawn.items()}

    def _session(self, begun: Beliefs, columns: tuple[str, ...]) -> Mapping[tuple[str, str], float]:
        """The m learnt from pairs that agree on these columns, of the comparisons that do not read them."""
        from splink import block_on
        from splink.internals.exceptions import EMTrainingException

        linker = self._linker(begun)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), max_pairs=TRAINED
            )
        except (EMTrainingException, ValueError):
            return {}  # no pair agrees on these, or so few that a parameter vanishes: nothing to learn
        free = {one.name for one in self.compared if not set(columns).intersection(one.columns)}
        found = model.read_back(linker.misc.save_model_to_json())
        return {key: m for key, (m, _u) in found.items() if key[0] in free and m is not None}

    def weigh(self, beliefs: Beliefs) -> Weighed:
        """The pairs that share a key, each with the weight of each comparison."""
        linker = self._linker(beliefs)
        linker.table_management.register_blocked_pairs_for_predict(self._met)
        found = linker.inference.predict(warning_mode="never")
        return Weighed(self._run, found.physical_name, self.compared, self.pairs)


class Weighed:
    """Pairs and their weights, without what was believed of a pair before it was compared."""

    def __init__(self, run: Any, table: str, compared: Sequence[Comparison], pairs: int) -> None:
        self._run = run
        self._table = table
        self._names = [one.name for one in compared]
        self._pairs = pairs
        columns = {row[0] for row in run(f"DESCRIBE {table}").fetchall()}
        self._rare = [name for name in self._names if f"mw_tf_adj_{name}" in columns]
        parts = [f"mw_{name}" for name in self._names] + [
            f"mw_tf_adj_{name}" for name in self._rare
        ]
        self._sum = " + ".join(parts)

    def share(self) -> float:
        """The share of all pairs that are one firm, such that it is the sum of their probabilities.

        It is expectation–maximisation again, of this one parameter. Never less than half a pair, nor so
        much that a pair would be believed before it is compared.
        """
        least = 0.5 / self._pairs
        share = max(least, 0.0001)
        for _round in range(_ROUNDS):
            asked = (
                f"SELECT sum(1 / (1 + pow(2, -({self._sum} + {prior(share)})))) FROM {self._table}"  # noqa: S608
            )
            (found,) = self._run(asked).fetchone()
            fresh = min(max((found or 0.0) / self._pairs, least), 0.5)
            if abs(fresh - share) <= 1e-6 * share:
                return fresh
            share = fresh
        return share

    def above(self, weight: float, share: float) -> list[dict[str, Any]]:
        """The pairs whose weight reaches this one, with the weight of each comparison, by rank."""
        parts = [f"gamma_{name}, mw_{name}" for name in self._names]
        parts += [f"mw_tf_adj_{name}" for name in self._rare]
        asked = (
            f"SELECT rank_l, rank_r, {', '.join(parts)} FROM {self._table}"  # noqa: S608
            f" WHERE {self._sum} + {prior(share)} >= {weight} ORDER BY rank_l, rank_r"
        )
        found = self._run(asked)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def prior(share: float) -> float:
    """What is believed of a pair before it is compared, as a weight: the logarithm in base 2 of its odds."""
    return math.log2(share / (1 - share))


def _given(rows: Sequence[Told], one: Comparison) -> bool:
    return any(row[column] for row in rows for column in one.columns)


def _mean(found: Sequence[float] | None) -> float | None:
    return sum(found) / len(found) if found else None


def _common_keys(left: Sequence[Told], right: Sequence[Told]) -> dict[str, int]:
    """The keys that both lists hold, with how many meetings each makes, less those that make too many."""
    counts: list[dict[str, int]] = [{}, {}]
    for count, rows in zip(counts, (left, right), strict=True):
        for row in rows:
            for key in row["keys"]:
                count[key] = count.get(key, 0) + 1
    of_left, of_right = counts
    meetings = {key: n * of_right.get(key, 0) for key, n in of_left.items()}
    return {key: n for key, n in meetings.items() if 0 < n <= COMMON}
