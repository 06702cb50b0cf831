"""What prospecting keeps: campaigns with their frozen lists, visits and calls."""

from maillage.outreach.models.campaigns import Campaign, ListedFirm
from maillage.outreach.models.visits import ProvisionalFirm, Visit

__all__ = ["Campaign", "ListedFirm", "ProvisionalFirm", "Visit"]
