"""A tree under the pen: what is put in it, what may not be published, what its publication settles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from maillage.kernel.text import Words
from maillage.ledger.themes import CODE, Family, Theme, Tree, declared

T = TypeVar("T")

LONGEST = 80


def with_family(tree: Tree, family: Family, place: int) -> Tree:
    """The tree with a family at a place (1 comes first): a new one, or one that it holds under new words."""
    held = next((one for one in tree.families if one.code == family.code), family)
    others = [one for one in tree.families if one.code != family.code]
    return replace(tree, families=_inserted(others, replace(held, words=family.words), place))


def with_theme(tree: Tree, theme: Theme, family: str, place: int) -> Tree:
    """The tree with a theme at a place of a family, wherever it stood before."""
    bare = without(tree, theme.code)
    return replace(
        bare,
        families=tuple(
            replace(one, themes=_inserted(one.themes, theme, place)) if one.code == family else one
            for one in bare.families
        ),
    )


def without(tree: Tree, code: str) -> Tree:
    """The tree without a theme."""
    return replace(
        tree,
        families=tuple(
            replace(one, themes=tuple(theme for theme in one.themes if theme.code != code))
            for one in tree.families
        ),
    )


def without_family(tree: Tree, code: str) -> Tree:
    """The tree without a family."""
    return replace(tree, families=tuple(one for one in tree.families if one.code != code))


def _inserted(rows: Iterable[T], new: T, place: int) -> tuple[T, ...]:
    listed = list(rows)
    listed.insert(max(place - 1, 0), new)
    return tuple(listed)


def place_of(tree: Tree, code: str) -> tuple[str, int]:
    """In which family a theme stands, and at which place of it."""
    for family in tree.families:
        for rank, theme in enumerate(family.themes, start=1):
            if theme.code == code:
                return family.code, rank
    return "", 0


def problems(tree: Tree, before: Tree) -> list[str]:
    """Why a tree may not follow another one; none when it may."""
    every = [theme.code for family in tree.families for theme in family.themes]
    families = [family.code for family in tree.families]
    return [
        *(_("Two themes have the code “%(code)s”.") % {"code": one} for one in _twice(every)),
        *(_("Two families have the code “%(code)s”.") % {"code": one} for one in _twice(families)),
        *_of_codes(every, families, before),
        *_of_words(tree),
        *_of_followings(tree),
    ]


def _twice(codes: list[str]) -> list[str]:
    return sorted({one for one in codes if codes.count(one) > 1})


def _of_codes(every: list[str], families: list[str], before: Tree) -> Iterator[str]:
    for code in [*every, *families]:
        if not CODE.fullmatch(code):
            told = _("“%(code)s” is no code: 2 to 40 small letters, digits, - and _.")
            yield told % {"code": code}
    for code in sorted(set(every) & declared().keys()):
        yield _("The product itself uses the code “%(code)s”.") % {"code": code}
    for code, theme in before.themes.items():
        if code not in every:
            told = _("“%(theme)s” was published: end it, its code stays.")
            yield told % {"theme": theme.words}


def _of_words(tree: Tree) -> Iterator[str]:
    if not any(map(_open, tree.themes.values())):
        yield _("At least one theme has to be offered.")
    seen: set[str] = set()
    named: list[Family | Theme] = [*tree.families, *tree.themes.values()]
    for one in named:
        if not one.words.fr.strip() or not one.words.en.strip():
            yield _("“%(code)s” needs words in French and in English.") % {"code": one.code}
        if max(len(one.words.fr), len(one.words.en)) > LONGEST:
            told = _("“%(code)s”: at most %(longest)s characters.")
            yield told % {"code": one.code, "longest": LONGEST}
    for theme in tree.themes.values():
        for text in {theme.words.fr.casefold(), theme.words.en.casefold()} if _open(theme) else ():
            if text in seen:
                yield _("“%(words)s” names two themes.") % {"words": text}
            seen.add(text)


def _open(theme: Theme) -> bool:
    return theme.ended_on is None


def _of_followings(tree: Tree) -> Iterator[str]:
    """One that replaces is offered, so that following ends; nothing told in confidence goes on in the open."""
    for theme in tree.themes.values():
        if not theme.replaced_by:
            continue
        other, last = tree.themes.get(theme.replaced_by), _last(theme, tree)
        if _open(theme):
            yield _("“%(theme)s” is offered: nothing replaces it.") % {"theme": theme.words}
        elif other is None or last is None or not _open(last):
            told = _("“%(theme)s” is replaced by a theme that is not offered.")
            yield told % {"theme": theme.words}
        elif theme.sensitive and not other.sensitive:
            told = _("“%(theme)s” is told in confidence: only such a theme replaces it.")
            yield told % {"theme": theme.words}


def settled(tree: Tree, before: Tree, today: date) -> Tree:
    """The tree as it is published: what ends does so today, what is plain again was confided until today."""
    return replace(
        tree,
        families=tuple(
            replace(
                family,
                themes=tuple(_settled(one, before.themes.get(one.code), today) for one in family.themes),
            )
            for family in tree.families
        ),
    )  # fmt: skip


def _settled(theme: Theme, before: Theme | None, today: date) -> Theme:
    ended = theme.ended_on
    if ended is not None:
        ended = (before.ended_on if before else None) or today
    until = before.confided_until if before else None
    if before is not None and before.sensitive and not theme.sensitive:
        until = today
    return replace(theme, ended_on=ended, confided_until=until)


def _last(theme: Theme, tree: Tree) -> Theme | None:
    """Where following a theme ends; nowhere when it goes round."""
    seen: set[str] = set()
    at: Theme | None = theme
    while at is not None and at.replaced_by:
        if at.code in seen:
            return None
        seen.add(at.code)
        at = tree.themes.get(at.replaced_by)
    return at


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one theme or family, in words."""

    code: str
    label: Words
    said: tuple[str, ...]


