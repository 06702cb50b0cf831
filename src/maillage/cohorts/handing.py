"""What `pseudonymise` answers: what it made of a spreadsheet, or the key it drew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from maillage.cohorts import keys, recipe
from maillage.cohorts.pseudonymising import Made, pseudonymise
from maillage.intake.reasons import reason
from maillage.intake.tables import CannotTake
from maillage.kernel.errors import Refusal

DONE, REFUSED, USAGE = 0, 1, 2
Answer = tuple[dict[str, Any], int]


def key_made(path: Path) -> Answer:
    """Draw a key; its fingerprint is told, the key is not."""
    try:
        mark = recipe.fingerprint(keys.make_key(path))
    except Refusal as refusal:
        return {"status": "refused", "notes": [str(refusal)]}, REFUSED
    return {"status": "made", "written": str(path), "fingerprint": mark, "notes": []}, DONE


def list_made(source: Path | None, key_file: Path | None, out: Path | None) -> Answer:
    """Make a spreadsheet pseudonymous."""
    if source is None or key_file is None:
        return _refused(Made(), _("Give the file and its key: pseudonymise F --key-file K.")), USAGE
    try:
        key, notes = keys.read_key(key_file)
    except Refusal as refusal:
        return _refused(Made(), str(refusal), source), REFUSED
    written = out or source.with_name(f"{source.stem}.pseudonymes.csv")
    try:
        made = pseudonymise(source, key, written)
    except CannotTake as refusal:
        return _refused(_whole(refusal), str(refusal), source), USAGE
    except OSError:
        return _refused(Made(), _("The list cannot be written here."), source), USAGE
    told = {"status": "written", "written": str(written), "fingerprint": recipe.fingerprint(key)}
    return made.as_json() | told | {"notes": notes}, DONE


def _whole(refusal: CannotTake) -> Made:
    told = refusal.place()
    kept = {name: told[name] for name in ("file", "table", "column", "code", "value")}
    kept |= {"line": told["line"] or 1, "reason": reason(told["code"])}
    return Made(rejects=[kept])


def _refused(made: Made, note: str, source: Path | None = None) -> dict[str, Any]:
    told = made.as_json() | {"accepted": 0, "rejected": 0, "status": "refused", "written": None}
    if not made.rejects and source is not None:
        told["rejects"] = [{"file": source.name, "line": 1, "column": "", "reason": note}]
    return told | {"fingerprint": "", "notes": [note]}
