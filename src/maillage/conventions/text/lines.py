"""At which line and column of a TOML file each key stands, so that a message can point at it.

The standard parser gives values without places; this reads the headings and the keys again.
"""

from __future__ import annotations

import re

from maillage.conventions.text.problems import Path

_HEADING = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_NAME = r"(?:[\w-]+|\"[^\"]*\")"
_KEY = re.compile(rf"^\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=\s*(.*)$")
_INNER = re.compile(rf"[{{,]\s*({_NAME})\s*=")

Spot = tuple[int, int]


def spots_of(text: str) -> dict[Path, Spot]:
    """The line and column (from 1) of every heading and key, by path."""
    spots: dict[Path, Spot] = {(): (1, 1)}
    counts: dict[Path, int] = {}
    table: Path = ()
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if fence:
            fence = "" if fence in line else fence
        elif heading := _HEADING.match(line):
            table = _enter(heading[2], counts, repeated=heading[1] == "[[")
            spots.setdefault(table, (number, heading.start(1) + 1))
        elif key := _KEY.match(line):
            here = (*table, *_names(key[1]))
            spots.setdefault(here, (number, key.start(1) + 1))
            fence = _opens(key[2])
            for inner in _INNER.finditer(line, key.start(2)):
                spots.setdefault((*here, *_names(inner[1])), (number, inner.start(1) + 1))
    return spots


def spot_of(path: Path, spots: dict[Path, Spot]) -> Spot:
    """The place of a path, or of the nearest thing that holds it."""
    while path not in spots:
        path = path[:-1]
    return spots[path]


def _names(dotted: str) -> list[str]:
    return [part.strip().strip('"') for part in dotted.split(".")]


def _enter(dotted: str, counts: dict[Path, int], *, repeated: bool) -> Path:
    path: Path = ()
    names = _names(dotted)
    for rank, name in enumerate(names):
        path = (*path, name)
        if repeated and rank == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _opens(value: str) -> str:
    """The fence of a long string that starts on this line and does not end on it."""
    for fence in ('"""', "'''"):
        if value.startswith(fence) and fence not in value[3:]:
            return fence
    return ""
