"""Publishing the figures of a convention over a period, and finding what was published."""

from __future__ import annotations

from datetime import date, timedelta

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.conventions.models import Convention
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import outturn
from maillage.observatory.asking import Asking


def subject_of(convention: Convention) -> str:
    """The name under which a convention's publications are kept."""
    return f"convention:{convention.slug}"


def publish(*, convention: Convention, period: Period, by: Actor, once: str) -> Publication:
    """Freeze the figures of the text in force at the end of the period; a later one revises it.

    Raises:
        Invalid: no text was in force at the end of the period.
    """
    text = outturn.read(convention, period=period)
    subject = subject_of(convention)
    earlier = Publication.objects.about(subject).filter(
        period_start=period.start, period_end=period.end
    )
    return figures.publish(
        subject=subject,
        questions=Asking(text).whole(),
        period=period,
        by=by,
        once=once,
        revises=earlier.first(),
    )


def latest(convention: Convention, period: Period | None = None) -> Publication | None:
    """The newest publication of a convention, over a period when one is given."""
    found = Publication.objects.about(subject_of(convention))
    if period:
        found = found.filter(period_start=period.start, period_end=period.end)
    return found.first()


def period_of(publication: Publication) -> Period:
    """The days that a publication froze."""
    return Period(publication.period_start, publication.period_end)


def proposed(life: Period | None) -> dict[str, date]:
    """The days a publisher is offered first: from the start of the convention to yesterday."""
    if life is None:
        return {}
    yesterday = clock.today() - timedelta(days=1)
    return {"start": life.start, "end": max(life.start, min(life.end, yesterday))}
