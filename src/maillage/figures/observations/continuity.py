"""What continues what: a unit that comes back within two years, a firm that moves to another address.

Each spell has at most one that follows it and one that it follows. A move comes from INSEE's succession
links, else is inferred: same legal unit and same activity, one address closing and another opening within
31 days. An existence is a chain of spells; it begins with a birth.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from maillage.figures.observations.calendar import MONTH, UNKNOWN, anniversary, elapsed
from maillage.figures.observations.spells import OPEN

BACK_WITHIN = 2  # years: a return after 24 months or more is a birth
MOVED_WITHIN = 31  # days between a closing and an opening of the same firm
REACTIVATION, DECLARED, INFERRED = "reactivation", "declared", "inferred"

Keep = Callable[[ir.Table, str], ir.Table]


def reactivations(spells: ir.Table) -> ir.Table:
    """Pairs (`before, after`) of spells of a same unit less than 24 months apart."""
    ended = spells.select("unit", before="id", after=spells.id + 1, closed="end")
    following = spells.select("unit", after="id", opened="start")
    pairs = ended.join(following, ["unit", "after"])
    return pairs.filter(pairs.opened < anniversary(pairs.closed, BACK_WITHIN)).select(
        "before", "after"
    )


def declared_moves(spells: ir.Table, links: ir.Table) -> ir.Table:
    """Pairs joined by a succession link (`predecessor, successor, on`), each spell in one pair at most.

    Of a predecessor, the spell that ends nearest the day of the link; of a successor, the one that
    begins nearest; no more than 24 months apart. One that stays open is followed by nobody.
    """
    ended = spells.filter(spells.end < OPEN)
    ended = ended.select(predecessor="unit", before="id", began="start", closed="end")
    begun = spells.filter(spells.start != UNKNOWN)
    begun = begun.select(successor="unit", after="id", opened="start")
    pairs = links.join(ended, "predecessor").join(begun, "successor")
    pairs = pairs.mutate(far=(pairs.opened - pairs.on).abs() + (pairs.closed - pairs.on).abs())
    near = pairs.filter(
        pairs.opened < anniversary(pairs.closed, BACK_WITHIN),
        pairs.closed < anniversary(pairs.opened, BACK_WITHIN),
        pairs.began < pairs.opened,
    )
    return _mutual(near)


def inferred_moves(spells: ir.Table, taken: ir.Table) -> ir.Table:
    """Pairs of a same legal unit and activity, one closing and one opening within 31 days.

    `taken` are the pairs already known: what they join is out of the question.
    """
    closing = spells.filter(spells.end < OPEN)
    closing = closing.anti_join(taken, [("id", "before")])
    opening = spells.filter(spells.start != UNKNOWN)
    opening = opening.anti_join(taken, [("id", "after")])
    # Joined by month, so that a firm of ten thousand addresses does not meet itself whole.
    shifts = [
        closing.select(
            "id", "unit", "legal_unit", "activity", "start", "end", month=closing.end // MONTH + k
        )
        for k in range(-2, 3)
    ]
    near = ibis.union(*shifts)
    opening = opening.select("id", "unit", "legal_unit", "activity", "start")
    opening = opening.mutate(month=opening.start // MONTH)
    pairs = near.join(opening, ["legal_unit", "activity", "month"], rname="after_{name}")
    pairs = pairs.filter(pairs.unit != pairs.after_unit, pairs.start < pairs.after_start)
    pairs = pairs.select(
        before=pairs.id,
        after=pairs.after_id,
        far=(elapsed(pairs.end) - elapsed(pairs.after_start)).abs(),
    )
    return _mutual(pairs.filter(pairs.far <= MOVED_WITHIN))


def _mutual(pairs: ir.Table) -> ir.Table:
    """Of pairs (`before, after, far`), those that are the nearest for both of their ends."""
    of_before = ibis.window(group_by="before", order_by=["far", "after"])
    of_after = ibis.window(group_by="after", order_by=["far", "before"])
    ranked = pairs.mutate(
        first=ibis.row_number().over(of_before), second=ibis.row_number().over(of_after)
    )
    best = ranked.filter((ranked["first"] == 0) & (ranked["second"] == 0))
    return best.select("before", "after")


def _free(pairs: ir.Table, taken: ir.Table) -> ir.Table:
    """The pairs none of whose ends is taken on its side."""
    return pairs.anti_join(taken, "before").anti_join(taken, "after")


def followings(spells: ir.Table, links: ir.Table, keep: Keep) -> ir.Table:
    """What follows what (`before, after, how`): declared moves first, then returns, then inferred moves."""
    declared = keep(declared_moves(spells, links).mutate(how=ibis.literal(DECLARED)), "declared")
    back = _free(reactivations(spells), declared).mutate(how=ibis.literal(REACTIVATION))
    known = keep(declared.union(back), "returns")
    inferred = inferred_moves(spells, known).mutate(how=ibis.literal(INFERRED))
    return keep(known.union(inferred), "followings")


def roots(pairs: ir.Table, keep: Keep, count: Callable[[ir.Table], int]) -> ir.Table:
    """The first spell of the chain each spell is in (`id, root`), for those that follow another.

    Chains are climbed by leaps that double: forty are more than any firm ever moved.
    """
    climbed = keep(pairs.select(id="after", root="before"), "root_0")
    for step in range(1, 41):
        above = climbed.select(root="id", higher="root")
        nearer = climbed.left_join(above, "root")
        nearer = nearer.select(
            "id", root=nearer.higher.coalesce(nearer.root), moved=nearer.higher.notnull()
        )
        nearer = keep(nearer, f"root_{step}")
        if not count(nearer.filter(nearer.moved)):
            return nearer.select("id", "root")
        climbed = nearer.select("id", "root")
    return climbed
