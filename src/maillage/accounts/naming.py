"""Finding a firm in what people typed, and striking it out: its numbers and names, however written.

Case, accents, blanks and hyphens do not matter: «Zoé Canari-Quintin» is found under «ZOE CANARI QUINTIN»,
and «812 345 678 00012» under the SIREN. It is done here, row by row, because the two databases
neither fold letters nor write JSON alike; erasing is rare enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import models

from maillage.kernel.retention import Subject

STRUCK = "…"
_SHORTEST = 5  # a shorter name stands in too many texts
_APART = "[^a-z0-9]+"


class Marks:
    """What a text bears when it tells of a firm."""

    def __init__(self, firm: Subject) -> None:
        patterns = [_number(firm.siren)] if firm.siren else []
        patterns += sorted({p for name in firm.names for p in _name(name)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def are_in(self, told: Any) -> bool:
        """Whether a text, or anything inside a JSON document, tells of the firm."""
        if isinstance(told, str):
            return bool(self._pattern and self._pattern.search(_folded(told)))
        return any(map(self.are_in, _inside(told)))

    def struck(self, told: Any) -> Any:
        """The same, the firm struck out of it."""
        if isinstance(told, str):
            return self._struck(told)
        if isinstance(told, dict):
            return {self.struck(name): self.struck(one) for name, one in told.items()}
        if isinstance(told, list):
            return [self.struck(one) for one in told]
        return told

    def bearing(self, rows: models.QuerySet[Any], fields: Iterable[str]) -> list[Any]:
        """The keys of the rows one of whose fields tells of the firm."""
        if self._pattern is None:
            return []
        told = rows.order_by().values_list("pk", *fields).iterator(chunk_size=2_000)
        return [pk for pk, *texts in told if any(map(self.are_in, texts))]

    def _struck(self, text: str) -> str:
        if not self.are_in(text):
            return text
        letters = [(plain, at) for at, c in enumerate(text) for plain in _folded(c)]
        folded = "".join(plain for plain, _at in letters)
        parts, until = [], 0
        for found in self._pattern.finditer(folded) if self._pattern else ():
            parts += [text[until : letters[found.start()][1]], STRUCK]
            until = letters[found.end() - 1][1] + 1
        return "".join([*parts, text[until:]])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _inside(told: Any) -> Iterable[Any]:
    if isinstance(told, dict):
        return chain.from_iterable(told.items())
    return told if isinstance(told, list) else ()


def _number(siren: str) -> str:
    """A SIREN, alone or at the head of a SIRET, its digits apart or not."""
    return rf"(?<!\d){'[ .-]?'.join(siren)}(?:(?:[ .-]?\d){{5}})?(?!\d)"


def _name(name: str) -> list[str]:
    """A name; one of two words also the other way round, as people write those of persons."""
    words = re.findall("[a-z0-9]+", _folded(name))
    if len("".join(words)) < _SHORTEST:
        return []
    orders = [words, words[::-1]] if len(words) == 2 else [words]
    return [f"(?<![a-z0-9]){_APART.join(order)}(?![a-z0-9])" for order in orders]
