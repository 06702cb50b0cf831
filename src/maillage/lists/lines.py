"""What the timeline and the sheet of a firm tell of lists, to those who may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.lists.models import Match
from maillage.ui.formats import day

#: Weights (logarithms in base 2) from which something weighs for or against.
_TELLING = 0.5
# Not said of a pair by itself, but of what surrounds it.
_AROUND = {"prior", "rivals"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one comparison says of a pair, in words, and which way it weighs."""

    words: str
    weight: float

    @property
    def sense(self) -> str:
        """For, against, or neither."""
        if abs(self.weight) < _TELLING:
            return "neither"
        return "for" if self.weight > 0 else "against"


@dataclass(frozen=True, slots=True)
class Mention:
    """That a firm is on a list: which, under what name, since which list, how it is known."""

    match: Match
    of: str
    called: str
    listed_on: date
    purpose: str
    loaded_at: datetime | None
    loaded_by: str
    url: str
    reasons: Sequence[Reason]


def reasons_of(match: Match) -> list[Reason]:
    """What was compared, in the reader's language, what weighs most first."""
    tongue = "fr" if (get_language() or "fr").startswith("fr") else "en"
    told = [
        Reason(str(one[tongue]), float(one["weight"]))
        for one in match.why
        if one["field"] not in _AROUND
    ]
    return sorted(told, key=lambda one: -abs(one.weight))


def matches(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The likenesses among these that the actor may see."""
    rows = Match.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(match.key): ledger.Line(
            title=str(match.line.of),
            url=reverse("lists:match", kwargs={"key": match.key}),
            detail=_detail(match),
            who=str(match.line.of.organisation),
        )
        for match in rows.select_related("line__of__organisation", "establishment__legal_unit")
    }


def _called(match: Match) -> str:
    """The name under which a list has it; that of a firm of partial diffusion is on no sheet."""
    return match.line.called if match.establishment.is_open and match.line.told else ""


def _detail(match: Match) -> str:
    listed = _("list of %(day)s") % {"day": day(match.line.listed_on)}
    name = _called(match)
    return (
        _("under the name “%(name)s”, %(list)s") % {"name": name, "list": listed}
        if name
        else listed
    )


def mentions(establishments: Iterable[int], actor: Actor) -> list[Mention]:
    """The lists on which these establishments are, as far as the reader may know, in three queries at most."""
    visible = Match.objects.visible_to(actor).shown().standing()
    rows = visible.filter(establishment__in=list(establishments))
    found = list(
        rows.select_related("line__of", "line__load", "establishment__legal_unit").order_by(
            "-line__listed_on", "id"
        )
    )
    people = {one.line.load.loaded_by for one in found if one.line.load.loaded_by}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return [
        Mention(
            match=one,
            of=str(one.line.of),
            called=_called(one),
            listed_on=one.line.listed_on,
            purpose=str(one.line.load.given.get("purpose", "")),
            loaded_at=one.line.load.activated_at,
            loaded_by=names.get(one.line.load.loaded_by or 0, ""),
            url=reverse("lists:match", kwargs={"key": one.key}),
            reasons=reasons_of(one),
        )
        for one in found
    ]
