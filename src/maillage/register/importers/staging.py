"""`apply`, first half: chunks of lines compared with the register and staged where nobody sees them.

One class a file. Each chunk is one short transaction that also saves how far the reading went, so that
a process killed at any moment is taken up at the line after its last whole chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db import transaction

from maillage.intake.listing import Lists
from maillage.register import bulk
from maillage.register.importers import registered, spool
from maillage.register.importers.cells import BadCell, check_shape
from maillage.register.importers.diffing import differences
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.parsing import UnitFacts, read_unit, unit_picker
from maillage.register.importers.sieve import Bits, Sieve
from maillage.register.importers.stock import Lines, StockFile
from maillage.register.importers.survey import Ground, Survey
from maillage.register.models import LegalUnit, Load, PendingChange, Reject
from maillage.register.rejects import Remark

_UNIT = ("id", "key", *UnitFacts._fields, "provisional")

S = TypeVar("S")
T = TypeVar("T")


@dataclass
class Run:
    """What the steps of one import share. `load` is None in a dry run: nothing is written then."""

    ground: Ground
    survey: Survey
    outcome: Outcome
    seen_on: str
    load: Load | None
    progress: Callable[[str, int], None]
    changed_units: Bits = field(default_factory=Bits)
    # Legal units whose new segments or diffusion their places must already follow.
    turned_units: dict[int, tuple[int, bool]] = field(default_factory=dict)
    seen_places: Bits = field(default_factory=Bits)
    met_once: set[str] = field(default_factory=set)
    learnt: set[str] = field(default_factory=set)
    lists: Lists | None = None  # of a preview

    def turn(self, unit_id: int, before: UnitFacts, after: UnitFacts) -> None:
        """Remember what a changed legal unit means for its places."""
        self.changed_units.add(unit_id)
        if (before.segments, before.diffusion) != (after.segments, after.diffusion):
            self.turned_units[unit_id] = (after.segments, after.diffusion == "O")

    def recall_turn(self, unit_id: int, fields: dict[str, Any]) -> None:
        """Remember it from what a killed process had staged."""
        unit = LegalUnit.objects.get(pk=unit_id)
        diffusion = fields.get("diffusion", unit.diffusion)
        self.turned_units[unit_id] = (fields.get("segments", unit.segments), diffusion == "O")


class Course(Protocol):
    """What any step needs of the import it belongs to."""

    load: Load | None
    outcome: Outcome

    @property
    def progress(self) -> Callable[[str, int], None]:
        """Whom to tell how far it went."""


class Step(Generic[S, T]):
    """Reads one source chunk by chunk; `phase` is its name in the load's progress."""

    phase = ""
    run: Course

    def __init__(self, run: Course, file: str) -> None:
        self.run = run
        self.file = file
        self.done = int((run.load.progress if run.load else {}).get(self.phase, 0))
        self.remarks: list[Remark] = []

    def stage(self, source: S) -> None:
        """Read the source to its end and stage what it brings."""
        for number, chunk in self._chunks(source):
            if number <= self.done:
                self.skip(chunk)
                continue
            with transaction.atomic() if self.run.load else nullcontext():
                self.write(chunk)
                self._save(number)
            self.run.progress(self.phase, number)

    def _chunks(self, source: S) -> Iterator[tuple[int, list[tuple[int, T]]]]:
        """Parsed lines by groups; cut at the same lines each time the file is read."""
        raise NotImplementedError

    def skip(self, chunk: list[tuple[int, T]]) -> None:
        """Pass over a chunk that an earlier process staged."""

    def write(self, chunk: list[tuple[int, T]]) -> None:
        """Compare a chunk with the register and stage what it brings."""
        raise NotImplementedError

    def refuse(self, line: int, column: str, code: str, value: str) -> None:
        """Keep why a line is not taken."""
        self._keep(Remark(self.file, line, column, code, value[:60]))

    def doubt(self, line: int, doubts: Sequence[tuple[str, str, str]]) -> None:
        """Keep the doubts on a line that is taken."""
        for column, code, value in doubts:
            self._keep(Remark(self.file, line, column, code, value[:60], is_warning=True))

    def _keep(self, remark: Remark) -> None:
        if remark.line > self.done:
            self.remarks.append(remark)

    def _save(self, number: int) -> None:
        outcome, load = self.run.outcome, self.run.load
        self.remarks.sort(key=lambda remark: remark.line)
        for remark in self.remarks:
            outcome.remark(remark)
        if load:
            Reject.objects.bulk_create([Reject(load=load, **r._asdict()) for r in self.remarks])
            load.progress[self.phase] = number
            load.counts = dict(outcome.counts)
            load.save(update_fields=["progress", "counts"])
        self.remarks.clear()


