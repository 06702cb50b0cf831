"""How the columns of somebody's own file are mapped to acts: a short text that an operator writes.

kind = "outreach.visit_done"          # or a column of kinds, below

[columns]
occurred_on = "Date de la visite"
siret = "SIRET"
kind = "Résultat"

[kinds]
"Visite faite" = "outreach.visit_done"
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, folded
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.ledger.kind import Kind, kinds

# Each thing that a column may say: its words, and how a cell of it is read.
FIELDS: Mapping[str, tuple[Words, Callable[[str], Any]]] = {
    "occurred_on": (Words("Jour", "Day"), cells.day),
    "siret": (Words("SIRET", "SIRET"), cells.siret),
    "name": (Words("Nom de l’entreprise", "Name of the firm"), cells.text(200)),
    "commune": (Words("Commune (code ou nom)", "Commune (code or name)"), cells.text(100)),
    "kind": (Words("Sorte d’acte", "Kind of act"), cells.text(100)),
    "theme": (Words("Thème", "Theme"), cells.text(100)),
    "amount": (Words("Montant", "Amount"), cells.cents),
    "jobs": (Words("Emplois (ETP)", "Jobs (FTE)"), cells.thousandths),
    "quantity": (Words("Quantité", "Quantity"), cells.integer(0, 10**9)),
    "reference": (Words("Référence", "Reference"), cells.text(100)),
}
NEEDED = {"occurred_on", "kind"}
TABLES = {"columns", "kinds", "themes", "kind"}


@dataclass(frozen=True)
class Mapped:
    """A mapping understood."""

    columns: tuple[Column, ...]
    kind: Kind | None
    kinds: Mapping[str, Kind]
    themes: Mapping[str, str]

    def kind_of(self, word: str | None) -> Kind:
        """The kind that a row tells of.

        Raises:
            BadCell: its word means none.
        """
        found = self.kind if word is None else self.kinds.get(folded(word), self.kind)
        if found is None:
            raise BadCell("kind", "unknown_word", word or "")
        return found

    def theme_of(self, word: str | None, day: date) -> str:
        """The theme that a row of a day tells of; blank when it tells of none.

        Raises:
            BadCell: its word means none, or one that had ended by then.
        """
        if not word:
            return ""
        found = self.themes.get(folded(word), word)
        if themes.find(found) is None:
            raise BadCell("theme", "unknown_word", word)
        taken = themes.taken(found, day)
        if taken is None:
            raise BadCell("theme", "theme_ended", word)
        return taken


def past_kinds() -> dict[str, Kind]:
    """The kinds that may be taken over from a file."""
    return {name: kind for name, kind in kinds().items() if kind.from_past}


@lru_cache(maxsize=32)
def understood(text: str) -> Mapped:
    """What a mapping says.

    Raises:
        BadCell: it is no TOML, or names a column, kind or theme that is none.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadCell("mapping", "mapping_toml", str(problem)) from problem
    _only(set(told), TABLES)
    named = _texts(told, "columns")
    _only(set(named), set(FIELDS))
    by_word = {folded(word): _kind(name) for word, name in _texts(told, "kinds").items()}
    alone = _kind(str(told["kind"])) if "kind" in told else None
    if "occurred_on" not in named or (alone is None and not ("kind" in named and by_word)):
        raise BadCell("mapping", "mapping_needs", "occurred_on, kind")
    if not {"siret", "name"} & set(named) and _needs_firm(alone, by_word):
        raise BadCell("mapping", "mapping_needs", "siret")
    words = {folded(word): name for word, name in _texts(told, "themes").items()}
    columns = tuple(_column(name, header) for name, header in named.items())
    return Mapped(columns, alone, by_word, words)


def _needs_firm(alone: Kind | None, by_word: Mapping[str, Kind]) -> bool:
    every = [*by_word.values(), *([alone] if alone else [])]
    return any(kind.subject == "establishment" for kind in every)


def _texts(told: Mapping[str, Any], name: str) -> dict[str, str]:
    table = told.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise BadCell("mapping", "mapping_table", name)
    return table


def _only(given: set[str], known: set[str]) -> None:
    if unknown := sorted(given - known):
        raise BadCell("mapping", "mapping_unknown", ", ".join(unknown))


def _kind(name: str) -> Kind:
    found = past_kinds().get(name)
    if found is None:
        raise BadCell("mapping", "mapping_kind", name)
    return found


def _column(name: str, header: str) -> Column:
    words, read = FIELDS[name]
    return Column(
        name, words, read, aliases=(header,), needed=True, may_be_blank=name not in NEEDED
    )
