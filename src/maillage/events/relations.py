"""What figures of events are read from: the acts of events with their kind, and the seats of those that were held.

The scheme of an act of an event is `event:<key>:<kind>`: the kind is read from it, so that a new kind of event edits
no figure. A referral may be charged to an entry of the catalogue: that its need was raised at an event is read from
the need, which never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import ibis
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
from maillage.needs.acts import CLOSED, SENT
from maillage.needs.models import Need, Referral

PREFIX = "event:"
_KEY = 36
KIND_FROM = len(PREFIX) + _KEY + 1
REGISTERED_KINDS = (FIRM_REGISTERED.name, PERSON_REGISTERED.name)
CAME_KINDS = (FIRM_CAME.name, PEOPLE_CAME.name)
CLOSED_KINDS = tuple(kind.name for kind in CLOSED.values())
CLOSED_WITHIN = 90
"""Days within which what came of a referral is to be known (I40)."""


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


def event_referrals(p: figures.Parameters) -> ir.Table:
    """The acts by which needs raised at events were sent, by event; whether they are old enough, and closed in time."""
    acts = figures.standing_acts(p)
    sent = acts.filter(acts.kind == SENT.name).drop("scheme")
    sent = sent.mutate(record=_plain(sent.source_key))
    ours = sent.inner_join(_born_at_events(), ["record"])
    closed = acts.filter(acts.kind.isin(CLOSED_KINDS)).select("source_key", closed_on="occurred_on")
    told = ours.left_join(closed, ["source_key"]).drop("source_key_right")
    waited = (told.closed_on.cast("date") - told.occurred_on.cast("date")).cast("int64")
    in_time = (told.closed_on.notnull() & (waited <= CLOSED_WITHIN)).ifelse(1, 0)
    is_aged = (told.occurred_on <= p.text("sent_by")).ifelse(1, 0)
    return told.mutate(event_kind=told.scheme.substr(KIND_FROM), aged=is_aged, in_time=in_time)


def _born_at_events() -> ir.Table:
    """The referrals of needs that were raised at an event, each with the scheme of the event."""
    needs, referrals = figures.table(Need), figures.table(Referral)
    raised = needs.filter(needs.scheme.startswith(PREFIX)).select(need_id="id", scheme="scheme")
    found = referrals.inner_join(raised, ["need_id"])
    return found.select(record=_plain(found.key), scheme=found.scheme)


def _plain(key: ir.StringValue) -> ir.StringValue:
    """A key without its dashes, as text: one database keeps a type of its own for keys, the other has none."""
    return (ibis.literal("") + key).replace("-", "")


def _closing(moment: figures.Moment) -> Mapping[str, str]:
    """The last day of sending that leaves a partner its days, as of the moment."""
    return {"sent_by": (moment.today - timedelta(days=CLOSED_WITHIN)).isoformat()}


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
EVENT_REFERRALS = figures.relate(
    figures.Relation(
        name="event_referrals",
        version=1,
        words=Words(
            fr="Les mises en relation des besoins soulevés à des événements, et celles que leur partenaire a closes à temps.",
            en="The referrals of needs raised at events, and those that their partner closed in time.",
        ),
        build=event_referrals,
        act="id",
        values=_closing,
    )
)
