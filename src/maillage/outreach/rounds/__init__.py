"""Rounds of visits: in which order, by whom, at what time; and why a visit found no room.

    from maillage.outreach import rounds
    plan = rounds.plan(problem)            # a plan that the checker holds right
    rounds.faults(problem, plan)           # what another plan breaks, rule by rule
    rounds.timed(problem, vehicle, order)  # the hours of an order that somebody chose

A round is read as field work is: a stop is begun within its opening hours, lunch is taken, the day ends
before the adviser's does. Times are whole seconds from the midnight of the day, unless a file says otherwise.
"""

from maillage.outreach.rounds.checking import faults as faults
from maillage.outreach.rounds.hours import timed as timed
from maillage.outreach.rounds.planning import plan as plan
from maillage.outreach.rounds.problem import (
    ALWAYS as ALWAYS,
    NEVER as NEVER,
    Break as Break,
    Call as Call,
    Pause as Pause,
    Plan as Plan,
    Problem as Problem,
    Route as Route,
    Stop as Stop,
    Unassigned as Unassigned,
    Vehicle as Vehicle,
    Why as Why,
    Window as Window,
)
from maillage.outreach.rounds.reading import problem_of as problem_of
