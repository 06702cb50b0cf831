"""The variables an instance is set by: each is read once, here, with its default and its meaning.

`docs/reference/settings.md` is written from this list, so a variable cannot exist undocumented.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment, as the person who installs an instance reads of it."""

    name: str
    default: str
    meaning: str
    secret: bool = False


VARIABLES: dict[str, Variable] = {}
_HOST, _HERE = r"[\w.-]+(:\d{1,5})?", r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?"
_WORDS = {word: said for said, words in ((True, "1 true yes on"), (False, "0 false no off"))
          for word in words.split()}  # fmt: skip


class Misset(ValueError):  # noqa: N818 -- an answer to who installs, not a crash
    """A variable holds what the instance cannot be set by; the message names it and what it takes."""


def text(
    name: str, default: str, meaning: str, *, shown: str | None = None, secret: bool = False
) -> str:
    """The variable's text; `shown` is the default in words when it is made at start-up.

    A backup tells how the instance was set, but for what is `secret`.
    """
    VARIABLES[name] = Variable(name, default if shown is None else shown, meaning, secret)
    return os.environ.get(name, default).strip()


def said() -> dict[str, str]:
    """The variables by which this instance is set, but for those that are secrets."""
    named = sorted(known.name for known in VARIABLES.values() if not known.secret)
    return {name: os.environ[name] for name in named if os.environ.get(name)}


def flag(name: str, *, default: bool, meaning: str) -> bool:
    """Whether the variable says yes (`1`, `true`, `yes`, `on`) or no (`0`, `false`, `no`, `off`).

    Raises:
        Misset: it says something else; to guess could leave cookies on the open road.
    """
    given = text(name, "on" if default else "off", meaning) or "off"
    if given.lower() not in _WORDS:
        raise Misset(f"{name} is “{given}”: write on or off")
    return _WORDS[given.lower()]


def one_of(name: str, default: str, meaning: str, *, among: Collection[str]) -> str:
    """The variable's word, in capitals, out of those there are.

    Raises:
        Misset: it holds another word; the message lists them.
    """
    given = text(name, default, meaning).upper() or default
    if given not in among:
        raise Misset(f"{name} is “{given}”: write {', '.join(sorted(among))}")
    return given


def listed(name: str, default: str, meaning: str) -> list[str]:
    """The variable's words, separated by commas."""
    return [word.strip() for word in text(name, default, meaning).split(",") if word.strip()]


def number(name: str, default: int, meaning: str) -> int:
    """The variable's whole number.

    Raises:
        Misset: it holds something else.
    """
    given = text(name, str(default), meaning)
    try:
        return int(given)
    except ValueError:
        raise Misset(f"{name} is “{given}”: a whole number is expected") from None


def address(name: str, default: str, meaning: str) -> str:
    """The variable's web address, a host and maybe a port, as links begin with it: `https://host/`.

    Raises:
        Misset: it is none; links made from it would lead nowhere.
    """
    given = text(name, default, meaning).rstrip("/")
    if not re.fullmatch(r"https?://[\w.:\[\]-]+", given):
        raise Misset(f"{name} is “{given}”: write https:// and the name of the host")
    return f"{given}/"


def service(name: str, meaning: str) -> str:
    """The address of a service outside, with its path, or nothing: the service is then off.

    Raises:
        Misset: it is no such address, or questions (and the key) would travel in the clear.
    """
    given = text(name, "", meaning, shown="none").rstrip("/")
    if given and not re.fullmatch(
        rf"(https://{_HOST}|http://{_HERE})(/[\w./-]*)?", given, re.ASCII
    ):
        raise Misset(
            f"{name} is “{given}”: write https://, the name of the host and maybe a path"
            " (http:// is for this very machine only)"
        )
    return given
