"""At which line of a TOML file each key stands, so that a message can name it.

The standard parser gives values without lines; this reads the headings and the keys again.
"""

from __future__ import annotations

import re

from maillage.conventions.text.problems import Path

_HEADING = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*((?:[\w-]+|\"[^\"]*\")(?:\s*\.\s*[\w-]+)*)\s*=\s*(.*)$")


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of every heading and key, by path; later lookups fall back on the parent."""
    places: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
        elif heading := _HEADING.match(line):
            table = _enter(heading[2], counts, repeated=heading[1] == "[[")
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            places.setdefault((*table, *_names(key[1])), number)
            fence = _opens(key[2])
    return places


def line_of(path: Path, places: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing that holds it."""
    while path not in places:
        path = path[:-1]
    return places[path]


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
