"""The kinds of acts that events record: one held, a seat taken, somebody who came, a firm met, what was said in a workshop.

An act about a firm is of its establishment; people without a firm are counted where the event took place. Every act
of an event has its scheme, which ends with the kind of event: figures tell kinds apart without a list of them.
"""

from __future__ import annotations

from maillage import ledger
from maillage.events.vocabulary import Ended, Why
from maillage.kernel.text import Words

SOURCE_EVENT, SOURCE_REGISTRATION = "events.event", "events.registration"
SOURCE_CONTRIBUTION = "events.contribution"
PERSON = "person"
"""The unit of a quantity: how many people."""

_PRESENT_EVENTS = "maillage.events.lines.events"
_PRESENT_REGISTRATIONS = "maillage.events.lines.registrations"
_PRESENT_CONTRIBUTIONS = "maillage.events.lines.contributions"


def _of_firm(name: str, words: Words, *, from_past: bool = False) -> ledger.Kind:
    kind = ledger.Kind(name, words, present=_PRESENT_REGISTRATIONS, from_past=from_past)
    return ledger.declare(kind)


def _of_people(name: str, words: Words) -> ledger.Kind:
    kind = ledger.Kind(name, words, subject="none", present=_PRESENT_REGISTRATIONS)
    return ledger.declare(kind)


EVENT_HELD = ledger.declare(
    ledger.Kind(
        "events.event_held",
        Words("Événement tenu", "Event held"),
        subject="none",
        present=_PRESENT_EVENTS,
    )
)
FIRM_REGISTERED = _of_firm(
    "events.firm_registered",
    Words("Entreprise inscrite à un événement", "Firm registered for an event"),
)
PERSON_REGISTERED = _of_people(
    "events.person_registered",
    Words("Personne inscrite à un événement", "Person registered for an event"),
)
FIRM_CAME = _of_firm(
    "events.firm_came",
    Words("Entreprise présente à un événement", "Firm present at an event"),
    from_past=True,
)
PEOPLE_CAME = _of_people(
    "events.people_came", Words("Personnes présentes à un événement", "People present at an event")
)
FIRM_MET = _of_firm(
    "events.firm_met",
    Words("Entreprise rencontrée sur un stand", "Firm met at a stand"),
    from_past=True,
)

FIRM_CONTRIBUTED = ledger.declare(
    ledger.Kind(
        "events.firm_contributed",
        Words("Contribution d’une entreprise à un atelier", "Contribution of a firm to a workshop"),
        present=_PRESENT_CONTRIBUTIONS,
    )
)
PEOPLE_CONTRIBUTED = ledger.declare(
    ledger.Kind(
        "events.people_contributed",
        Words(
            "Contribution d’un atelier ou d’une personne", "Contribution of a workshop or a person"
        ),
        subject="none",
        present=_PRESENT_CONTRIBUTIONS,
    )
)

ledger.reasons.declare(
    "events",
    {
        **{reason.value: reason.label for reason in Ended},
        **{reason.value: reason.label for reason in Why},
    },
)
