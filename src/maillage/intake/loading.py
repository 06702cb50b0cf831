"""What a worker does for a load: read and preview it, apply it chunk by chunk, take it back.

Each chunk is one short transaction that also saves how far the reading went: a process killed at any
moment is taken up at the row after its last whole chunk, and ends where an uninterrupted one does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.intake import storage
from maillage.intake.declared import importer_of
from maillage.intake.exclusive import Busy, exclusive
from maillage.intake.models import Load, Reject
from maillage.intake.reading.parent import events
from maillage.intake.tables import CannotTake, Remark, Understanding, understand
from maillage.kernel import clock
from maillage.kernel.errors import Refusal
from maillage.kernel.rows import BadCell, Importer, Row, Run

KEPT = 10_000  # refused rows kept to be corrected; every one is counted
SHOWN = 5  # rows of each kind shown in a preview

Told = Row | Remark


def run_of(load: Load) -> Run:
    """What an importer's functions are told of a load."""
    organisation = Organisation.objects.filter(pk=load.organisation or 0).first()
    by = System(f"load {load.pk}", organisation=organisation)
    return Run(load.pk, load.given, by, load.loaded_by)


@dataclass
class Reading:
    """One reading of a load's file, cut at the same rows each time."""

    load: Load
    importer: Importer
    run: Run
    counts: Counter[str] = field(default_factory=Counter)
    kept: int = 0

    @classmethod
    def of(cls, load: Load) -> Reading:
        """Ready to read a load's file."""
        return cls(load, importer_of(load.source), run_of(load))

    def understanding(self) -> Understanding:
        """A fresh look at the file."""
        return Understanding(str(self.load.files[0]["name"]), self.importer, self.load.given)

    def chunks(self, understanding: Understanding) -> Iterator[tuple[int, list[Told]]]:
        """The rows by groups, each with the number of rows read up to its end.

        Raises:
            CannotTake: the file is refused whole.
        """
        name = str(self.load.files[0]["name"])
        told = understanding.rows(events(storage.path_of(self.load, "file"), name))
        until = 0
        while chunk := list(islice(told, self.importer.chunk)):
            until += len(chunk)
            yield until, chunk

    def sorted_out(
        self, understanding: Understanding, chunk: Sequence[Told]
    ) -> tuple[list[tuple[Row, str]], list[Remark]]:
        """The rows of a chunk with what each would do, and those refused; all are counted."""
        rows = [one for one in chunk if isinstance(one, Row)]
        refused = [one for one in chunk if isinstance(one, Remark)]
        accepted: list[tuple[Row, str]] = []
        for row, kind in zip(rows, self.importer.diff(rows, self.run), strict=True):
            if isinstance(kind, BadCell):
                refused.append(understanding.remark(row.table, row.line, kind, row.texts))
            else:
                accepted.append((row, kind))
        self.counts["read"] += len(chunk)
        self.counts["rejected"] += len(refused)
        self.counts.update(kind for _row, kind in accepted)
        return accepted, refused

    def keep(self, refused: Iterable[Remark]) -> None:
        """Keep refused rows, as many as a person can look at."""
        room = list(refused)[: max(KEPT - self.kept, 0)]
        self.kept += len(room)
        Reject.objects.bulk_create([Reject(load=self.load, **one._asdict()) for one in room])


def preview(load: Load) -> None:
    """Read a file just received: counts, refused rows, examples; or its refusal."""
    reading = Reading.of(load)
    load.rejects.all().delete()
    try:
        whole = reading.importer.whole is not None
        found = _whole(reading, "preview") if whole else _rows_preview(reading)
    except Busy:
        raise
    except Refusal as refusal:
        fail(load, refusal)
        return
    load.found = found
    load.counts = dict(reading.counts)
    load.state = Load.State.PREVIEWED
    load.save(update_fields=["found", "counts", "state"])


def _rows_preview(reading: Reading) -> dict[str, Any]:
    understanding = reading.understanding()
    examples: dict[str, list[dict[str, str]]] = {}
    for _until, chunk in reading.chunks(understanding):
        accepted, refused = reading.sorted_out(understanding, chunk)
        for row, kind in accepted:
            shown = examples.setdefault(kind, [])
            if len(shown) < SHOWN and reading.importer.keeps_rows:
                shown.append({name: text[:80] for name, text in row.texts.items()})
        reading.keep(refused)
        beat(reading.load, reading.counts["read"])
    return {"said": understanding.said, "notes": understanding.notes, "examples": examples}


def _whole(reading: Reading, step: str) -> dict[str, Any]:
    load = reading.load
    files = {
        file["role"]: (file["name"], storage.path_of(load, file["role"])) for file in load.files
    }
    told = dict(getattr(reading.importer.whole, step)(files, reading.run))
    reading.counts.update(told.pop("counts"))
    Reject.objects.bulk_create([Reject(load=load, **one) for one in told.pop("remarks", ())])
    return told


