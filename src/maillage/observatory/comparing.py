"""A publication laid out for reading: what was published, and beside it what is known today."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, ngettext

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.conventions.models import Convention
from maillage.figures import Definition, Group
from maillage.figures.changes import Change
from maillage.figures.models import Publication, PublishedFigure
from maillage.figures.publication import groups_of
from maillage.kernel.text import Words
from maillage.observatory.addresses import records_url
from maillage.observatory.asking import BY_FUNDER
from maillage.observatory.wording import gap, written
from maillage.ui import formats

SHOWN_ACTS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A published figure; for the parties, today's value and the acts recorded since."""

    rank: int
    definition: Definition
    published: str
    masked: bool = False
    reason: str = ""
    groups: Sequence[Group] = ()
    withheld: bool = False
    by: str = ""
    today: str = ""
    delta: str = ""
    words: str = ""
    acts: Sequence[Change] = ()
    url: str = ""

    @property
    def is_touched(self) -> bool:
        """Whether it changed, or an act recorded since concerns it."""
        return bool(self.acts or self.delta)

    @property
    def by_words(self) -> str:
        """How it is split, in words."""
        return str(figures.DIMENSIONS[self.by].words) if self.by else ""

    @property
    def has_masked_parts(self) -> bool:
        """Whether some of its parts are hidden from the public."""
        return any(group.masked for group in self.groups)

    @property
    def shown_acts(self) -> Sequence[Change]:
        """The first acts of a long list."""
        return self.acts[:SHOWN_ACTS]

    @property
    def other_acts(self) -> int:
        """How many are not shown."""
        return max(0, len(self.acts) - SHOWN_ACTS)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of a breakdown as the public reads them."""
        return [
            (
                formats.month(g.label) if self.by == "first_month" and g.label else g.label,
                _("value masked") if g.masked else written(g.value, self.definition.unit),
            )
            for g in self.groups
        ]


def convention_of(publication: Publication, actor: Actor) -> Convention | None:
    """The convention whose figures were published, if this actor may know of it."""
    slug = publication.subject.partition(":")[2]
    seen = Convention.objects.visible_to(actor).select_related("keeper")
    return seen.filter(slug=slug).first()


def public_lines(publication: Publication) -> list[Line]:
    """What everybody may read, figure by figure, breakdowns included."""
    return [_public(figure) for figure in publication.figures.order_by("rank")]


def _public(figure: PublishedFigure) -> Line:
    definition, says = figures.get(figure.reference), figure.public
    return Line(
        rank=figure.rank,
        definition=definition,
        published=written(says["value"], definition.unit),
        masked=says["masked"],
        reason=str(Words(**says["reason"])),
        groups=groups_of(figure),
        withheld=says["withheld"] and not says["masked"] and bool(figure.groups),
        by=figure.by,
    )


@dataclass(frozen=True, slots=True)
class Revised:
    """A whole figure as the public read it before, and as a revision tells it."""

    definition: Definition
    before: str
    now: str


def revised_lines(publication: Publication) -> list[Revised]:
    """What a revision tells otherwise than the publication it revises, as the public reads both."""
    if publication.revises is None:
        return []
    before = {_asked(figure): figure for figure in publication.revises.figures.filter(by="")}
    found = []
    for figure in publication.figures.filter(by="").order_by("rank"):
        old, new = _read(before.get(_asked(figure))), _read(figure)
        if old != new:
            found.append(Revised(figures.get(figure.reference), old, new))
    return found


def _asked(figure: PublishedFigure) -> tuple[str, str]:
    return figure.reference, json.dumps(figure.filter, sort_keys=True)


def _read(figure: PublishedFigure | None) -> str:
    if figure is None:
        return _("not published")
    line = _public(figure)
    return _("value masked") if line.masked else line.published


def compared_lines(publication: Publication, actor: Actor) -> list[Line]:
    """Each whole figure beside today's, with the acts recorded since that its rule touches."""
    found: dict[tuple[str, str], Line] = {}
    for difference in figures.compare(publication, actor):
        if difference.published.by in {"", BY_FUNDER}:
            line = _compared(difference)
            found.setdefault((line.definition.reference, line.words), line)
    return list(found.values())


def _compared(difference: figures.Difference) -> Line:
    kept, today = difference.published, difference.today
    unit, delta = today.definition.unit, difference.delta
    published, now = written(_whole(kept.value), unit), written(today.value, unit)
    acts = len(difference.acts)
    part = "numerator" if today.numerator is not None else ""
    return Line(
        rank=kept.rank,
        definition=today.definition,
        published=published,
        today=now,
        delta=gap(delta, unit) if delta else "",
        words=_words(published, now, acts),
        acts=difference.acts,
        url=records_url(_without_parts(today.question), today.as_of, part),
    )


def _words(published: str, today: str, acts: int) -> str:
    """«published 483, today 481: 2 acts since»."""
    if not acts:
        return _("published %(published)s, today %(today)s: no act since") % {
            "published": published,
            "today": today,
        }
    words = ngettext(
        "published %(published)s, today %(today)s: %(n)s act since",
        "published %(published)s, today %(today)s: %(n)s acts since",
        acts,
    )
    return words % {"published": published, "today": today, "n": formats.number(acts)}


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) and value > 1 else value


def _without_parts(question: figures.Question) -> figures.Question:
    return figures.Question(question.indicator, question.filter, question.period)
