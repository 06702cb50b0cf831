"""Who goes and sees which firm of a list: a share that says why, within what each has time for.

Nothing here reads the database: lines, advisers and their loads come in as they are.
"""

from maillage.outreach.sharing.dividing import Adviser, Given, Line, Proposal, propose
from maillage.outreach.sharing.loading import capacities
from maillage.outreach.sharing.reasons import Reason, reasons

__all__ = [
    "Adviser",
    "Given",
    "Line",
    "Proposal",
    "Reason",
    "capacities",
    "propose",
    "reasons",
]
