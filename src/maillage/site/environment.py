"""The variables an instance is set by: each is read once, here, with its default and its meaning.

`docs/reference/settings.md` is written from this list, so a variable cannot exist undocumented.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment, as the person who installs an instance reads of it."""

    name: str
    default: str
    meaning: str


VARIABLES: dict[str, Variable] = {}


def text(name: str, default: str, meaning: str, *, shown: str | None = None) -> str:
    """The variable's text; `shown` is the default in words when it is made at start-up."""
    VARIABLES[name] = Variable(name, default if shown is None else shown, meaning)
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool, meaning: str) -> bool:
    """Whether the variable says yes (`1`, `true`, `yes`, `on`)."""
    given = text(name, "on" if default else "off", meaning)
    return given.lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str, meaning: str) -> list[str]:
    """The variable's words, separated by commas."""
    return [word.strip() for word in text(name, default, meaning).split(",") if word.strip()]


def number(name: str, default: int, meaning: str) -> int:
    """The variable's whole number.

    Raises:
        ValueError: it holds something else; the message names it.
    """
    given = text(name, str(default), meaning)
    try:
        return int(given)
    except ValueError:
        raise ValueError(f"{name} is “{given}”: a whole number is expected") from None