def differences(before: Tree, after: Tree) -> list[Change]:
    """What one tree changes in another, in the order of the new one; what is left alone is not told."""
    found = [
        *(_of_family(one, {f.code: f for f in before.families}) for one in after.families),
        *(_of_theme(one, before, after) for one in after.themes.values()),
        *(
            Change(one.code, one.words, (_("Family taken out"),))
            for one in before.families
            if one.code not in {family.code for family in after.families}
        ),
    ]
    return [*filter(lambda one: bool(one.said), found), *_of_order(before, after)]


def _of_family(family: Family, before: Mapping[str, Family]) -> Change:
    old = before.get(family.code)
    if old is None:
        return Change(family.code, family.words, (_("New family"),))
    return Change(family.code, family.words, tuple(_reworded(old.words, family.words)))


def _of_theme(theme: Theme, before: Tree, after: Tree) -> Change:
    old = before.themes.get(theme.code)
    if old is None:
        new = [_("New theme"), *([_("Told in confidence")] if theme.sensitive else [])]
        return Change(theme.code, theme.words, tuple(new))
    said = [
        *_reworded(old.words, theme.words),
        *_reclassed(old, theme),
        *_closed(old, theme, after),
    ]
    family = place_of(after, theme.code)[0]
    if family != place_of(before, theme.code)[0]:
        words = next(one.words for one in after.families if one.code == family)
        said.append(_("Goes to the family “%(family)s”") % {"family": words})
    return Change(theme.code, theme.words, tuple(said))


def _reworded(old: Words, new: Words) -> Iterator[str]:
    for was, now in ((old.fr, new.fr), (old.en, new.en)):
        if was != now:
            yield _("“%(was)s” becomes “%(now)s”") % {"was": was, "now": now}


def _reclassed(old: Theme, new: Theme) -> Iterator[str]:
    if new.sensitive and not old.sensitive:
        yield _(
            "Becomes confidential: its lines, old ones too, are masked for whoever has no right"
        )
    if old.sensitive and not new.sensitive:
        yield _("Plain again: what was told until that day stays masked")


def _closed(old: Theme, new: Theme, after: Tree) -> Iterator[str]:
    if old.ended_on and new.ended_on is None:
        yield _("Offered again")
    if new.ended_on and (old.ended_on is None or old.replaced_by != new.replaced_by):
        other = after.themes.get(new.replaced_by)
        if other:
            yield _("Ends, and “%(theme)s” stands for it") % {"theme": other.words}
        else:
            yield _("Ends: it is offered no more")


def _of_order(before: Tree, after: Tree) -> list[Change]:
    """One line when what both hold stands in another order."""
    kept = [code for code in after.themes if code in before.themes]
    if kept == [code for code in before.themes if code in after.themes]:
        return []
    return [Change("", Words("Tout l’arbre", "The whole tree"), (_("Another order"),))]
