"""The acts of conventions: texts signed, actions started or ended, money committed and paid."""

from __future__ import annotations

from maillage import ledger
from maillage.conventions.vocabulary import CORRECTIONS
from maillage.kernel.text import Words

PRESENT = "maillage.conventions.presenters"


def _kind(name: str, fr: str, en: str, presenter: str, *, from_past: bool = False) -> ledger.Kind:
    return ledger.declare(
        ledger.Kind(
            f"conventions.{name}",
            words=Words(fr=fr, en=en),
            subject="none",
            present=f"{PRESENT}.{presenter}",
            from_past=from_past,
        )
    )


SIGNED = _kind("version_signed", "Texte signé", "Text signed", "versions")

ACTION_STARTED = _kind("action_started", "Action commencée", "Action started", "turns")
ACTION_COMPLETED = _kind("action_completed", "Action réalisée", "Action completed", "turns")
ACTION_PAUSED = _kind("action_paused", "Action mise en pause", "Action paused", "turns")
ACTION_BLOCKED = _kind("action_blocked", "Action bloquée", "Action blocked", "turns")
ACTION_ABANDONED = _kind("action_abandoned", "Action abandonnée", "Action abandoned", "turns")

SUSPENDED = _kind("convention_suspended", "Convention suspendue", "Convention suspended", "turns")
RESUMED = _kind("convention_resumed", "Convention reprise", "Convention resumed", "turns")
TERMINATED = _kind("convention_terminated", "Convention résiliée", "Convention terminated", "turns")
LAPSED = _kind("convention_lapsed", "Convention devenue caduque", "Convention lapsed", "turns")
CANCELLED = _kind("convention_cancelled", "Convention annulée", "Convention cancelled", "turns")
SETTLED = _kind("convention_settled", "Convention soldée", "Convention settled", "turns")
ARCHIVED = _kind("convention_archived", "Convention archivée", "Convention archived", "turns")

COMMITMENT_MADE = _kind("commitment_made", "Engagement", "Commitment", "entries", from_past=True)
PAYMENT_MADE = _kind("payment_made", "Versement", "Payment", "entries", from_past=True)

ACTION_TURNS = (
    ACTION_STARTED,
    ACTION_COMPLETED,
    ACTION_PAUSED,
    ACTION_BLOCKED,
    ACTION_ABANDONED,
)
CONVENTION_TURNS = (
    SUSPENDED,
    RESUMED,
    TERMINATED,
    LAPSED,
    CANCELLED,
    SETTLED,
    ARCHIVED,
)
TURNS = {kind.name: kind for kind in (*ACTION_TURNS, *CONVENTION_TURNS)}

NEED_A_REASON = frozenset({ACTION_PAUSED.name, ACTION_BLOCKED.name, ACTION_ABANDONED.name})

ledger.reasons.declare("conventions", CORRECTIONS)
