"""What figures of needs are read from: each need with what became of it, each referral with how long it waited.

Both are acts grouped by the record that caused them, so that they are read as of any instant.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from maillage import figures
from maillage.kernel import workdays
from maillage.kernel.text import Words
from maillage.needs.acts import (
    CONTACTED,
    EXPRESSED,
    NEED_CLOSED,
    NEED_TAKEN,
    OPINION_ASKED,
    SENT,
    TAKEN,
    USEFUL,
)
from maillage.needs.vocabulary import Ending, YesNo

EXPRESSED_KINDS = tuple(kind.name for kind in EXPRESSED.values())
CLOSED_KINDS = tuple(kind.name for kind in NEED_CLOSED.values())
PROMISED = (3, 5)
"""Working days within which a partner promises to take a request up (I07)."""

_SAME = ["source_model", "source_key"]


def _some(acts: ir.Table, *kinds: str) -> ir.Scalar:
    return acts.kind.isin(kinds).ifelse(1, 0).max()


def needs(p: figures.Parameters) -> ir.Table:
    """The acts by which needs were expressed, each with whether it was taken up, closed, helped since."""
    acts = figures.standing_acts(p)
    acts = acts.filter(acts.kind.isin([*EXPRESSED_KINDS, *CLOSED_KINDS, NEED_TAKEN.name]))
    became = acts.group_by(_SAME).aggregate(
        taken=_some(acts, NEED_TAKEN.name),
        closed=_some(acts, *CLOSED_KINDS),
        helped=_some(acts, NEED_CLOSED[Ending.HELPED].name),
    )
    return acts.filter(acts.kind.isin(EXPRESSED_KINDS)).inner_join(became, _SAME)


def referrals(p: figures.Parameters) -> ir.Table:
    """The acts by which needs were sent, each with the working days it waited and whether it is old enough to say."""
    acts = figures.standing_acts(p)
    acts = acts.filter(acts.kind.isin([SENT.name, TAKEN.name]))
    is_taken = acts.kind == TAKEN.name
    picked = acts.group_by(_SAME).aggregate(
        **{
            f"picked_{days}": (is_taken & (acts.quantity <= days)).ifelse(1, 0).max()
            for days in PROMISED
        }
    )
    sent = acts.filter(acts.kind == SENT.name).inner_join(picked, _SAME)
    ages = {
        f"aged_{days}": (sent.occurred_on <= p.text(f"sent_by_{days}")).ifelse(1, 0)
        for days in PROMISED
    }
    return sent.mutate(**ages)


def first_exchanges(p: figures.Parameters) -> ir.Table:
    """The acts by which needs were expressed, each with the days until a partner first took it up; none so far is null."""
    acts = figures.standing_acts(p)
    acts = acts.filter(acts.kind.isin([*EXPRESSED_KINDS, NEED_TAKEN.name]))
    waited = (acts.kind == NEED_TAKEN.name).ifelse(acts.quantity, ibis.null("int64"))
    first = acts.group_by(_SAME).aggregate(days=waited.min())
    return acts.filter(acts.kind.isin(EXPRESSED_KINDS)).inner_join(first, _SAME)


def opinions(p: figures.Parameters) -> ir.Table:
    """The acts by which firms were asked what they think, each with whether they answered, and what."""
    acts = figures.standing_acts(p)
    contacted, useful = (
        tuple(kind.name for kind in kinds.values()) for kinds in (CONTACTED, USEFUL)
    )
    acts = acts.filter(acts.kind.isin([OPINION_ASKED.name, *contacted, *useful]))
    said = acts.group_by(_SAME).aggregate(
        answered=_some(acts, *contacted),
        contacted=_some(acts, CONTACTED[YesNo.YES].name),
        rated=_some(acts, *useful),
        useful=_some(acts, USEFUL[YesNo.YES].name),
    )
    return acts.filter(acts.kind == OPINION_ASKED.name).inner_join(said, _SAME)


def _limits(moment: figures.Moment) -> Mapping[str, str]:
    """The last day of sending from which so many working days have gone by, as of the moment."""
    return {f"sent_by_{days}": workdays.before(moment.today, days).isoformat() for days in PROMISED}


NEEDS = figures.relate(
    figures.Relation(
        name="needs",
        version=1,
        words=Words(
            fr="Les besoins exprimés, et ce qu’il en est advenu à l’instant de lecture.",
            en="The needs expressed, and what had become of them by the as-of.",
        ),
        build=needs,
        act="id",
    )
)
FIRST_EXCHANGES = figures.relate(
    figures.Relation(
        name="first_exchanges",
        version=1,
        words=Words(
            fr="Les besoins exprimés, et les jours écoulés jusqu’à leur première prise en charge à l’instant de lecture.",
            en="The needs expressed, and the days until they were first taken up, by the as-of.",
        ),
        build=first_exchanges,
        act="id",
    )
)
OPINIONS = figures.relate(
    figures.Relation(
        name="opinions",
        version=1,
        words=Words(
            fr="Les avis demandés aux entreprises, et ce qu’elles en avaient dit à l’instant de lecture.",
            en="The opinions asked of firms, and what they had said by the as-of.",
        ),
        build=opinions,
        act="id",
    )
)
REFERRALS = figures.relate(
    figures.Relation(
        name="referrals",
        version=1,
        words=Words(
            fr="Les mises en relation, et les jours ouvrés qu’elles ont attendu à l’instant de lecture.",
            en="The referrals, and the working days they had waited by the as-of.",
        ),
        build=referrals,
        act="id",
        values=_limits,
    )
)
