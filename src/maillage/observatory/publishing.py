"""Publishing the figures of a convention over a period, and finding what was published."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from maillage import figures, ledger
from maillage.accounts.actors import Actor, System
from maillage.conventions.models import Convention
from maillage.conventions.states import ConventionState
from maillage.conventions.tree import states_of
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory import outturn
from maillage.observatory.asking import Asking


def subject_of(convention: Convention) -> str:
    """The name under which a convention's publications are kept."""
    return f"convention:{convention.slug}"


def publish(
    *, convention: Convention, period: Period, by: Actor, once: str, reason: str = ""
) -> Publication:
    """Freeze the figures of the text in force at the end of the period; a later one revises it.

    A period may end today: the publication says at which instant it was read, and the acts of this
    evening are told as those of any later day.

    Raises:
        Invalid: the period is not over, no signed text was in force at its end, it has no day of the
            convention, the convention was cancelled, or a revision does not say why.
    """
    # The text read and the publication revised are those of the instant published, whoever else publishes.
    with ledger.standstill():
        text = checked(convention, period)
        return figures.publish(
            subject=subject_of(convention),
            questions=Asking(text).whole(),
            period=period,
            by=by,
            once=once,
            revises=latest(convention, period),
            reason=reason or (by.reason if isinstance(by, System) else ""),
        )


def checked(convention: Convention, period: Period) -> outturn.Text:
    """The text whose figures can be published over a period.

    Raises:
        Invalid: as `publish()` says.
    """
    today = clock.today()
    if period.end > today:
        raise Invalid(
            Words("Cette période n’est pas finie.", "This period is not over."),
            remedy=Words("Publiez au plus jusqu’à aujourd’hui.", "Publish up to today at most."),
            fields={"end": _("This day is not over: publish up to today at most.")},
        )
    text = outturn.read(convention, period=period)
    if text.life.end < period.start:
        raise Invalid(
            Words(
                f"La convention a fini le {text.life.end}, avant cette période.",
                f"The convention ended on {text.life.end}, before this period.",
            ),
            remedy=Words(
                "Choisissez des jours de la convention.", "Choose days of the convention."
            ),
        )
    ((_about, state),) = states_of([convention], today, text.as_of)
    if state is ConventionState.CANCELLED:
        raise Invalid(
            Words(
                "Cette convention est annulée\u00a0: ses chiffres ne se publient pas.",
                "This convention was cancelled: its figures are not published.",
            ),
            remedy=Words(
                "Ce qui fut publié avant reste lisible.",
                "What was published before stays readable.",
            ),
        )
    return text


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
