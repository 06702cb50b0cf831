"""What the public would read of a period if it were published now, masks included."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.conventions.models import Convention
from maillage.figures.publication import disclosed
from maillage.figures.weighing import Public
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory import publishing, reading
from maillage.observatory.asking import Asking
from maillage.observatory.comparing import Line
from maillage.observatory.reading import Asked, public
from maillage.observatory.wording import written


def preview(convention: Convention, period: Period, actor: Actor) -> list[Line]:
    """Each figure as it would be published, computed now.

    Raises:
        Invalid: these figures cannot be published over this period.
    """
    publishing.checked(convention, period)
    read = reading.live(convention, actor, Asked(period))
    lines, known = [], Public(period)
    for rank, given in enumerate(read.answer(Asking(read.text).whole())):
        says = disclosed(given, known)
        shown = public(given, says)
        lines.append(
            Line(
                rank=rank,
                definition=given.definition,
                published=written(shown.value, given.definition.unit),
                masked=shown.masked,
                reason=str(Words(**says["reason"])),
                groups=shown.groups,
                withheld=says["withheld"] and not says["masked"] and bool(given.groups),
                by=given.question.by,
            )
        )
    return lines
