"""What a reader may see of the records behind the acts of conventions, for a whole page at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.conventions.models import Action, Convention, Entry, Turn, Version
from maillage.conventions.permissions import can_audit_entry, can_open_entry
from maillage.ledger import Line


def versions(keys: Sequence[str], actor: Actor) -> Mapping[str, Line]:
    """Signed texts are public: anybody who sees the act sees the text."""
    seen = Convention.objects.visible_to(actor)
    rows = Version.objects.filter(key__in=keys, convention__in=seen).select_related("convention")
    return {
        str(version.key): Line(
            title=version.convention.title,
            url=reverse("conventions:text", args=[version.convention.slug]),
        )
        for version in rows
    }


def turns(keys: Sequence[str], actor: Actor) -> Mapping[str, Line]:
    """Turns of actions and conventions, to the parties."""
    rows = list(
        Turn.objects.visible_to(actor)
        .filter(key__in=keys)
        .select_related("convention", "organisation")
    )
    titles = action_titles(turn.action_key for turn in rows)
    return {
        str(turn.key): Line(
            title=titles.get(turn.action_key, turn.convention.title),
            url=turn_url(turn),
            detail=" ".join(filter(None, [str(turn.words), str(turn.reason), turn.note])),
            who=str(turn.organisation),
        )
        for turn in rows
    }


def entries(keys: Sequence[str], actor: Actor) -> Mapping[str, Line]:
    """Accounting entries, to those who entered, funded or received them and to the convention's parties."""
    rows = Entry.objects.visible_to(actor).filter(key__in=keys).select_related("funder", "payee")
    page = entry_page(actor)
    return {
        str(entry.key): Line(
            title=entry.label,
            url=reverse(page, args=[entry.key]) if page else "",
            detail=" ".join(filter(None, [entry.reference, str(entry.payee or "")])),
            who=str(entry.funder),
        )
        for entry in rows
    }


def entry_page(actor: Actor) -> str:
    """The route by which this reader opens an entry; blank when they read its line only."""
    if can_audit_entry(actor):
        return "conventions:audit_entry"
    return "conventions:entry" if can_open_entry(actor) else ""


def turn_url(turn: Turn) -> str:
    """The page that shows a turn: that of its action, or the convention's text."""
    slug = turn.convention.slug
    if turn.action_key:
        return reverse("conventions:action", args=[slug, turn.action_key.partition("/")[2]])
    return reverse("conventions:text", args=[slug])


def action_titles(keys: object) -> dict[str, str]:
    """The latest title of each of these actions, with its code."""
    wanted = {key for key in keys if key}  # type: ignore[attr-defined]
    rows = Action.objects.filter(key__in=wanted).order_by("version__number")
    return {action.key: str(action) for action in rows}
