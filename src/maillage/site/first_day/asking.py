"""`maillage init`: the same things as the first page, from flags, else asked on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maillage.accounts.founding import Administrator, Look
from maillage.accounts.models import Organisation
from maillage.accounts.partners import Named
from maillage.places import Perimeter
from maillage.site.first_day import territories
from maillage.ui.logos import LARGEST

Ask = Callable[[str], str]

FLAGS: Mapping[str, str] = {
    "organisation": "name of the organisation in charge",
    "kind": f"what it is: {', '.join(Organisation.Kind.values)}",
    "short_name": "its short name (may be blank)",
    "siren": "its SIREN (may be blank)",
    "administrator": "name of the first administrator",
    "email": "their e-mail address",
    "territory": "intercommunality: words of its name, or its SIREN",
    "language": "default language, fr or en (blank: fr)",
    "accent": "colour of links and buttons, as #1d4e89 (may be blank)",
    "logo": "file of the logo, PNG or SVG (may be blank)",
    "sender": "address the instance writes from (may be blank)",
}
NEEDED = ("organisation", "kind", "administrator", "email", "territory")


def flag(name: str) -> str:
    """The flag of a question, as one types it."""
    return f"--{name.replace('_', '-')}"


class Unanswered(Exception):  # noqa: N818 -- an answer to whoever types, not a crash
    """Something needed was not given, or not one thing; the message names it."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where questions are asked: one for words, one for what must not be seen, one to tell."""

    ask: Ask
    ask_secret: Ask
    tell: Callable[[str], None]


def _question(name: str) -> str:
    words = FLAGS[name]
    return f"{words[0].upper()}{words[1:]}: "


def gather(given: Mapping[str, Any], terminal: Terminal | None) -> dict[str, Any]:
    """What `opening.begin` takes, completed on the terminal when there is one.

    Raises:
        Unanswered: nobody can be asked for what is missing, or they declined.
    """
    said = {name: str(given.get(name) or "").strip() for name in FLAGS}
    if terminal is not None:
        for name in FLAGS:
            if given.get(name) is None and name != "territory":
                said[name] = terminal.ask(_question(name)).strip()
    password = given.get("password") or ""
    if terminal and not password:
        password = terminal.ask_secret("Their password (blank: they sign in by a code): ")
    return {
        "organisation": Named(
            name=said["organisation"], kind=said["kind"],
            short_name=said["short_name"], siren=said["siren"],
        ),
        "administrator": Administrator(
            name=said["administrator"], email=said["email"], password=password
        ),
        "territory": _territory(said["territory"], terminal, sure=bool(given.get("yes"))).key,
        "look": Look(
            language=said["language"] or "fr", accent=said["accent"],
            sender=said["sender"], logo=_file(said["logo"]),
        ),
    }  # fmt: skip


def _territory(words: str, terminal: Terminal | None, *, sure: bool) -> Perimeter:
    """The one intercommunality meant; on a terminal it is shown and confirmed."""
    while True:
        words = words or (terminal.ask(_question("territory")) if terminal else "")
        found = territories.named(words)
        if terminal is None:
            return _only(words, found)
        chosen = found[0] if len(found) == 1 else _among(found, terminal)
        if chosen is not None:
            terminal.tell(shown(chosen))
            if sure or terminal.ask("Is this the territory? [y/N] ").strip().lower() in {
                "y",
                "yes",
                "o",
                "oui",
            }:
                return chosen
        words = ""


def _only(words: str, found: list[Perimeter]) -> Perimeter:
    if not found:
        raise Unanswered(f"--territory: no intercommunality of today is named “{words}”")
    if len(found) > 1:
        listed = "\n".join(f"  {one.siren}  {one.name}" for one in found)
        raise Unanswered(f"--territory: several are named so, give a SIREN:\n{listed}")
    return found[0]


def _among(found: list[Perimeter], terminal: Terminal) -> Perimeter | None:
    """One of several, by its number; none when nothing was found or another number was typed."""
    if not found:
        terminal.tell("No intercommunality of today is named so.")
        return None
    for rank, one in enumerate(found, start=1):
        terminal.tell(f"  {rank}. {one.name} ({len(one.communes)} communes)")
    number = terminal.ask("Number: ").strip()
    return found[int(number) - 1] if number in map(str, range(1, len(found) + 1)) else None


def shown(territory: Perimeter) -> str:
    """What a territory is made of, in one line."""
    people = "unknown" if territory.population is None else f"{territory.population:,}"
    return f"{territory.name}: {len(territory.communes)} communes, {people} inhabitants today"


def _file(path: str) -> bytes | None:
    if not path:
        return None
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as fault:
        raise Unanswered(f"--logo: {path} cannot be read ({fault.strerror})") from fault