class UnitStep(Step[Lines, UnitFacts]):
    """Legal units of the territory: new ones are written unseen, changed ones wait for activation."""

    phase = "units"
    run: Run

    def __init__(self, run: Run, source: StockFile) -> None:
        super().__init__(run, source.name)
        self.source = source

    def _chunks(self, source: Lines) -> Iterator[tuple[int, list[tuple[int, UnitFacts]]]]:
        chunk: list[tuple[int, UnitFacts]] = []
        aside: list[tuple[int, UnitFacts]] = []
        met, highest = Sieve(), ""
        for number, facts in self._lines(source):
            # INSEE's file ascends: only a line that does not may repeat a SIREN already read.
            if not met.add(facts.siren) and facts.siren <= highest:
                aside.append((number, facts))
                continue
            highest = max(highest, facts.siren)
            chunk.append((number, facts))
            if len(chunk) >= spool.CHUNK:
                yield number, chunk
                chunk = []
        yield source.number, chunk + self._met_first(aside)

    def _lines(self, lines: Lines) -> Iterator[tuple[int, UnitFacts]]:
        """The lines that tell of a legal unit of the territory; what is wrong in the others is kept."""
        pick, width = unit_picker(lines.header), len(lines.header)
        at_siren, sirens = lines.header.index("siren"), self.run.survey.sirens
        forgotten = self.run.ground.forgotten
        for line in lines:
            try:
                if len(line) != width or lines.has_nul:
                    check_shape(line, width)
                if line[at_siren].isdecimal() and line[at_siren] not in sirens:
                    continue
                if forgotten and line[at_siren] in forgotten:
                    continue
                facts, doubts = read_unit(pick(line))
            except BadCell as fault:
                self.refuse(lines.number, fault.column, fault.code, fault.value)
                continue
            if doubts:
                self.doubt(lines.number, doubts)
            yield lines.number, facts

    def _met_first(self, aside: list[tuple[int, UnitFacts]]) -> list[tuple[int, UnitFacts]]:
        """Of lines that seem to repeat a SIREN, those that do not; the others are refused.

        The sieve may be wrong: the file is read once more, for these few SIRENs.
        """
        if not aside:
            return []
        first = self._first_lines({facts.siren for _line, facts in aside})
        refused = [one for one in aside if first[one[1].siren] != one[0]]
        self.remarks += [
            Remark(self.file, line, "siren", "duplicate", facts.siren) for line, facts in refused
        ]
        return [one for one in aside if first[one[1].siren] == one[0]]

    def _first_lines(self, sirens: set[str]) -> dict[str, int]:
        first: dict[str, int] = {}
        with self.source.open() as lines:
            at_siren = lines.header.index("siren")
            for line in lines:
                siren = line[at_siren].strip() if len(line) > at_siren else ""
                if siren in sirens:
                    first.setdefault(siren, lines.number)
        return first

    def write(self, chunk: list[tuple[int, UnitFacts]]) -> None:
        """New legal units are inserted, changed ones pended."""
        known = registered.units(facts.siren for _line, facts in chunk)
        fresh: dict[str, UnitFacts] = {}
        pending: list[PendingChange] = []
        for _line, facts in chunk:
            found = known.get(facts.siren)
            if found is None:
                fresh.setdefault(facts.siren, facts)
            elif found.facts != facts:
                self.run.turn(found.unit_id, found.facts, facts)
                pending.append(_pending_unit(self.run.load, found.unit_id, found.facts, facts))
        self.run.outcome.counts["units"] += len(chunk)
        if self.run.load:
            PendingChange.objects.bulk_create(pending)
            insert_units(list(fresh.values()))
        elif self.run.lists:
            self.run.lists.set_aside(
                {f.siren: (f.diffusion, f.segments, f.name) for f in fresh.values()}
            )


def _pending_unit(
    load: Load | None, unit_id: int, before: UnitFacts, after: UnitFacts
) -> PendingChange:
    return PendingChange(
        load=load,
        target="u",
        target_id=unit_id,
        fields=differences(before, after),
        withdraws=before.diffusion == "O" != after.diffusion,
    )


def insert_units(units: list[UnitFacts]) -> dict[str, int]:
    """Write legal units met for the first time; their row by SIREN."""
    ids = bulk.next_ids("register_legalunit", len(units))
    keys = bulk.fresh_keys(len(units))
    rows = [(i, k, *facts, False) for i, k, facts in zip(ids, keys, units, strict=True)]
    bulk.insert("register_legalunit", _UNIT, rows)
    return {facts.siren: i for i, facts in zip(ids, units, strict=True)}
