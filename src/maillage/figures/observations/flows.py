"""What happens to units, dated so that stocks and flows agree to the unit, on every area and year.

A flow has a day: the first day of a unit that begins or comes back, the last active day of one that
ends; a move happens on the last day at the old address. The stock of a day is taken as it opens, so that

    stock(t+1) = stock(t) + births + reactivations + arrivals − closures − departures.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from maillage.figures.observations.calendar import UNKNOWN
from maillage.figures.observations.continuity import REACTIVATION
from maillage.figures.observations.spells import OPEN

BIRTH, MOVE, CLOSURE = "birth", "move", "closure"


def told(spells: ir.Table, pairs: ir.Table, roots: ir.Table) -> ir.Table:
    """Spells (`id, unit, legal_unit, start, end, commune, …`) with how each begins, ends and chains.

    Adds `entry` and `exit`, the days of both flows (`entered`, `left`), the communes it came from and
    went to, `inferred` where a move was not declared, `lasts` where something follows, and its `root`.
    What moves lasts until the day it opens elsewhere. What it does and the segments it is in are those of the
    last of its chain, so that nobody leaves a trade by moving.
    """
    known = spells.filter(spells.start != UNKNOWN)
    after = spells.select(after="id", went_to="commune", opens="start")
    # Who continues one of an unknown start, which no stock counts, comes from nowhere known.
    before = known.select(before="id", came_from="commune")
    left = pairs.join(after, "after").select("before", "went_to", "opens", leaves="how")
    came = pairs.left_join(before, "before").select("after", "came_from", comes="how")
    joined = known.left_join(came, [("id", "after")]).drop("after")
    joined = joined.left_join(left, [("id", "before")]).drop("before")
    joined = joined.left_join(roots, "id")
    moved_in = joined.comes.notnull() & (joined.comes != REACTIVATION)
    moved_out = joined.leaves.notnull() & (joined.leaves != REACTIVATION)
    end = moved_out.ifelse(joined.opens, joined.end)
    flows = joined.select(
        *(name for name in known.columns if name != "end"),
        end=end,
        root=joined.root.coalesce(joined.id),
        entry=joined.comes.isnull().ifelse(
            BIRTH, (joined.comes == REACTIVATION).ifelse(REACTIVATION, MOVE)
        ),
        exit=(end >= OPEN).ifelse(ibis.null("string"), moved_out.ifelse(MOVE, CLOSURE)),
        entered=moved_in.ifelse(joined.start - 1, joined.start),
        left=(end >= OPEN).ifelse(OPEN, end - 1),
        came_from=moved_in.ifelse(joined.came_from, ibis.null("int32")),
        went_to=moved_out.ifelse(joined.went_to, ibis.null("int32")),
        inferred=((joined.comes == "inferred") | (joined.leaves == "inferred")).coalesce(False),
        lasts=joined.leaves.notnull(),
    )
    return _of_the_last(flows)


def _of_the_last(flows: ir.Table) -> ir.Table:
    """The flows of each chain with the activity and the segments of its last spell."""
    chained = flows.lasts | (flows.root != flows.id)
    last = flows.filter(chained, ~flows.lasts)
    last = last.select("root", last_activity="activity", last_segments="segments")
    told = flows.filter(chained).left_join(last, "root")
    told = told.mutate(
        activity=told.last_activity.coalesce(told.activity),
        segments=told.last_segments.coalesce(told.segments),
    )
    return flows.filter(~chained).union(told.select(*flows.columns))


def existences(spells: ir.Table) -> ir.Table:
    """Each existence that began with a known birth: its first spell's facts and the day it ended.

    Continuous across gaps of less than 24 months and across moves, wherever the unit goes.
    """
    ended = spells.group_by("root").aggregate(over=spells.end.max())
    born = spells.filter(spells.entry == BIRTH, spells.id == spells.root)
    return born.join(ended, "root")
