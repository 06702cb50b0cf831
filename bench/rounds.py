"""How long rounds take: forty visits for three advisers, two hundred for eight, in a day with lunch and opening hours.

Times are of the wall, for they are what somebody waits for; they are reported, not judged, since VROOM looks further on
a faster machine. What is judged is that every visit that could be made has its place or a reason, and that the plan
holds: the product's own checker walks it again.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from bench import measure
from maillage.figures.methods.access import WALK, seconds
from maillage.outreach import rounds

HOUR = 3600
SIZES = ((40, 3, 2.0), (200, 8, 15.0))
CENTRE = (3.0573, 50.6292)


def measures(report: measure.Report) -> None:
    """The time of each size, beside the one that was asked for."""
    for visits, advisers, asked in SIZES:
        problem = drawn(visits, advisers)
        began = perf_counter()
        plan = rounds.plan(problem)
        took = perf_counter() - began
        placed = sum(len(route.calls) for route in plan.routes)
        report.say(
            f"{visits} visits, {advisers} advisers: {took:.1f} s (asked: {asked:.0f} s), "
            f"{placed} placed, {len(plan.unassigned)} with a reason"
        )
        if wrong := rounds.faults(problem, plan):
            report.say(f"FAIL {visits} visits: {wrong[0]}")
            report.failed.append(f"{visits} visits")


def drawn(visits: int, advisers: int) -> rounds.Problem:
    """Firms within walking distance of a centre, a third of them closed in the morning."""
    chance = np.random.default_rng(visits)
    points = [CENTRE, *map(tuple, chance.normal(CENTRE, (0.012, 0.008), (visits, 2)))]
    stops = [
        rounds.Stop(
            str(rank),
            rank,
            HOUR // 2,
            windows=[(14 * HOUR, 18 * HOUR)] if rank % 3 == 0 else [],
        )
        for rank in range(1, visits + 1)
    ]
    day = (9 * HOUR, 17 * HOUR + HOUR // 2)
    lunch = rounds.Break(HOUR, [(12 * HOUR, 13 * HOUR)])
    team = [rounds.Vehicle(str(rank), 0, None, day, breaks=[lunch]) for rank in range(advisers)]
    return rounds.Problem(seconds(points, WALK), stops, team)
