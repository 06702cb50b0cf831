"""What prospecting keeps: campaigns with their frozen lists, visits and calls, rounds of the day."""

from maillage.outreach.models.campaigns import Campaign, ListedFirm
from maillage.outreach.models.kept_rounds import KeptRound, RoundStop
from maillage.outreach.models.visits import ProvisionalFirm, Visit

__all__ = ["Campaign", "KeptRound", "ListedFirm", "ProvisionalFirm", "RoundStop", "Visit"]
