"""Which service may answer a need, and why: points by declared criteria, whose sum is the score; a person decides.

proposals = matching.propose(needs, services)          # each with reasons that sum to its score
assigned = matching.assign(scores, capacities)         # the best whole, nobody beyond their capacity
"""

from maillage.needs.matching.assigning import assign as assign
from maillage.needs.matching.scoring import (
    LEAST as LEAST,
    Asked as Asked,
    Offer as Offer,
    Proposal as Proposal,
    Reason as Reason,
    propose as propose,
)
