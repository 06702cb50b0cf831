"""First look at both files: fingerprints, and which legal units have a place in the territory.

INSEE's files are national; only this much is remembered of them, in memory that does not grow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeAlias

from maillage import places
from maillage.places import Perimeter
from maillage.register.importers import cells, registered
from maillage.register.importers.cells import BadCell
from maillage.register.importers.sieve import Sieve
from maillage.register.importers.stock import Lines, StockFile

Progress = Callable[[str, int], None]
_TICK = 50_000
_PAGE = 20_000

Town: TypeAlias = tuple[str, bool]


class _Towns(dict[str, Town]):
    """Commune cells already understood: millions of lines hold a few thousand of them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __missing__(self, raw: str) -> Town:
        code = cells.commune(raw)
        present = places.follow(code, self.ground.on).code if code else ""
        found = self[raw] = (present, present in self.ground.codes)
        return found


class _Inside(dict[str, bool]):
    """Whether a commune cell lies in the territory; what is no code does not."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __missing__(self, raw: str) -> bool:
        try:
            found = self[raw] = self.ground.towns[raw][1]
        except BadCell:
            return False
        return found


@dataclass
class Ground:
    """The territory of an import: its communes at the file's date, old codes followed to them."""

    perimeter: Perimeter
    on: date

    @cached_property
    def towns(self) -> Mapping[str, Town]:
        """By commune cell, its present code and whether it lies in the territory; BadCell if no code."""
        return _Towns(self)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The communes of the territory."""
        return frozenset(self.perimeter.communes)


@dataclass
class Survey:
    """What the first look found; `twice` holds every SIRET that the file may tell of more than once."""

    digest: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    sirens: Sieve = field(default_factory=Sieve)
    known: Sieve = field(default_factory=lambda: Sieve(bits=24))
    twice: set[str] = field(default_factory=set)


def survey(
    units: StockFile, establishments: StockFile, ground: Ground, progress: Progress
) -> Survey:
    """Read both files once without writing anything.

    Raises:
        CannotTake: one of them cannot be taken at all.
    """
    with units.open() as lines:
        if next(iter(lines), None) is None:
            raise units.refuse("empty")
    found = Survey()
    _know(found.known, ground)
    prints = found.fingerprints
    prints["establishments"] = _look(establishments, ground, found, progress)
    prints["units"] = fingerprint(units)
    whole = "|".join([prints["units"], prints["establishments"], ground.perimeter.key])
    found.digest = hashlib.sha256(f"{whole}|{ground.on}".encode()).hexdigest()
    return found


def _know(known: Sieve, ground: Ground) -> None:
    """Gather the SIRETs that the register places in the territory: one that left it is noticed."""
    after, communes = 0, ground.perimeter.all_codes
    while page := registered.sirets_of(communes, after=after, limit=_PAGE):
        for _number, siret in page:
            known.add(siret)
        after = page[-1][0]


def _look(file: StockFile, ground: Ground, found: Survey, progress: Progress) -> str:
    """Gather the legal units of the places of the territory, and the SIRETs met twice."""
    siren = last = ""
    in_order, count = True, 0
    with file.open() as lines:
        for count, siret in _places_of(lines, ground, found.known):
            if count % _TICK == 0:
                progress("survey", count)
            if not siret:
                continue
            in_order = in_order and siret > last
            last = siret
            if siret[:9] != siren:
                siren = siret[:9]
                found.sirens.add(siren)
        if not count:
            raise file.refuse("empty")
        digest = lines.digest
    if not in_order:  # INSEE's files are: no SIRET stands twice there
        found.twice |= _met_twice(file, ground, found.known)
    return digest


def _places_of(lines: Lines, ground: Ground, known: Sieve) -> Iterator[tuple[int, str]]:
    """Each line's rank with its SIRET, blank when it tells nothing of the territory."""
    at_siret = lines.header.index("siret")
    at_commune = lines.header.index("codeCommuneEtablissement")
    width, inside = len(lines.header), _Inside(ground)
    for count, line in enumerate(lines, 1):
        siret = line[at_siret].strip() if len(line) == width else ""
        is_ours = siret.isdecimal() and (inside[line[at_commune]] or siret in known)
        yield count, siret if is_ours else ""


def _met_twice(file: StockFile, ground: Ground, known: Sieve) -> set[str]:
    met: Sieve = Sieve()
    with file.open() as lines:
        return {
            siret
            for _rank, siret in _places_of(lines, ground, known)
            if siret and not met.add(siret)
        }


def fingerprint(file: StockFile) -> str:
    """The SHA-256 of a file's content, whether zipped or not.

    Raises:
        CannotTake: the file cannot be read to its end.
    """
    with file.open() as lines:
        return lines.exhaust()
