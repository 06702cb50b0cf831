"""What figures of events are read from: the acts of events with their kind, and the seats of those that were held.

The scheme of an act of an event is `event:<key>:<kind>`: the kind is read from it, so that a new kind of event edits
no figure.
"""

from __future__ import annotations

import ibis.expr.types as ir

from maillage import figures
from maillage.events.acts import (
    EVENT_HELD,
    FIRM_CAME,
    FIRM_REGISTERED,
    PEOPLE_CAME,
    PERSON_REGISTERED,
)
from maillage.kernel.text import Words

PREFIX = "event:"
_KEY = 36
KIND_FROM = len(PREFIX) + _KEY + 1
REGISTERED_KINDS = (FIRM_REGISTERED.name, PERSON_REGISTERED.name)
CAME_KINDS = (FIRM_CAME.name, PEOPLE_CAME.name)


def _with_kind(acts: ir.Table) -> ir.Table:
    acts = acts.filter(acts.scheme.startswith(PREFIX))
    return acts.mutate(event_kind=acts.scheme.substr(KIND_FROM))


def event_acts(p: figures.Parameters) -> ir.Table:
    """The acts of events, each with the kind of its event."""
    return _with_kind(figures.standing_acts(p))


def event_seats(p: figures.Parameters) -> ir.Table:
    """The acts by which seats were taken at events that were held: dated and placed as the event, with who came."""
    acts = event_acts(p)
    held = acts.filter(acts.kind == EVENT_HELD.name)
    held = held.group_by("scheme").aggregate(
        occurred_on=held.occurred_on.max(), month=held.month.max(), commune=held.commune.max()
    )
    ours = acts.filter(acts.kind.isin([*REGISTERED_KINDS, *CAME_KINDS]))
    came = ours.group_by("source_key").aggregate(came=ours.kind.isin(CAME_KINDS).ifelse(1, 0).max())
    seats = ours.filter(ours.kind.isin(REGISTERED_KINDS)).drop("occurred_on", "month", "commune")
    return seats.inner_join(held, ["scheme"]).inner_join(came, ["source_key"])


EVENT_ACTS = figures.relate(
    figures.Relation(
        name="event_acts",
        version=1,
        words=Words(
            fr="Les actes des événements, avec la nature de leur événement.",
            en="The acts of events, each with the kind of its event.",
        ),
        build=event_acts,
        act="id",
    )
)
EVENT_SEATS = figures.relate(
    figures.Relation(
        name="event_seats",
        version=1,
        words=Words(
            fr="Les places prises aux événements tenus, au jour et dans la commune de l’événement, et qui est venu.",
            en="The seats taken at events that were held, on the day and in the commune of the event, and who came.",
        ),
        build=event_seats,
        act="id",
    )
)
