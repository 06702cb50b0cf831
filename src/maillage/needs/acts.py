"""The kinds of acts that needs record: heard, sent to a partner, taken up, ended.

A need heard at a door keeps the name under which prospecting first recorded it: names of kinds are permanent.
"""

from __future__ import annotations

from maillage import ledger
from maillage.kernel.text import Words
from maillage.needs.vocabulary import (
    CalledBack,
    Ending,
    Origin,
    Withdrawal,
    YesNo,
)

SOURCE_NEED = "needs.need"
SOURCE_REFERRAL = "needs.referral"

_NEEDS = "maillage.needs.lines.needs"
_REFERRALS = "maillage.needs.lines.referrals"


def _kind(name: str, words: Words, present: str, *, from_past: bool = False) -> ledger.Kind:
    return ledger.declare(ledger.Kind(name, words, present=present, from_past=from_past))


def expressed_kind(origin: Origin | str) -> str:
    """The kind of the act that a need records when it is heard: `needs.form_need_expressed`."""
    heard = Origin(origin)
    at_the_door = heard is Origin.VISIT
    return "outreach.need_expressed" if at_the_door else f"needs.{heard.value}_need_expressed"


_EXPRESSED_WORDS = {
    Origin.VISIT: Words("Besoin exprimé", "Need expressed"),
    Origin.DESK: Words("Besoin exprimé à une permanence", "Need expressed at a desk"),
    Origin.EVENT: Words("Besoin exprimé à un événement", "Need expressed at an event"),
    Origin.SURVEY: Words("Besoin exprimé dans une enquête", "Need expressed in a survey"),
    Origin.FILE: Words("Besoin exprimé dans un dossier", "Need expressed in an application"),
    Origin.FORM: Words("Besoin exprimé en ligne", "Need expressed online"),
    Origin.PARTNER: Words("Besoin transmis par un partenaire", "Need told by a partner"),
}
EXPRESSED = {
    origin: _kind(expressed_kind(origin), words, _NEEDS, from_past=True)
    for origin, words in _EXPRESSED_WORDS.items()
}
NEED_TAKEN = _kind("needs.need_taken_up", Words("Besoin pris en charge", "Need taken up"), _NEEDS)

_CLOSED_WORDS = {
    Ending.HELPED: Words("Besoin clos\u00a0: aide apportée", "Need closed: helped"),
    Ending.NO_FOLLOW_UP: Words("Besoin clos\u00a0: sans suite", "Need closed: no follow-up"),
    Ending.UNREACHABLE: Words("Besoin clos\u00a0: injoignable", "Need closed: firm not reached"),
    Ending.OUT_OF_SCOPE: Words("Besoin clos\u00a0: hors champ", "Need closed: out of scope"),
    Ending.ABANDONED: Words("Besoin clos\u00a0: abandonné", "Need closed: given up by the firm"),
}
NEED_CLOSED = {
    ending: _kind(f"needs.need_closed_{ending.value}", words, _NEEDS)
    for ending, words in _CLOSED_WORDS.items()
}

SENT = _kind("needs.referral_sent", Words("Mise en relation", "Referral sent"), _REFERRALS)
TAKEN = _kind(
    "needs.referral_taken",
    Words("Mise en relation prise en charge", "Referral taken up"),
    _REFERRALS,
)
REFUSED = _kind(
    "needs.referral_refused", Words("Mise en relation refusée", "Referral refused"), _REFERRALS
)
EXPIRED = _kind(
    "needs.referral_expired", Words("Mise en relation expirée", "Referral expired"), _REFERRALS
)
WITHDRAWN = _kind(
    "needs.referral_withdrawn", Words("Mise en relation reprise", "Referral taken back"), _REFERRALS
)
_ENDED_WORDS = {
    Ending.HELPED: Words("Mise en relation close\u00a0: aide apportée", "Referral closed: helped"),
    Ending.NO_FOLLOW_UP: Words(
        "Mise en relation close\u00a0: sans suite", "Referral closed: no follow-up"
    ),
    Ending.UNREACHABLE: Words(
        "Mise en relation close\u00a0: injoignable", "Referral closed: firm not reached"
    ),
    Ending.OUT_OF_SCOPE: Words(
        "Mise en relation close\u00a0: hors champ", "Referral closed: out of scope"
    ),
    Ending.ABANDONED: Words(
        "Mise en relation close\u00a0: abandonnée", "Referral closed: given up by the firm"
    ),
}
CLOSED = {
    ending: _kind(f"needs.referral_closed_{ending.value}", words, _REFERRALS)
    for ending, words in _ENDED_WORDS.items()
}

_CALLED_WORDS = {
    CalledBack.SETTLED: Words("Rappel\u00a0: c’est réglé", "Called back: it is settled"),
    CalledBack.WAITING: Words(
        "Rappel\u00a0: il faut encore quelqu’un", "Called back: it still needs somebody"
    ),
    CalledBack.UNREACHED: Words(
        "Rappel\u00a0: personne n’a répondu", "Called back: nobody answered"
    ),
}
CALLED_BACK = {
    outcome: _kind(f"needs.called_back_{outcome.value}", words, _NEEDS)
    for outcome, words in _CALLED_WORDS.items()
}

OPINION_ASKED = _kind(
    "needs.opinion_asked", Words("Avis demandé à l’entreprise", "Opinion asked of the firm"), _NEEDS
)
CONTACTED = {
    YesNo.YES: _kind(
        "needs.was_contacted",
        Words("L’entreprise a été contactée", "The firm was contacted"),
        _NEEDS,
    ),
    YesNo.NO: _kind(
        "needs.was_not_contacted",
        Words("L’entreprise n’a pas été contactée", "The firm was not contacted"),
        _NEEDS,
    ),
}
USEFUL = {
    YesNo.YES: _kind(
        "needs.found_useful",
        Words("L’entreprise l’a trouvé utile", "The firm found it useful"),
        _NEEDS,
    ),
    YesNo.NO: _kind(
        "needs.found_useless",
        Words("L’entreprise ne l’a pas trouvé utile", "The firm did not find it useful"),
        _NEEDS,
    ),
}

REOPENED = "reopened"
ledger.reasons.declare(
    "needs",
    {
        **{reason.value: reason.label for reason in Withdrawal},
        REOPENED: Words("Besoin rouvert", "Need opened again"),
    },
)
