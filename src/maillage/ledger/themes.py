"""The themes of acts, which of them reveal a difficulty, and which may be chosen today.

The one door to them: whoever offers, checks, names or masks a theme asks here. Most stand in the tree of needs, which is
edited by version and which the package that keeps it hands down (ADR 0031); a few are declared by the code that needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Theme:
    """What an act was about. The code is permanent; a sensitive theme counts, its lines are masked.

    One that ended is offered no more: what happened until that day keeps it. `confided_until` is the last day on which it was
    sensitive, once it is plain again: what was told until then stays masked.
    """

    code: str
    words: Words
    sensitive: bool = False
    ended_on: date | None = None
    replaced_by: str = ""
    confided_until: date | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Themes that go together, in their order."""

    code: str
    words: Words
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class Tree:
    """The tree of needs at one version; the one that ships with the product holds since always."""

    families: tuple[Family, ...] = ()
    number: int = 1
    since: datetime | None = None

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        """Its themes by code, in the order of the tree."""
        return {theme.code: theme for family in self.families for theme in family.themes}


#: Why a file may not name a theme that is offered no more.
ENDED_WORDS = Words(
    "ce thème n’est plus proposé à cette date\u00a0: prenez-en un de l’arbre des thèmes",
    "this theme is no longer offered on that day: take one of the tree of themes",
)
CODE = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_declared: dict[str, Theme] = {}
_hand: list[Callable[[], Sequence[Tree]]] = []


def declare(theme: Theme) -> Theme:
    """Make a theme known to the ledger, outside the tree.

    Raises:
        ValueError: the code is malformed, or another theme has it.
    """
    if not CODE.fullmatch(theme.code):
        raise ValueError(f"“{theme.code}” is no code of a theme: small letters, digits, - and _")
    if _declared.setdefault(theme.code, theme) != theme:
        raise ValueError(f"the theme “{theme.code}” is declared twice")
    return theme


def declared() -> Mapping[str, Theme]:
    """The themes that the code declares: no tree may take their codes."""
    return _declared


def read_from(versions: Callable[[], Sequence[Tree]]) -> None:
    """Say who hands the versions of the tree down, oldest first; called by the package that keeps them."""
    _hand[:] = [versions]


def tree(at: datetime | None = None) -> Tree:
    """The tree in force, now or at an instant."""
    versions = _hand[0]() if _hand else [Tree()]
    if at is None:
        return versions[-1]
    held = [one for one in versions if one.since is None or one.since <= at]
    return held[-1] if held else versions[0]


def themes(at: datetime | None = None) -> dict[str, Theme]:
    """All known themes by code, ended ones too, in the order of codes; in the words of an instant."""
    return dict(sorted({**tree().themes, **tree(at).themes, **_declared}.items()))


def find(code: str) -> Theme | None:
    """The theme of this code, None when nobody knows it."""
    return _declared.get(code) or tree().themes.get(code)


def is_sensitive(code: str, day: date | None = None) -> bool:
    """Whether acts of a day on this theme are masked, by the class of that day or any stricter one since.

    Without a day: whether some may be. A theme that is known no more is masked, to be safe.
    """
    if not code:
        return False
    theme = find(code)
    if theme is None or theme.sensitive:
        return True
    until = theme.confided_until
    return until is not None and (day is None or day <= until)


def taken(code: str, day: date) -> str | None:
    """The code under which something of a day is written down: its own, or that of the theme which replaced it.

    None when nobody knows it, or when it had ended by then and nothing replaced it.
    """
    theme = find(code)
    if theme is None or (theme.ended_on is not None and day > theme.ended_on):
        return followed(code) if theme and theme.replaced_by else None
    return code


def followed(code: str) -> str:
    """The theme that stands today for this one; itself when nothing replaced it."""
    while (theme := find(code)) is not None and theme.replaced_by:
        code = theme.replaced_by
    return code


def leading_to(code: str) -> list[str]:
    """This theme, and those that it replaced."""
    return [code, *(one for one in tree().themes if one != code and followed(one) == code)]


def choices(*kept: str) -> list[tuple[str, str]]:
    """What may be chosen today, in the order of the tree and in words; besides, ended themes that a record holds."""
    held = set(kept)
    return [
        (code, str(theme.words))
        for code, theme in tree().themes.items()
        if theme.ended_on is None or code in held
    ]


def to_look_for() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a list is filtered by, family by family: every theme of the tree that no other one stands for."""
    found = [
        (str(one.words), [(t.code, str(t.words)) for t in one.themes if not t.replaced_by])
        for one in tree().families
    ]
    return [(family, held) for family, held in found if held]


def by_name() -> dict[str, str]:
    """What a file may call each theme: its code, or its words in either language; one that is offered comes before an ended one."""
    known = sorted(themes().values(), key=lambda one: one.ended_on is None)
    return {text: one.code for one in known for text in (one.words.fr, one.words.en, one.code)}


def in_order(codes: Iterable[str]) -> list[str]:
    """Codes in the order of the tree, each once; those that it does not hold come last."""
    rank = {code: place for place, code in enumerate(tree().themes)}
    return sorted(set(codes), key=lambda code: (rank.get(code, len(rank)), code))


def token() -> str:
    """One text that changes with the tree; part of the key of kept figures."""
    now = tree()
    return f"{now.number}:{now.since}"
