"""What an activity code means: INSEE's labels of the NAF rev. 2, in the official words, which are French."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "nomenclature" / "naf-rev2.json"
"""Installed at set-up from a package (`@socialgouv/codes-naf`, Apache-2.0; the labels are INSEE's)."""


@cache
def _labels() -> dict[str, str]:
    if not FILE.exists():
        return {}
    return {row["id"].replace(".", ""): row["label"] for row in json.loads(FILE.read_text("utf-8"))}


@cache
def subclasses() -> tuple[str, ...]:
    """Every subclass of NAF rev. 2, as Sirene writes it: `10.71C`."""
    return tuple(
        f"{code[:2]}.{code[2:]}" for code in sorted(_labels()) if len(code) == len("1071C")
    )


def label(code: str) -> str:
    """The label of a division (`10`), a class or a subclass (`10.71C`); the code itself when none is known."""
    return _labels().get(code.replace(".", ""), code)
