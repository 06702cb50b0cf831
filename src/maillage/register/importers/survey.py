"""First look at both files: fingerprints, and which legal units have a place in the territory.

INSEE's files are national; only this much is remembered of them, in memory that does not grow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TypeAlias

from maillage import places
from maillage.places import Perimeter
from maillage.register.erasing import Forgotten
from maillage.register.importers import cells, registered
from maillage.register.importers.cells import BadCell
from maillage.register.importers.parsing import COMMUNE, PLACE_COLUMNS, place_picker
from maillage.register.importers.sieve import Sieve
from maillage.register.importers.spool import CHUNK, Spool
from maillage.register.importers.stock import Lines, StockFile

Progress = Callable[[str, int], None]
_TICK = 50_000
_FAR_EAST, _FAR_NORTH = 1.5, 1.0  # degrees
_VAST = "973"  # communes of Guyane are that wide themselves; their projection has its own frame
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
    def forgotten(self) -> Forgotten:
        """Firms that were erased: what the file tells of them is passed over."""
        return Forgotten()

    @cached_property
    def centres(self) -> Mapping[str, tuple[float, float]]:
        """A point inside each commune of the territory whose outline is loaded."""
        return places.centres(self.codes)

    def is_far(self, commune: str, lon: float | None, lat: float | None) -> bool:
        """Whether a position lies out of the commune's department by far (some hundred kilometres)."""
        centre = self.centres.get(commune)
        if centre is None or lon is None or lat is None or commune.startswith(_VAST):
            return False
        return abs(lon - centre[0]) > _FAR_EAST or abs(lat - centre[1]) > _FAR_NORTH

    @cached_property
    def codes(self) -> frozenset[str]:
        """The communes of the territory."""
        return frozenset(self.perimeter.communes)


@dataclass
class Survey:
    """What the first look found; `twice` holds every SIRET that the file may tell of more than once."""

    spool: Spool
    digest: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    sirens: Sieve = field(default_factory=Sieve)
    known: Sieve = field(default_factory=lambda: Sieve(bits=24))
    twice: set[str] = field(default_factory=set)
    read: int = 0
    outside: int = 0
    erased: int = 0
    in_order: bool = True
    last: str = ""

    def meet(self, siret: str) -> None:
        """Remember the legal unit of a place of the territory, and whether SIRETs ascend."""
        self.in_order = self.in_order and siret > self.last
        if siret[:9] != self.last[:9]:
            self.sirens.add(siret[:9])
        self.last = siret


def survey(
    units: StockFile,
    establishments: StockFile,
    ground: Ground,
    spool: Spool,
    progress: Progress,
    *,
    changes: bool = False,
) -> Survey:
    """Read both files once without writing anything; the territory's lines are set aside in `spool`.

    Of `changes` alone, the register is asked for the few firms that the files name, rather than told in full.

    Raises:
        CannotTake: one of them cannot be taken at all.
    """
    found = Survey(spool)
    prints = found.fingerprints
    if changes:
        told = _ask(found.sirens, units, "siren", registered.sirens_among, ground)
        told += _ask(found.known, establishments, "siret", registered.sirets_among, ground)
        if not told:
            raise establishments.refuse("empty")
    else:
        with units.open() as lines:
            if next(iter(lines), None) is None:
                raise units.refuse("empty")
        _know(found.known, ground)
    prints["establishments"] = _look(establishments, ground, found, progress)
    if not (found.read or changes):
        raise establishments.refuse("empty")
    prints["units"] = fingerprint(units)
    whole = "|".join([prints["units"], prints["establishments"], ground.perimeter.key])
    kind = "|changes" if changes else ""
    found.digest = hashlib.sha256(f"{whole}|{ground.on}{kind}".encode()).hexdigest()
    return found


def _ask(
    known: Sieve, file: StockFile, column: str, among: registered.Among, ground: Ground
) -> int:
    """Gather, of the firms that a file names, those of the territory that are registered; how many lines it has."""
    communes, read = ground.perimeter.all_codes, 0
    with file.open() as lines:
        at = lines.header.index(column)
        named = (line[at].strip() for line in lines if len(line) > at)
        while page := list(islice(named, CHUNK)):
            read += len(page)
            for identifier in among({one for one in page if one.isdecimal()}, communes):
                known.add(identifier)
    return read


def _know(known: Sieve, ground: Ground) -> None:
    """Gather the SIRETs that the register places in the territory: one that left it is noticed."""
    after, communes = 0, ground.perimeter.all_codes
    while page := registered.sirets_of(communes, after=after, limit=_PAGE):
        for _number, siret in page:
            known.add(siret)
        after = page[-1][0]


def _look(file: StockFile, ground: Ground, found: Survey, progress: Progress) -> str:
    """Set the territory's lines aside; gather their legal units, and the SIRETs met twice."""
    with file.open() as lines:
        _sift(lines, ground, found, progress)
        digest = lines.digest
    if not found.in_order:  # INSEE's files are: no SIRET stands twice there
        found.twice |= _met_twice(found.spool)
    return digest


def _sift(lines: Lines, ground: Ground, found: Survey, progress: Progress) -> None:
    pick, width, spool = place_picker(lines.header), len(lines.header), found.spool
    towns, known, at_town = ground.towns, found.known, PLACE_COLUMNS.index(COMMUNE)
    forgotten = ground.forgotten
    read = outside = 0
    for read, line in enumerate(lines, 1):
        if read % _TICK == 0:
            progress("survey", read)
        try:
            if len(line) != width or lines.has_nul:
                cells.check_shape(line, width)
            picked = pick(line)
            commune, is_inside = towns[picked[at_town]]
        except BadCell as fault:
            spool.refuse(lines.number, fault)
            continue
        siret = picked[1].strip()
        is_number = siret.isdecimal()
        if not (is_inside or (is_number and siret in known)):
            outside += 1
            continue
        if forgotten and siret[:9] in forgotten:
            found.erased += 1
            continue
        if is_number:
            found.meet(siret)
        spool.keep(lines.number, picked, commune)
    spool.flush(lines.number)
    found.read, found.outside = read, outside


def _met_twice(spool: Spool) -> set[str]:
    met: Sieve = Sieve()
    sirets = (cells[1].strip() for block in spool.blocks() for _line, cells, _town in block.lines)
    return {siret for siret in sirets if siret.isdecimal() and not met.add(siret)}


def fingerprint(file: StockFile) -> str:
    """The SHA-256 of a file's content, whether zipped or not.

    Raises:
        CannotTake: the file cannot be read to its end.
    """
    with file.open() as lines:
        return lines.exhaust()
