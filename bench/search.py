"""How soon, and how surely, a firm is found: by its name, its beginning, with a slip; in its commune, too.

Firms are those of an invented stock of one department that lie in the MEL, in its real communes: `BENCH_STOCK_ROWS`
says how many establishments the department has (440 000 give the MEL some 200 000), and times are held to their limits
from there on. A time is that of the whole answer, firms read with their rank, in CPU milliseconds of the process and of
its database backend, the least of three; finding gates at any size.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import measure, territory

POSTGRESQL = True
ROWS, JUDGED = 20_000, 400_000
ASKED = 200
FOUND = 0.95
ROUNDS = 3
LIMITS = {"exact": 1.0, "beginning": 1.0, "one slip": 3.0, "in its commune": 5.0}

Question = tuple[str, str, str | None]  # the name looked for, what is typed, the commune


def measures(report: measure.Report, rows: int = 0, asked: int = ASKED) -> None:
    """The slowest twentieth and the share found among the first ten, for each way of asking."""
    rows = rows or int(os.environ.get("BENCH_STOCK_ROWS") or ROWS)
    firms = _loaded(rows)
    report.say(f"{len(firms):,} firms that bear a name, of a department of {rows:,} establishments")
    chance = random.Random(7)
    ways: Mapping[str, Callable[[str, random.Random], str]] = {
        "exact": lambda name, _chance: name, "beginning": begun, "one slip": slipped,
        "in its commune": begun,
    }  # fmt: skip
    with measure.one_thread():
        for way, typed in ways.items():
            drawn = [chance.choice(firms) for _ in range(asked)]
            questions: list[Question] = [
                (name, typed(name, chance), commune if way == "in its commune" else None)
                for name, commune in drawn
            ]
            _one_way(report, way, questions, is_judged=rows >= JUDGED)


def _loaded(rows: int) -> Sequence[tuple[str, str]]:
    """Import an invented stock; the names that may be shown, each with its commune."""
    from maillage.register.models import Establishment

    territory.geography()
    with tempfile.TemporaryDirectory(prefix="maillage-search-") as name:
        territory.imported(territory.months(Path(name), rows)[0])
    named = Establishment.objects.exclude(legal_unit__name="").filter(is_headquarters=True)
    return sorted(set(named.values_list("legal_unit__name", "commune")))


def begun(name: str, _chance: random.Random) -> str:
    """The first word, and the beginning of the last one."""
    first, _, last = name.rpartition(" ")
    return f"{first} {last[: max(3, len(last) - 2)]}".strip()


def slipped(name: str, chance: random.Random) -> str:
    """Two neighbours swapped in the longest word."""
    word = max(name.split(), key=len)
    at = chance.randrange(1, max(2, len(word) - 2))
    return name.replace(word, word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], 1)


def _one_way(
    report: measure.Report, way: str, questions: Sequence[Question], *, is_judged: bool
) -> None:
    asked = [_asked(*question) for question in questions]
    found = sum(hit for hit, _spent in asked) / len(asked)
    slow = 1000 * sorted(spent for _hit, spent in asked)[int(len(asked) * 0.95)]
    limit = LIMITS[way]
    kept = found >= FOUND and (slow <= limit or not is_judged)
    report.say(
        f"{'ok  ' if kept else 'FAIL'} search, {way}: p95 {slow:.2f} ms (wanted ≤ {limit:g}),"
        f" {found:.1%} in the ten first (wanted ≥ {FOUND:.0%})"
    )
    if not kept:
        report.failed.append(f"search, {way}")


def _asked(name: str, typed: str, commune: str | None) -> tuple[bool, float]:
    """Whether the firm is among the ten first, and the seconds of the quickest of three askings."""
    from maillage.accounts.actors import ANONYMOUS
    from maillage.register import search

    hits: Sequence[Any] = ()
    spent = []
    for _ in range(ROUNDS):
        start = measure.everywhere()
        hits = search(typed, commune=commune, actor=ANONYMOUS, limit=10)
        spent.append(measure.everywhere() - start)
    shown = {text for hit in hits for text in (hit.name, hit.establishment.legal_unit.name)}
    return name in shown, min(spent)
