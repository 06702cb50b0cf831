"""The tree as it is kept: plain tables, of the shipped text as of a stored version, turned into what the ledger reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from maillage.kernel.text import Words
from maillage.ledger.themes import Family, Theme, Tree

Table = Mapping[str, Any]
FIRST = 1
"""The number of the version that ships with the product."""


@cache
def shipped() -> Tree:
    """The first version: that of an instance on which nobody changed anything."""
    text = (files("maillage.needs.tree") / "library" / "first.toml").read_text(encoding="utf-8")
    return read(tomllib.loads(text)["families"], FIRST)


def read(tables: Iterable[Table], number: int, since: datetime | None = None) -> Tree:
    """The tree that tables hold."""
    families = (
        Family(one["code"], _words(one), tuple(map(_theme, one.get("themes", ()))))
        for one in tables
    )
    return Tree(tuple(families), number, since)


def written(tree: Tree) -> list[dict[str, Any]]:
    """The tables that hold a tree; lists, since their order is that of the tree."""
    return [
        {**_told(one.code, one.words), "themes": [_table(theme) for theme in one.themes]}
        for one in tree.families
    ]


def _theme(table: Table) -> Theme:
    return Theme(
        table["code"],
        _words(table),
        sensitive=bool(table.get("sensitive")),
        ended_on=_day(table.get("ended_on")),
        replaced_by=table.get("replaced_by", ""),
        confided_until=_day(table.get("confided_until")),
    )


def _table(theme: Theme) -> dict[str, Any]:
    days = {"ended_on": theme.ended_on, "confided_until": theme.confided_until}
    said = {"sensitive": theme.sensitive, "replaced_by": theme.replaced_by}
    told = {name: value for name, value in said.items() if value}
    return {
        **_told(theme.code, theme.words),
        **told,
        **{name: day.isoformat() for name, day in days.items() if day},
    }


def _told(code: str, words: Words) -> dict[str, Any]:
    return {"code": code, "fr": words.fr, "en": words.en}


def _words(table: Table) -> Words:
    return Words(fr=table["fr"], en=table["en"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
