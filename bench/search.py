"""How soon, and how surely, a firm is found among twenty thousand: by its name, its beginning, with a slip.

Reported with the machine; nothing gates here but finding: nine searches in ten must show the firm.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import measure

FIRMS = 20_000
ASKED = 200
FOUND = 0.9
DAY = date(2020, 1, 1)


def measures(report: measure.Report, firms: int = FIRMS, asked: int = ASKED) -> None:
    """The slowest twentieth and the share found among the first ten, for each way of asking."""
    names = _loaded(firms)
    chance = random.Random(7)
    ways: Mapping[str, Callable[[str, random.Random], str]] = {
        "exact": lambda name, _chance: name, "beginning": _begun, "one slip": _slipped,
    }  # fmt: skip
    for way, typed in ways.items():
        drawn = [chance.choice(names) for _ in range(asked)]
        _one_way(report, way, [(name, typed(name, chance)) for name in drawn])


def _loaded(count: int) -> Sequence[str]:
    """Import generated firms of the MEL; the names that may be shown."""
    from maillage.accounts.actors import System
    from maillage.places import communes, perimeter
    from maillage.register.importers.sirene import import_stock
    from maillage.register.models import LegalUnit
    from maillage.site.demo.sirene_rows import Firm, Town, generated, write_files
    from tests.factories import places, register

    places.places_loaded()
    codes = perimeter("mel", DAY).communes
    named = communes(codes)
    towns = [Town(code, named[code].name, "59000", 1000 + rank) for rank, code in enumerate(codes)]
    rows = []
    for rank, firm in enumerate(generated(count, towns, 7, day=DAY), 1):
        siren = register.siren(rank)  # the demonstration's own range ends at ten thousand
        siret = register.siret(siren)
        place = {**firm.place, "siren": siren, "nic": siret[9:], "siret": siret}
        rows.append(Firm({**firm.unit, "siren": siren}, place))
    with TemporaryDirectory() as folder:
        units, establishments = write_files(Path(folder), rows, day=DAY)
        import_stock(
            units=units, establishments=establishments, territory="mel", by=System("bench")
        )
    return sorted(set(LegalUnit.objects.exclude(name="").values_list("name", flat=True)))


def _begun(name: str, _chance: random.Random) -> str:
    """The first word, and the beginning of the last one."""
    first, _, last = name.rpartition(" ")
    return f"{first} {last[: max(3, len(last) - 2)]}".strip()


def _slipped(name: str, chance: random.Random) -> str:
    """Two neighbours swapped in the longest word."""
    word = max(name.split(), key=len)
    at = chance.randrange(1, max(2, len(word) - 2))
    return name.replace(word, word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], 1)


def _one_way(report: measure.Report, way: str, questions: Sequence[tuple[str, str]]) -> None:
    from maillage.accounts.actors import ANONYMOUS
    from maillage.register import search

    spent, found = [], 0
    for name, typed in questions:
        start = time.perf_counter()
        hits = search(typed, actor=ANONYMOUS, limit=10)
        spent.append(time.perf_counter() - start)
        found += any(name in {hit.name, hit.establishment.legal_unit.name} for hit in hits)
    slow = sorted(spent)[int(len(spent) * 0.95)]
    report.say(
        f"search, {way}: p95 {1000 * slow:.1f} ms, {found / len(questions):.1%} in the ten first"
    )
    if found < FOUND * len(questions):
        report.failed.append(f"search, {way}")
