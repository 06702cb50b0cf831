"""What everybody may read of an indicator: the values that were published, masked as they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maillage.conventions.models import Convention
from maillage.figures import Definition
from maillage.figures.models import PublishedFigure
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory.asking import BY_FUNDER
from maillage.observatory.wording import written

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Published:
    """A value as one publication says it."""

    subject: str
    slug: str
    period: Period
    at: datetime
    reference: str
    shown: str
    masked: str
    told: dict[str, Any]


def of(definition: Definition) -> list[Published]:
    """The newest published value of every subject and period, whatever the version."""
    # Money is published by funder: its whole stands with its parts.
    whole = PublishedFigure.objects.filter(by__in=("", BY_FUNDER))
    every = whole.filter(reference__startswith=f"{definition.code}@")
    newest = every.select_related("publication").order_by("-publication__published_at", "rank")
    kept: dict[tuple[Any, ...], PublishedFigure] = {}
    for figure in newest[: SHOWN * 5]:
        one = figure.publication
        kept.setdefault((one.subject, one.period_start, one.period_end, figure.reference), figure)
    shown = list(kept.values())[:SHOWN]
    titles = _titles([figure.publication.subject for figure in shown])
    return [_published(figure, titles) for figure in shown]


def _titles(subjects: list[str]) -> dict[str, str]:
    slugs = [subject.partition(":")[2] for subject in subjects]
    every = Convention.objects.unscoped(
        reason="a convention whose figures were published is public"
    )
    return dict(every.filter(slug__in=slugs).values_list("slug", "title"))


def _published(figure: PublishedFigure, titles: dict[str, str]) -> Published:
    one, says = figure.publication, figure.public
    slug = one.subject.partition(":")[2]
    return Published(
        subject=titles.get(slug, one.subject),
        slug=slug if slug in titles else "",
        period=Period(one.period_start, one.period_end),
        at=one.published_at,
        reference=figure.reference,
        shown="" if says["masked"] else written(says["value"], figure.unit),
        masked=str(Words(**says["reason"])) if says["masked"] else "",
        told={
            "subject": one.subject,
            "period": f"{one.period_start}..{one.period_end}",
            "published_at": one.published_at.isoformat(),
            "reference": figure.reference,
            "unit": figure.unit,
            "value": says["value"],
            "masked": says["masked"],
        },
    )
