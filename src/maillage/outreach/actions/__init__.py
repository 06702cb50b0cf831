"""What people do with prospecting; every write of the package, and every act, starts here."""

from maillage.outreach.actions.answers import Heard, lift_objection, object_to_signals
from maillage.outreach.actions.appointments import agree_hour
from maillage.outreach.actions.campaigns import (
    assign,
    change_campaign,
    create_campaign,
    freeze_campaign,
)
from maillage.outreach.actions.controls import check_visit, draw_control
from maillage.outreach.actions.firms import add_unknown_firm, follow_match, reconcile_firm
from maillage.outreach.actions.guides import (
    begin_guide,
    drop_guide,
    publish_guide,
    rewrite_guide,
)
from maillage.outreach.actions.kept_rounds import plan_round, reorder_round, withdraw_round
from maillage.outreach.actions.opening_hours import note_opening
from maillage.outreach.actions.photos import add_photo, remove_photo
from maillage.outreach.actions.portfolios import (
    change_following,
    follow_firm,
    hand_over,
    hand_over_all,
    stop_following,
)
from maillage.outreach.actions.sharing import Said, say_profile, share_out
from maillage.outreach.actions.team_rounds import accept_rounds
from maillage.outreach.actions.visits import VisitFacts, cancel_visit, correct_visit, report_visit
from maillage.outreach.actions.walks import call_off_walk, change_walk, prepare_walk

__all__ = [
    "Heard",
    "Said",
    "VisitFacts",
    "accept_rounds",
    "add_photo",
    "add_unknown_firm",
    "agree_hour",
    "assign",
    "begin_guide",
    "call_off_walk",
    "cancel_visit",
    "change_campaign",
    "change_following",
    "change_walk",
    "check_visit",
    "correct_visit",
    "create_campaign",
    "draw_control",
    "drop_guide",
    "follow_firm",
    "follow_match",
    "freeze_campaign",
    "hand_over",
    "hand_over_all",
    "lift_objection",
    "note_opening",
    "object_to_signals",
    "plan_round",
    "prepare_walk",
    "publish_guide",
    "reconcile_firm",
    "remove_photo",
    "reorder_round",
    "report_visit",
    "rewrite_guide",
    "say_profile",
    "share_out",
    "stop_following",
    "withdraw_round",
]
