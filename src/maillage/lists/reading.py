"""What pages and commands read of lists: counts, the lines of a list, the next pair to decide on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.lists.lines import Reason, reasons_of
from maillage.lists.models import MACHINE, Comparison, Line, Match, PartnerList

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor
    from maillage.lists.models import LineQuerySet, MatchQuerySet

VIEWS = ("to_review", "linked", "unlinked")


@dataclass(frozen=True, slots=True)
class Counted:
    """A list and what became of its lines."""

    of: PartnerList
    lines: int
    linked: int
    to_review: int
    unlinked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A line beside a firm that it may be, and why."""

    match: Match
    reasons: Sequence[Reason]
    others: Sequence[Match]
    decided: bool
    may: bool = False


def counts(lines: LineQuerySet) -> dict[str, int]:
    """How many lines are a firm, may be one, are none; `waiting` were not compared yet."""
    return {
        "lines": lines.count(),
        "linked": lines.linked().count(),
        "to_review": lines.to_review().count(),
        "unlinked": lines.unlinked().count(),
        "waiting": lines.filter(compared_at=None).count(),
    }


def counts_of_load(load: int) -> dict[str, int]:
    """The same of the lines that one load brought."""
    every = Line.objects.visible_to(MACHINE)
    return counts(every.standing().filter(load=load))


def in_words(found: Mapping[str, int]) -> str:
    """The same in words."""
    return _(
        "%(lines)d lines: %(linked)d recognised, %(to_review)d to be reviewed, %(unlinked)d not found."
    ) % dict(found)  # fmt: skip


def of_list(of: PartnerList, actor: Actor) -> LineQuerySet:
    """The lines of a list that stand."""
    return Line.objects.visible_to(actor).standing().filter(of=of)


def counted(lists: Sequence[PartnerList], actor: Actor) -> list[Counted]:
    """What became of the lines of each list, in as many queries for ten as for one."""
    lines = Line.objects.visible_to(actor).standing().filter(of__in=lists)
    sorts = {
        "lines": lines,
        "linked": lines.linked(),
        "to_review": lines.to_review(),
        "unlinked": lines.unlinked(),
        "waiting": lines.filter(compared_at=None),
    }
    per = {name: _per_list(found) for name, found in sorts.items()}
    return [
        Counted(one, **{name: found.get(one.pk, 0) for name, found in per.items()})
        for one in lists
    ]  # fmt: skip


def _per_list(lines: LineQuerySet) -> dict[int, int]:
    from django.db.models import Count

    rows = lines.order_by().values("of").annotate(n=Count("pk"))
    return {row["of"]: row["n"] for row in rows}


def page_of(lines: LineQuerySet, view: str) -> LineQuerySet:
    """The lines of a list that a reader asked for, each with the firms it may be."""
    chosen: Any = getattr(lines, view)() if view in VIEWS else lines
    return chosen.prefetch_related(_candidates()).order_by("number", "id")  # type: ignore[no-any-return]


def _candidates() -> Prefetch[Any]:
    every = Match.objects.visible_to(MACHINE)
    return Prefetch(
        "matches", every.select_related("establishment__legal_unit"), to_attr="candidates"
    )


def next_to_review(of: PartnerList, actor: Actor, after: int = 0) -> Match | None:
    """The surest candidate of the next line that waits, round the list once."""
    waiting = of_list(of, actor).to_review().order_by("number", "id")
    line = waiting.filter(number__gt=after).first() or waiting.first()
    if line is None:
        return None
    return (
        _with_both(Match.objects.visible_to(actor))
        .filter(line=line, state=Match.State.WAITING)
        .first()
    )


def readable(actor: Actor) -> MatchQuerySet:
    """The likenesses that the actor reads, with their line and their firm."""
    return _with_both(Match.objects.visible_to(actor).shown())


def _with_both(found: MatchQuerySet) -> MatchQuerySet:
    return found.select_related(
        "line__of__organisation", "line__load", "establishment__legal_unit", "decided_by"
    )


def pair_of(match: Match, *, may: bool) -> Pair:
    """A line beside its firm, with the other firms that the same line may be."""
    others = match.line.matches.exclude(pk=match.pk)
    found = list(others.select_related("establishment__legal_unit", "decided_by"))
    decided = match.stands or any(one.stands for one in found)
    return Pair(match, reasons_of(match), found, decided, may)


def comparisons(of: PartnerList) -> list[Comparison]:
    """The loads that brought the list, the latest first, and how far each is compared."""
    found = of.comparisons.select_related("load").filter(load__activated_at__isnull=False)
    return list(found.order_by("-load_id"))


def loaders(found: Sequence[Comparison]) -> dict[int, str]:
    """Who gave these."""
    wanted = {one.load.loaded_by for one in found if one.load.loaded_by}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))
