"""What this package adds to the journal of corrections: publications revised."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.corrected import Corrected, Source
from maillage.conventions.models import Convention
from maillage.figures.models import Publication
from maillage.kernel.text import Words
from maillage.observatory.publishing import period_of, subject_of
from maillage.ui import formats


def _revisions(_actor: Actor) -> QuerySet[Publication]:
    """What was published is public, and so is what revises it."""
    revisions = Publication.objects.filter(revises__isnull=False)
    return revisions.select_related("organisation", "person").order_by("-published_at", "-pk")


def _told(rows: Sequence[Publication], actor: Actor) -> list[Corrected]:
    slugs = {row.subject.partition(":")[2] for row in rows}
    seen = Convention.objects.visible_to(actor).filter(slug__in=slugs)
    titles = {subject_of(convention): convention.title for convention in seen}
    return [
        Corrected(
            at=row.published_at,
            who=str(row.person.name) if row.person else "",
            organisation=str(row.organisation),
            about=f"{titles.get(row.subject, row.subject)}, {formats.period(period_of(row))}",
            why=row.reason,
            url=reverse("observatory:publication", args=[row.key]),
        )
        for row in rows
    ]


SOURCES = (
    Source(
        name="publications",
        words=Words("Publication révisée", "Publication revised"),
        rows=_revisions,
        told=_told,
    ),
)
