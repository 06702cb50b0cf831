"""What people do with prospecting; every write of the package, and every act, starts here."""

from maillage.outreach.actions.campaigns import (
    assign,
    change_campaign,
    create_campaign,
    freeze_campaign,
)
from maillage.outreach.actions.firms import add_unknown_firm, follow_match, reconcile_firm
from maillage.outreach.actions.kept_rounds import plan_round, reorder_round, withdraw_round
from maillage.outreach.actions.portfolios import (
    change_following,
    follow_firm,
    hand_over,
    hand_over_all,
    stop_following,
)
from maillage.outreach.actions.visits import VisitFacts, cancel_visit, correct_visit, report_visit

__all__ = [
    "VisitFacts",
    "add_unknown_firm",
    "assign",
    "cancel_visit",
    "change_campaign",
    "change_following",
    "correct_visit",
    "create_campaign",
    "follow_firm",
    "follow_match",
    "freeze_campaign",
    "hand_over",
    "hand_over_all",
    "plan_round",
    "reconcile_firm",
    "reorder_round",
    "report_visit",
    "stop_following",
    "withdraw_round",
]
