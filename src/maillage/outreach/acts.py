"""The kinds of acts that prospecting records: a firm listed, an attempt made.

A mail blast is no kind: what nobody answered is not a contact (indicator I01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage import ledger
from maillage.kernel.text import Words
from maillage.outreach.vocabulary import (
    RECONCILED,
    Checked,
    Mode,
    Outcome,
    Reason,
    attempt_kind,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SOURCE_CAMPAIGN = "outreach.campaign"
SOURCE_VISIT = "outreach.visit"
SOURCE_CONTROL = "outreach.control"

_PRESENT_VISITS = "maillage.outreach.lines.visits"
_PRESENT_CAMPAIGNS = "maillage.outreach.lines.campaigns"

_VISIT_WORDS = {
    Outcome.DONE: Words("Visite réalisée", "Visit done"),
    Outcome.ABSENT: Words("Visite : personne sur place", "Visit: nobody there"),
    Outcome.REFUSED: Words("Visite refusée", "Visit refused"),
    Outcome.UNREACHABLE: Words("Visite : injoignable", "Visit: could not be reached"),
    Outcome.POSTPONED: Words("Visite reportée", "Visit put off"),
    Outcome.CLOSED_DOWN: Words("Visite : entreprise fermée", "Visit: firm closed down"),
    Outcome.WRONG_ADDRESS: Words("Visite : pas à l’adresse", "Visit: not at this address"),
}
_CALL_WORDS = {
    Outcome.DONE: Words("Appel réalisé", "Call done"),
    Outcome.ABSENT: Words("Appel : absent", "Call: away"),
    Outcome.REFUSED: Words("Appel refusé", "Call refused"),
    Outcome.UNREACHABLE: Words("Appel : injoignable", "Call: could not be reached"),
    Outcome.POSTPONED: Words("Appel reporté", "Call put off"),
    Outcome.CLOSED_DOWN: Words("Appel : entreprise fermée", "Call: firm closed down"),
    Outcome.WRONG_ADDRESS: Words("Appel : pas à l’adresse", "Call: not at this address"),
}

FIRM_LISTED = ledger.declare(
    ledger.Kind(
        "outreach.firm_listed",
        Words("Entreprise inscrite sur la liste d’une campagne", "Firm put on a campaign’s list"),
        present=_PRESENT_CAMPAIGNS,
    )
)
ATTEMPTS = {
    attempt_kind(mode, outcome): ledger.declare(
        ledger.Kind(attempt_kind(mode, outcome), words, present=_PRESENT_VISITS, from_past=True)
    )
    for mode, table in ((Mode.VISIT, _VISIT_WORDS), (Mode.CALL, _CALL_WORDS))
    for outcome, words in table.items()
}

_CHECKED_WORDS = {
    Checked.CONFIRMED: Words("Visite confirmée au rappel", "Visit confirmed when called back"),
    Checked.NOT_CONFIRMED: Words(
        "Visite non confirmée au rappel", "Visit not confirmed when called back"
    ),
    Checked.UNREACHABLE: Words("Rappel : injoignable", "Call-back: could not be reached"),
}
CHECKS = {
    checked: ledger.declare(
        ledger.Kind(
            f"outreach.control_{checked.value}", words, present="maillage.outreach.lines.controls"
        )
    )
    for checked, words in _CHECKED_WORDS.items()
}

_REASONS: dict[str, Words | StrPromise] = {
    **{reason.value: reason.label for reason in Reason},
    RECONCILED: Words("Rapproché du répertoire", "Matched with the register"),
}
ledger.reasons.declare("outreach", _REASONS)
ledger.reasons.declare("needs", _REASONS)  # a need withdrawn with the visit it was heard at
