"""What the mayor is handed after a street walk: which firms were met, what they raised, what became of it.

A paper leaves the house: it names the firms that were met, as the register does, and tells of needs by theme without
saying whose they are; a difficulty told in confidence is counted, never named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage import figures, places
from maillage.accounts import identity
from maillage.accounts.actors import Actor
from maillage.events import reading
from maillage.events.indicators import FIRMS_AT_EVENTS
from maillage.events.models import Event, Registration
from maillage.figures.answers import Answer
from maillage.kernel import clock, invented
from maillage.kernel.periods import Period
from maillage.needs.models import Need
from maillage.needs.models.needs import label_of
from maillage.needs.vocabulary import NeedState
from maillage.ui import formats
from maillage.ui.reports import Block, Emblem, Heading, KeyFigure, Note, Paragraph, Report, Table


@dataclass(frozen=True, slots=True)
class Walk:
    """A street walk as its sheet tells it."""

    event: Event
    firms: Answer
    met: Sequence[Registration]
    needs: Sequence[Need]


def walk_of(event: Event, actor: Actor) -> Walk:
    """How many firms were met, by the ledger; which ones, and the needs that they raised, as far as the reader sees."""
    kept, day = figures.Filter(schemes=(event.scheme,)), Period(event.day, event.day)
    (firms,) = figures.answer([figures.Question(FIRMS_AT_EVENTS.reference, kept, day)])
    lines = reading.lines_of(event, actor)
    met = [line for line in lines if line.is_present and line.establishment is not None]
    return Walk(event, firms, met, list(reading.needs_of(event, actor)))


def sheet(walk: Walk) -> Report:
    """One page for the mayor, in the reader's language."""
    event, face = walk.event, identity.current()
    return Report(
        title=event.title,
        subtitle=_("%(day)s, %(commune)s. %(organisation)s.")
        % {
            "day": formats.day(event.day),
            "commune": places.commune_name(event.commune) or event.commune,
            "organisation": event.organisation,
        },
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=clock.now(),
        blocks=list(_blocks(walk)),
        demo=invented.label(),
        emblem=Emblem(*identity.logo(), face.name) if face.logo_digest else None,
    )


def _blocks(walk: Walk) -> Iterator[Block]:
    event = walk.event
    if guides := [
        told % {"who": who}
        for told, who in (
            (_("Elected artisan: %(who)s."), event.guide),
            (_("Mayor: %(who)s."), event.mayor),
        )
        if who
    ]:
        yield Paragraph(" ".join(guides))
    code, met = walk.firms.definition.code, int(walk.firms.value or 0)
    yield KeyFigure(_("Firms met"), formats.number(met), code, on=event.day)
    yield Heading(_("Firms met"))
    if walk.met:
        yield Table(_("Firms met on the street"), [_("Firm"), _("Address")], _firms(walk.met))
    else:
        yield Paragraph(_("No firm was met."))
    yield Heading(_("What they raised, and what became of it"))
    if walk.needs:
        columns = [_("What is asked for"), *(str(one.label) for one in SHOWN)]
        yield Table(_("Needs, by where they stand"), columns, _raised(walk.needs), NUMBERS)
        yield Note(_("Whose needs they are stays between the firms and those who answer them."))
    else:
        yield Paragraph(_("Nothing was raised."))


SHOWN = (NeedState.EXPRESSED, NeedState.SENT, NeedState.TAKEN, NeedState.CLOSED)
NUMBERS = frozenset(range(1, len(SHOWN) + 1))


def _firms(met: Sequence[Registration]) -> list[list[str]]:
    places_of = {line.establishment_id: line.establishment for line in met}
    return [[one.display_name, one.address] for one in places_of.values() if one is not None]


def _raised(needs: Sequence[Need]) -> list[list[str]]:
    """A line a theme, a column a state; difficulties together, without their name."""
    counted = Counter(
        (_("Told in confidence") if need.is_sensitive else label_of(need.theme), need.stage)  # type: ignore[attr-defined]
        for need in needs
    )
    themes = sorted({theme for theme, _stage in counted})
    return [
        [theme, *(formats.number(counted[theme, one.value]) for one in SHOWN)] for theme in themes
    ]
