"""An import told on a terminal: counts and refused lines as text or JSON, progress aside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from maillage.accounts.actors import System
from maillage.kernel.errors import Refusal
from maillage.places import UnknownTerritory
from maillage.register.importers.files import Given, MissingFiles
from maillage.register.importers.outcome import FOLLOWED, KINDS, TURNS, Outcome
from maillage.register.rejects import CannotTake

DONE, REFUSED, USAGE = 0, 1, 2


class Writer(Protocol):
    """Where a command writes."""

    def write(self, msg: str = "", /) -> Any:
        """Write one text."""


def tell_import(request: Mapping[str, Any], *, as_json: bool, out: Writer, err: Writer) -> int:
    """Run an import and say what it did; the exit code of the command."""

    def progress(phase: str, line: int) -> None:
        err.write(f"{phase}: {line}")

    try:
        outcome = Given(**request, by=System("import_sirene"), progress=progress).read()
        code = DONE
    except Refusal as refusal:
        outcome, code = refused(refusal)
        err.write(str(refusal))
    if as_json:
        out.write(json.dumps(outcome.as_json(), ensure_ascii=False))
    elif code == DONE:
        _tell(outcome, out)
    return code


def refused(refusal: Refusal) -> tuple[Outcome, int]:
    """The answer of an import that did not take place, and its exit code."""
    outcome = Outcome("refused", notes=[str(refusal)])
    if isinstance(refusal, CannotTake):
        outcome.rejects.append(refusal.remark)
    usage = isinstance(refusal, CannotTake | UnknownTerritory | MissingFiles)
    return outcome, USAGE if usage else REFUSED


def _tell(outcome: Outcome, out: Writer) -> None:
    out.write(f"{outcome.status} ({outcome.territory}, {outcome.vintage or '?'})")
    for kind in KINDS:
        out.write(f"  {kind}: {outcome.counts[kind]}")
    for kind in TURNS:
        out.write(f"    {kind}: {outcome.counts[kind]}")
    for field, count in outcome.fields().items():
        out.write(f"    {field}: {count}")
    _tell_lines(outcome, out)
    for role, one in outcome.followed.items():
        out.write(f"{role}: {one.status} ({one.vintage or '?'})")
        for kind in FOLLOWED[role]:
            out.write(f"  {kind}: {one.counts[kind]}")
        _tell_lines(one, out)


def _tell_lines(outcome: Outcome, out: Writer) -> None:
    for note in outcome.notes:
        out.write(note)
    for remark in (*outcome.rejects, *outcome.warnings):
        out.write(f"{remark.file}:{remark.line} {remark.column}: {remark.reason}")
