"""Loads told on a terminal: one file read, previewed and applied at once, or the journal as it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.intake import loading, storage
from maillage.intake.actions import checked, refusal_of
from maillage.intake.declared import importer_of
from maillage.intake.exclusive import Busy
from maillage.intake.models import Load
from maillage.intake.permissions import can_load, require
from maillage.intake.reasons import reason
from maillage.intake.tables import CannotTake, Remark
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, Refusal
from maillage.kernel.rows import Importer

DONE, REFUSED, USAGE = 0, 1, 2
SHOWN = 1_000  # refused rows printed; every one is counted


class Writer(Protocol):
    """Where a command writes."""

    def write(self, msg: str = "", /) -> Any:
        """Write one text."""


def load_file(
    source: str, path: Path, given: Mapping[str, str], *, by: Actor, dry_run: bool = False
) -> tuple[dict[str, Any], int]:
    """Read a file as an operator asks: preview it, then apply it unless it is a dry run.

    The same file takes up the load it began. The answer, and the exit code of the command.
    """
    importer = importer_of(source)
    try:
        if not importer.common and by.organisation is None:
            raise _whose()
        require(can_load(by, importer))
        asked = checked(importer, given)
        load = _begun(importer, path, asked, by) or _received(importer, path, asked, by)
    except Refusal as refusal:
        return refused(refusal)
    try:
        return _carried_on(load, importer, dry_run=dry_run)
    except Busy as busy:
        return _answer("refused", load, note=str(busy)), REFUSED


def refused(refusal: Refusal) -> tuple[dict[str, Any], int]:
    """The answer of a command that could not even begin, and its exit code."""
    usage = isinstance(refusal, Invalid)
    return _answer("refused", note=_why(refusal)), USAGE if usage else REFUSED


def _whose() -> Invalid:
    return Invalid(
        _("Several organisations are known, or none of this name."),
        remedy=_("Say which one keeps it: --organisation NAME."),
    )


def _why(refusal: Refusal) -> str:
    fields = getattr(refusal, "fields", {})
    told = "; ".join(f"{name}: {why}" for name, why in fields.items())
    return f"{refusal} {told}".strip()


def _begun(importer: Importer, path: Path, given: dict[str, str], by: Actor) -> Load | None:
    """The load that this very file began and a killed process left."""
    left = Load.objects.applying().filter(source=importer.name, organisation=_owner(importer, by))
    digest = storage.digest_of(path)
    return next((one for one in left if one.digest == digest and one.given == given), None)


def _owner(importer: Importer, by: Actor) -> int | None:
    return None if importer.common else by.organisation_id


def _received(importer: Importer, path: Path, given: dict[str, str], by: Actor) -> Load:
    load = Load(
        source=importer.name,
        state=Load.State.RECEIVED,
        given=given,
        loaded_by=by.person_id,
        organisation=_owner(importer, by),
        staged_at=clock.now(),
    )
    if not path.is_file():
        raise CannotTake(Remark(str(path), "", 0, "", "unreadable"), importer)
    load.files = [storage.keep(load, "file", path.name, storage.blocks_of(path))]
    load.digest = load.files[0]["sha256"]
    load.save()
    return load


def _carried_on(load: Load, importer: Importer, *, dry_run: bool) -> tuple[dict[str, Any], int]:
    if load.state == Load.State.RECEIVED:
        loading.preview(load)
    if load.state == Load.State.PREVIEWED and not dry_run:
        load.state, load.progress = Load.State.APPLYING, {}
        load.save(update_fields=["state", "progress"])
    if load.state == Load.State.APPLYING:
        loading.apply(load)
        load.refresh_from_db()
    answer, code = _told(load, importer, dry_run=dry_run)
    if dry_run:
        storage.drop(load)
        load.delete()
    return answer, code


def _told(load: Load, importer: Importer, *, dry_run: bool) -> tuple[dict[str, Any], int]:
    if load.state == Load.State.FAILED:
        answer = _answer("refused", load, note=refusal_of(load))
        if "code" in load.refusal:
            answer["rejects"] = [Remark(**load.refusal).as_json(importer)]
        return answer, USAGE
    answer = _answer("dry_run" if dry_run else "applied", load)
    answer["rejects"] = rejects_of(load, importer)
    answer["notes"] = [note_of(note, importer) for note in load.found.get("notes", [])]
    return answer, DONE


def rejects_of(load: Load, importer: Importer) -> list[dict[str, object]]:
    """The rows still refused, as commands print them."""
    return [
        Remark(one.file, one.table, one.line, one.column, one.code, one.value).as_json(importer)
        for one in load.rejects.refused()[:SHOWN]
    ]


def note_of(note: Mapping[str, Any], importer: Importer | None = None) -> str:
    """Something noticed about a file, in words."""
    said = reason(str(note["code"]), importer)
    parts = [str(note.get("table") or ""), said, ", ".join(note.get("names", []))]
    return " ".join(part for part in parts if part)


def _answer(status: str, load: Load | None = None, *, note: str = "") -> dict[str, Any]:
    """The commands' contract: keys are only ever added."""
    counts = load.counts if load else {}
    return {
        "status": status,
        "read": counts.get("read", 0),
        "accepted": load.accepted if load else 0,
        "rejected": counts.get("rejected", 0),
        "kinds": {
            name: count for name, count in counts.items() if name not in {"read", "rejected"}
        },
        "rejects": [],
        "notes": [note] if note else [],
        "load": load.pk if load and load.pk else None,
        "key": str(load.key) if load else None,
        "said": load.found.get("said", {}) if load else {},
    }


def tell(answer: Mapping[str, Any], code: int, *, as_json: bool, out: Writer, err: Writer) -> int:
    """Print an answer: JSON on stdout whatever the exit, or words."""
    if as_json:
        out.write(json.dumps(answer, ensure_ascii=False))
        return code
    stream = out if code == DONE else err
    stream.write(
        f"{answer['status']}: {answer['read']} read, {answer['accepted']} accepted,"
        f" {answer['rejected']} rejected"
    )
    for note in answer["notes"]:
        stream.write(note)
    is_told = answer["status"] == "refused" and answer["notes"]  # of a file refused whole
    for one in [] if is_told else answer["rejects"]:
        stream.write(f"{one['file']}:{one['line']} {one['column']}: {one['reason']}")
    return code


def journal(limit: int) -> list[dict[str, Any]]:
    """The latest loads, as `maillage loads --json` prints them."""
    return [_line(load) for load in Load.objects.exclude(source="field")[:limit]]


def _line(load: Load) -> dict[str, Any]:
    return {
        "id": load.pk,
        "key": str(load.key),
        "source": load.source,
        "state": load.state,
        "files": load.file_names,
        "sha256": [file.get("sha256", "") for file in load.files],
        "read": load.count("read"),
        "accepted": load.accepted,
        "rejected": load.count("rejected"),
        "begun_at": load.staged_at.isoformat(),
        "active_since": load.activated_at.isoformat() if load.activated_at else None,
        "undone_at": load.undone_at.isoformat() if load.undone_at else None,
        "undone_because": load.undone_because,
    }
