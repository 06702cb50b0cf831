"""StockEtablissementLiensSuccession into the register: whose activity goes on where, since when.

A link is kept when one of its two establishments is in the territory; the other may be anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from maillage.register import bulk
from maillage.register.importers import cells, lives_known
from maillage.register.importers.cells import BadCell, check_shape
from maillage.register.importers.following import Following, FollowUp
from maillage.register.importers.lives import Lived
from maillage.register.importers.parsing import picker
from maillage.register.importers.spool import CHUNK
from maillage.register.importers.staging import Step
from maillage.register.importers.stock import Lines, Role, StockFile
from maillage.register.models import Source

COLUMNS = (
    "siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession",
    "transfertSiege", "continuiteEconomique",
)  # fmt: skip
_TABLE = "register_successionlink"
_ROW = (
    "load_id", "predecessor_id", "successor_id", "outside_siret", "linked_on", "seat_transfer",
    "continuity",
)  # fmt: skip
_KNOWN = f"""
SELECT k.predecessor_id, k.successor_id, k.outside_siret, CAST(k.linked_on AS text),
       k.seat_transfer, k.continuity
FROM {_TABLE} k JOIN intake_load l ON l.id = k.load_id
WHERE (l.state = 'active' OR l.id = %s) AND (k.predecessor_id {{0}} OR k.successor_id {{0}})
ORDER BY k.id"""  # noqa: S608 -- names of our own columns


class LinkFacts(NamedTuple):
    """What a line tells."""

    predecessor: str
    successor: str
    on: str
    seat_transfer: bool
    continuity: bool


Pair = tuple[int | None, int | None, str, str]
"""Who, by whom (a place of the register, or a SIRET outside), and the day."""


def link_picker(header: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """The cells that `read_link` expects."""
    return picker(header, COLUMNS)


def read_link(picked: Sequence[str]) -> LinkFacts:
    """The link of a line.

    Raises:
        BadCell: the line cannot be taken.
    """
    before, after, on, seat, goes_on = picked
    predecessor = cells.identifier(before, 14, COLUMNS[0])
    successor = cells.identifier(after, 14, COLUMNS[1])
    if predecessor == successor:
        raise BadCell(COLUMNS[1], "succeeds_itself", after)
    try:
        day = cells.day(on)
    except ValueError as problem:
        raise BadCell(COLUMNS[2], "date", on) from problem
    if not day:
        raise BadCell(COLUMNS[2], "date", on)
    return LinkFacts(predecessor, successor, day, _flag(seat, 3), _flag(goes_on, 4))


def _flag(text: str, rank: int) -> bool:
    if text.lower() not in {"true", "false"}:
        raise BadCell(COLUMNS[rank], "flag", text)
    return text.lower() == "true"


class SuccessionStep(Step[Lines, LinkFacts]):
    """Links compared with those known; the new ones are staged unseen."""

    phase = "links"
    run: Following

    def __init__(self, run: Following, file: StockFile) -> None:
        super().__init__(run, file.name)
        self.read = self.outside = 0

    def _chunks(self, source: Lines) -> Iterator[tuple[int, list[tuple[int, LinkFacts]]]]:
        chunk: list[tuple[int, LinkFacts]] = []
        for number, facts in self._lines(source):
            chunk.append((number, facts))
            if len(chunk) >= CHUNK:
                yield number, chunk
                chunk = []
        yield source.number, chunk
        counts = self.run.outcome.counts
        counts["read"], counts["outside"] = self.read, self.outside + counts["sieved"]

    def _lines(self, lines: Lines) -> Iterator[tuple[int, LinkFacts]]:
        """The lines that touch the territory; what is wrong in the others is nobody's concern here."""
        pick, width, known = link_picker(lines.header), len(lines.header), self.run.known
        before, after = (lines.header.index(name) for name in COLUMNS[:2])
        for line in lines:
            self.read += 1
            try:
                if len(line) != width or lines.has_nul:
                    check_shape(line, width)
                both = line[before], line[after]
                if all(one.isdecimal() and one not in known for one in both):
                    self.outside += 1
                    continue
                facts = read_link(pick(line))
            except BadCell as fault:
                self.refuse(lines.number, fault.column, fault.code, fault.value)
                continue
            yield lines.number, facts

    def write(self, chunk: list[tuple[int, LinkFacts]]) -> None:
        """Stage the links that nobody told yet, or told otherwise."""
        told = [facts for _line, facts in chunk]
        places = lives_known.lived({siret for one in told for siret in one[:2]})
        codes = set(self.run.ground.perimeter.all_codes)
        load, counts = (self.run.load.pk if self.run.load else 0), self.run.outcome.counts
        known = _known([one.place_id for one in places.values()], load)
        rows: list[tuple[Any, ...]] = []
        for facts in told:
            ends = places.get(facts.predecessor), places.get(facts.successor)
            if not any(end and end.commune in codes for end in ends):
                counts["sieved"] += 1
                continue
            pair, flags = _pair(facts, *ends), facts[3:]
            if known.get(pair) == flags:
                counts["unchanged"] += 1
                continue
            known[pair] = flags
            counts["told"] += 1
            rows.append((load, *pair, *flags))
        if self.run.load:
            bulk.insert(_TABLE, _ROW, rows)


def _pair(facts: LinkFacts, before: Lived | None, after: Lived | None) -> Pair:
    outside = facts.predecessor if before is None else facts.successor if after is None else ""
    return before and before.place_id, after and after.place_id, outside, facts.on


def _known(place_ids: Sequence[int], load: int) -> dict[Pair, tuple[bool, bool]]:
    """The links that touch these places, as last told; those that this load staged are among them."""
    condition, param = bulk.any_of(place_ids)
    rows = bulk.fetch(_KNOWN.format(condition), [load, param, param])
    return {(row[0], row[1], row[2], row[3]): (bool(row[4]), bool(row[5])) for row in rows}


class SuccessionImport(FollowUp):
    """One request to read links of succession."""

    source: ClassVar[str] = Source.LINKS
    role: ClassVar[Role] = "links"
    tables: ClassVar[tuple[str, ...]] = (_TABLE,)

    def step(self, run: Following) -> SuccessionStep:
        """What reads the file."""
        return SuccessionStep(run, self.file)
