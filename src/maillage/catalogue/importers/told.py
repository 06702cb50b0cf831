"""Cells and steps that the importers of the catalogue share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.urls import reverse

from maillage.catalogue import actions
from maillage.catalogue.actions import Told
from maillage.catalogue.codes import is_area
from maillage.catalogue.vocabulary import Sort
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import BadCell, Importer, Row, Run
from maillage.kernel.text import Words

_EMAIL, _URL = EmailValidator(), URLValidator(("http", "https"))
LONGEST_EMAIL = 254  # as an entry keeps it
_BLANKS = re.compile(r"[ \t\f\v]+")
_LINES = re.compile(r"\n\s*\n\s*")

REASONS = {
    "short": Words("trop court\u00a0: écrivez-le en toutes lettres", "too short: write it in full"),
    "email": Words(
        "ce n’est pas une adresse électronique\u00a0: nom@domaine.fr",
        "this is no e-mail address: name@domain.fr",
    ),
    "link": Words(
        "ce n’est pas l’adresse d’une page\u00a0: elle commence par https://",
        "this is no address of a page: it begins with https://",
    ),
    "area": Words(
        "ce n’est pas le code d’un territoire\u00a0: commune, département, SIREN d’intercommunalité ou france",
        "this is no code of an area: commune, département, SIREN of an intercommunality or france",
    ),
    "list": Words(
        'une liste était attendue\u00a0: ["un", "deux"], ou des valeurs séparées par des barres |',
        'a list was expected: ["one", "two"], or values between bars |',
    ),
    "crossed": Words(
        "la seconde limite vient avant la première\u00a0: inversez-les",
        "the second limit comes before the first: swap them",
    ),
}
KINDS = {
    "confirmed": Words("Confirmées sans changement", "Confirmed without change"),
}


def prose(least: int, most: int) -> Callable[[str], str]:
    """Words of a few paragraphs, between two lengths; lines are kept, blanks set right."""

    def read(cell: str) -> str:
        lines = (_BLANKS.sub(" ", line).strip() for line in cell.replace("\r", "").split("\n"))
        found = _LINES.sub("\n\n", "\n".join(lines)).strip()
        if len(found) > most:
            raise BadCell("", "too_long", found)
        if len(found) < least:
            raise BadCell("", "short", found)
        return found

    return read


def email(cell: str) -> str:
    """An e-mail address."""
    try:
        _EMAIL(cell.strip())
    except ValidationError as fault:
        raise BadCell("", "email", cell.strip()) from fault
    if len(cell.strip()) > LONGEST_EMAIL:
        raise BadCell("", "too_long", cell.strip())
    return cell.strip()


def link(cell: str) -> str:
    """The address of a page."""
    found = cell.strip()
    try:
        _URL(found)
    except ValidationError as fault:
        raise BadCell("", "link", found) from fault
    return found


def several(cell: str) -> tuple[str, ...]:
    """Values of a list written as JSON, or between bars."""
    text = cell.strip()
    if not text.startswith("["):
        return tuple(dict.fromkeys(one.strip() for one in text.split("|") if one.strip()))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadCell("", "list", text) from fault
    if not all(isinstance(one, str) for one in found):
        raise BadCell("", "list", text)
    return tuple(dict.fromkeys(one.strip() for one in found if one.strip()))


def among(values: Mapping[str, Any]) -> Callable[[str], tuple[str, ...]]:
    """Values of a list, each one of a vocabulary."""

    def read(cell: str) -> tuple[str, ...]:
        found = several(cell)
        for one in found:
            if one not in values:
                raise BadCell("", "unknown_word", one)
        return found

    return read


def area(code: str) -> str:
    """The code of an area as the catalogue keeps it."""
    found = code.strip().upper()
    if not is_area(found):
        raise BadCell("", "area", code)
    return found


def checked(told: Told, columns: Mapping[str, str]) -> Told:
    """What a line says, once it holds together; `columns` names the column of each field that may not.

    Raises:
        BadCell: two limits are crossed, or a code is none.
    """
    try:
        told.content.check()
    except Invalid as refusal:
        field = next(iter(refusal.fields))
        raise BadCell(columns.get(field, field), "crossed") from refusal
    return told


def steps(
    source: str, sort: Sort, told: Callable[[Row], Told], providers: str = ""
) -> dict[str, Any]:
    """The functions of an importer whose lines are told of entries."""

    def diff(rows: Sequence[Row], _run: Run) -> list[str | BadCell]:
        read: list[Told | BadCell] = [_attempt(told, row) for row in rows]
        good = [one for one in read if isinstance(one, Told)]
        kinds = iter(actions.kinds(source, good))
        return [next(kinds) if isinstance(one, Told) else one for one in read]

    def apply(rows: Sequence[Row], run: Run) -> None:
        actions.take_in(
            source=source, sort=sort, told=[told(row) for row in rows], load=run.load,
            providers=providers,
        )  # fmt: skip

    def discard(run: Run) -> None:
        actions.discard(load=run.load)

    def activate(run: Run) -> None:
        actions.find_partners(load=run.load)

    return {"diff": diff, "apply": apply, "activate": activate, "discard": discard}


def _attempt(told: Callable[[Row], Told], row: Row) -> Told | BadCell:
    try:
        return told(row)
    except BadCell as fault:
        return fault


def leads_to(_run: Run) -> str:
    """The catalogue, where what a load brought is read."""
    return reverse("catalogue:entries")


def importer(source: str, sort: Sort, read: Callable[[Row], Told], **said: Any) -> Importer:
    """An importer of entries; `providers` names the source of those that provide them."""
    providers = said.pop("providers", "")
    reasons = REASONS | said.pop("reasons", {})
    return Importer(
        name=source, reasons=reasons, kinds=KINDS, leads_to=leads_to,
        **steps(source, sort, read, providers), **said,
    )  # fmt: skip
