"""What prospecting keeps: campaigns with their frozen lists, visits and calls, what they follow, rounds of the day, portfolios."""

from maillage.outreach.models.appointments import Appointment
from maillage.outreach.models.campaigns import Campaign, ListedFirm
from maillage.outreach.models.controls import Control, ControlledVisit
from maillage.outreach.models.distress import Signal, SignalObjection
from maillage.outreach.models.guides import Guide
from maillage.outreach.models.kept_rounds import KeptRound, RoundStop
from maillage.outreach.models.opening_hours import OpeningHours
from maillage.outreach.models.photos import VisitPhoto
from maillage.outreach.models.portfolios import FollowedFirm, Handover
from maillage.outreach.models.profiles import AdviserProfile
from maillage.outreach.models.visits import ProvisionalFirm, Visit
from maillage.outreach.models.walks import StreetWalk

__all__ = [
    "AdviserProfile",
    "Appointment",
    "Campaign",
    "Control",
    "ControlledVisit",
    "FollowedFirm",
    "Guide",
    "Handover",
    "KeptRound",
    "ListedFirm",
    "OpeningHours",
    "ProvisionalFirm",
    "RoundStop",
    "Signal",
    "SignalObjection",
    "StreetWalk",
    "Visit",
    "VisitPhoto",
]
