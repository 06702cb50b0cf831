"""A file of lives, one line a unit, as the survival curve takes it: durations, or the days of a register."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from maillage.figures.methods.exposure import FILING_LAG, exposure
from maillage.figures.methods.survival import kaplan_meier
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

COLUMNS = {
    "time": "how long it was there",
    "event": "1 when it ceased",
    "entry": "when it came under observation",
    "begun": "its first day",
    "ceased": "its first inactive day, or nothing",
    "group": "one curve for each of its values",
}
"""What the columns of a file may tell of a unit: durations by the first three, or days by the next two."""
TRUE, FALSE = {"1", "true", "yes", "oui"}, {"0", "false", "no", "non"}


@dataclass(frozen=True, slots=True)
class Register:
    """The columns of a register that tell a unit's first day and its first inactive one, and when it was extracted."""

    begun: str
    ceased: str
    extracted: date
    lag: int = FILING_LAG
    since: date | None = None


def asked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The curve of a file by the columns that are named, durations or days.

    Raises:
        Invalid: those named tell neither, or both.
    """
    path, group = options["data"], options["group"]
    time, event, entry = (options[name] for name in ("time", "event", "entry"))
    begun, ceased, extracted = (options[name] for name in ("begun", "ceased", "extracted"))
    since, lag = options["since"], options["lag"]
    if time and event and not (begun or ceased or extracted or since):
        return told(path, time, event, entry, group)
    if begun and ceased and extracted and not (time or event or entry):
        return dated(path, Register(begun, ceased, extracted, lag, since), group)
    raise _refused(path, 0, "", "nommez time et event, ou begun, ceased et extracted",
                   "name time and event, or begun, ceased and extracted")  # fmt: skip


def told(
    path: Path, time: str, event: str, entry: str | None = None, group: str | None = None
) -> dict[str, Any]:
    """The curve of a file of durations, or one for each value of the column `group`.

    Raises:
        Invalid: a column lacks, or a cell is no number or no yes or no, with its line.
    """
    wanted = [name for name in (time, event, entry, group) if name]
    lives: dict[str, list[tuple[float, bool, float]]] = {}
    for line, row in _rows(path, wanted):
        life = (
            _number(path, line, time, row[time]),
            _yes(path, line, event, row[event]),
            _number(path, line, entry, row[entry]) if entry else 0.0,
        )
        lives.setdefault(row[group] if group else "", []).append(life)
    curves = {name: _steps(zip(*rows, strict=True)) for name, rows in sorted(lives.items())}
    return {"groups": curves} if group else {"steps": curves.get("", [])}


def dated(path: Path, register: Register, group: str | None = None) -> dict[str, Any]:
    """The same of a register, in years, looked at no later than ends are filed; with what was not seen.

    Raises:
        Invalid: a column lacks, a cell is no day, or a unit ends before it begins, with its line.
    """
    wanted = [name for name in (register.begun, register.ceased, group) if name]
    lives: dict[str, list[tuple[date, date | None]]] = {}
    for line, row in _rows(path, wanted):
        begun = _day(path, line, register.begun, row[register.begun])
        over = row[register.ceased]
        ceased = _day(path, line, register.ceased, over) if over and over.strip() else None
        if ceased and ceased < begun:
            raise _refused(path, line, register.ceased, "une fin avant son début", "an end before its beginning")  # fmt: skip
        lives.setdefault(row[group] if group else "", []).append((begun, ceased))
    curves = {name: _looked_at(rows, register) for name, rows in sorted(lives.items())}
    return {"groups": curves} if group else curves.get("", _looked_at([], register))


def _looked_at(lives: list[tuple[date, date | None]], register: Register) -> dict[str, Any]:
    """The curve of some units with what it leaves out."""
    begun, ceased = [start for start, _ in lives], [over for _, over in lives]
    seen = exposure(begun, ceased, register.extracted, lag=register.lag, since=register.since)
    return {
        "until": seen.until.isoformat(),
        "unseen": seen.unseen,
        "set_aside": seen.set_aside,
        "steps": _steps((seen.times, seen.events, seen.entries)),
    }


def _steps(columns: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(step) for step in kaplan_meier(*columns)]


def _rows(path: Path, wanted: list[str]) -> list[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            missing = [name for name in wanted if name not in (rows.fieldnames or ())]
            if missing:
                raise _refused(path, 1, missing[0], "colonne absente", "missing column")
            return [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError) as fault:
        raise _refused(path, 0, "", "fichier illisible", "unreadable file") from fault


def _number(path: Path, line: int, column: str, cell: str | None) -> float:
    try:
        return float((cell or "").replace(",", "."))
    except ValueError as fault:
        raise _refused(path, line, column, f"«\u00a0{cell}\u00a0» n’est pas un nombre",
                       f"“{cell}” is no number") from fault  # fmt: skip


def _day(path: Path, line: int, column: str, cell: str | None) -> date:
    try:
        return date.fromisoformat((cell or "").strip())
    except ValueError as fault:
        raise _refused(path, line, column, f"«\u00a0{cell}\u00a0» n’est pas un jour (2020-03-14)",
                       f"“{cell}” is no day (2020-03-14)") from fault  # fmt: skip


def _yes(path: Path, line: int, column: str, cell: str | None) -> bool:
    word = (cell or "").strip().lower()
    if word not in TRUE | FALSE:
        raise _refused(path, line, column, f"«\u00a0{cell}\u00a0» n’est ni 0 ni 1",
                       f"“{cell}” is neither 0 nor 1")  # fmt: skip
    return word in TRUE


def _refused(path: Path, line: int, column: str, fr: str, en: str) -> Invalid:
    where = f"{path.name}:{line} {column}".rstrip(" :0")
    return Invalid(
        Words(f"{where}\u00a0: {fr}.", f"{where}: {en}."),
        remedy=Words(
            "Une ligne par unité\u00a0: un temps, 1 si elle a cessé et 0 sinon, et au besoin une entrée\u00a0; ou deux jours.",
            "One line a unit: a time, 1 if it ceased and 0 if not, and an entry where one is needed; or two days.",
        ),
    )
