"""What the visits of the story follow: a grid and its points published early, a firm that objects, visits called back."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.outreach import actions
from maillage.outreach.models import Control, ControlledVisit, Guide, Signal
from maillage.outreach.models.distress import heaviest_first
from maillage.outreach.vocabulary import Checked
from maillage.site.demo.field import colleagues

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor
    from maillage.site.demo.story import Story

FIRST, OBJECTS = date(2018, 1, 8), date(2020, 6, 17)
DRAWN, CALLED = date(2020, 6, 15), date(2020, 6, 22)
CONTROLLED = Period(date(2020, 1, 6), date(2020, 6, 12))
SIZE, SEED = 12, 1901
#: What the firms say when they are called back; the last visits drawn wait for their call.
SAID = (*[Checked.CONFIRMED] * 7, Checked.NOT_CONFIRMED, Checked.UNREACHABLE)


def write_calendar(story: Story) -> None:
    """The guides before the first visit; a control in the last weeks, and a firm that wants nothing noted."""
    story.on(FIRST, 9, lambda: _publish(story))
    story.on(DRAWN, 9, lambda: _draw(story))
    story.on(OBJECTS, 10, lambda: _object(story))
    story.on(CALLED, 14, lambda: _call(story))


def _head(story: Story) -> Actor:
    return colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]


def _publish(story: Story) -> None:
    head = _head(story)
    for kind in Guide.Kind.values:
        actions.publish_guide(guide=actions.begin_guide(kind=kind, by=head), by=head)


def _draw(story: Story) -> None:
    with suppress(Invalid):  # the smallest story has months without a visit
        actions.draw_control(
            days=CONTROLLED, size=SIZE, seed=SEED, by=_head(story), once="demo-control"
        )


def _object(story: Story) -> None:
    """The lightest of those that are listed: who is called about it hears that it does not want to be."""
    head = _head(story)
    signals = Signal.objects.visible_to(head).latest_of_each()
    listed = heaviest_first(list(signals.select_related("table", "visit__legal_unit")))
    if listed:
        actions.object_to_signals(unit=listed[-1][0].visit.legal_unit, by=head)


def _call(story: Story) -> None:
    chance, head = random.Random(SEED), _head(story)  # noqa: S311 -- an invented story, not a secret
    control = Control.objects.visible_to(head).filter(once="demo-control")
    lines = ControlledVisit.objects.visible_to(head).filter(control__in=control)
    for line in lines[: SIZE - 2]:
        actions.check_visit(line=line, outcome=chance.choice(SAID), by=head)