def beat(load: Load, rows: int) -> None:
    """Say that somebody is at work, and how far."""
    load.progress = load.progress | {"rows": rows, "heard": clock.real_now().isoformat()}
    load.save(update_fields=["progress"])


def fail(load: Load, refusal: Refusal) -> None:
    """Give a load up before anything of it was seen."""
    _give_up(load, refusal)
    storage.drop(load)


def let_go(load: Load) -> None:
    """Abandon a load that waits, in the caller's transaction: its files go when that is committed."""
    _give_up(load, given_up(load))
    transaction.on_commit(lambda: storage.drop(load))


def given_up(load: Load) -> CannotTake:
    """Why a load that was abandoned took nothing."""
    return CannotTake(Remark(", ".join(load.file_names), "", 0, "", "abandoned"))


def _give_up(load: Load, refusal: Refusal) -> None:
    if isinstance(refusal, CannotTake):
        told: dict[str, Any] = refusal.place()
    else:
        told = {"said": str(refusal)}
    importer = importer_of(load.source)
    with transaction.atomic():
        importer.discard(run_of(load))
        load.refusal = told
        load.state = Load.State.FAILED
        load.save(update_fields=["refusal", "state"])


def apply(load: Load) -> None:
    """Apply a load that somebody confirmed, from wherever an earlier process was cut.

    Raises:
        Busy: another import is under way.
    """
    reading = Reading.of(load)
    try:
        if reading.importer.whole:
            _apply_whole(reading)
            return
        with exclusive():
            if not storage.is_unchanged(load):
                raise reading.understanding().refuse("file_changed")
            _apply_rows(reading)
    except Busy:
        raise
    except Refusal as refusal:
        fail(load, refusal)


def _apply_whole(reading: Reading) -> None:
    load = reading.load
    found = _whole(reading, "apply")
    load.refresh_from_db()
    load.found = load.found | found
    if load.state == Load.State.APPLYING:  # the same files are applied already
        load.state = Load.State.FAILED
    load.save(update_fields=["found", "state"])
    storage.drop(load)


def _apply_rows(reading: Reading) -> None:
    load, understanding = reading.load, reading.understanding()
    done = int(load.progress.get("applied", 0))
    reading.counts = Counter(load.progress.get("counts", {}))
    reading.kept = load.rejects.count()
    known = set(load.rejects.values_list("table", "line"))
    for until, chunk in reading.chunks(understanding):
        if until <= done:
            continue
        with transaction.atomic():
            accepted, refused = reading.sorted_out(understanding, chunk)
            reading.importer.apply([row for row, _kind in accepted], reading.run)
            reading.keep(one for one in refused if (one.table, one.line) not in known)
            load.progress = load.progress | {"applied": until, "counts": dict(reading.counts)}
            beat(load, until)
    _activate(reading)


def _activate(reading: Reading) -> None:
    """One small transaction: what was set right on screen, then everything becomes known."""
    load = reading.load
    with transaction.atomic():
        for reject in load.rejects.corrected():
            _apply_corrected(reading, reject)
        reading.importer.activate(reading.run)
        now = clock.now()
        load.counts = dict(reading.counts)
        load.state = Load.State.ACTIVE
        load.activated_at = load.settled_at = now
        load.save(update_fields=["counts", "state", "activated_at", "settled_at"])
    storage.drop(load)


def _apply_corrected(reading: Reading, reject: Reject) -> None:
    columns = reading.importer.columns_for(reading.load.given)
    row = Row(reject.table, reject.line, understand(reject.row, columns), reject.row)
    kind = reading.importer.diff([row], reading.run)[0]
    if isinstance(kind, BadCell):  # right when it was corrected, not any more
        reject.corrected_at = None
        reject.code, reject.column, reject.value = kind.code, kind.column, kind.value[:60]
        reject.save(update_fields=["corrected_at", "code", "column", "value"])
        return
    reading.importer.apply([row], reading.run)
    reading.counts["rejected"] -= 1
    reading.counts[kind] += 1


def undo(load: Load) -> None:
    """Take back what a load brought, step by step where its importer needs steps, from wherever one was cut.

    Each step is one transaction that also saves how far it went.
    """
    importer, run = importer_of(load.source), run_of(load)
    while load.state == Load.State.UNDOING:
        with transaction.atomic():
            back = importer.undo(run)
            if not back:
                load.state = Load.State.UNDONE
                load.save(update_fields=["state"])
            done = int(load.progress.get("undone", 0)) + back
            load.progress = load.progress | {"undone": done}
            beat(load, done)
