"""The words of the field: how a firm was approached, what came of it, what it asked for.

The values are permanent: they stand in the names of acts (`outreach.visit_done`) and in themes.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Mode(models.TextChoices):
    """How the firm was approached. A mail blast is no approach: it has no mode here."""

    VISIT = "visit", _("Visit")
    CALL = "call", _("Phone call")


class Outcome(models.TextChoices):
    """What came of an attempt."""

    DONE = "done", pgettext_lazy("attempt", "Done")
    ABSENT = "absent", pgettext_lazy("attempt", "Nobody there")
    REFUSED = "refused", pgettext_lazy("attempt", "Refused")
    UNREACHABLE = "unreachable", pgettext_lazy("attempt", "Could not be reached")
    POSTPONED = "postponed", pgettext_lazy("attempt", "Put off to later")
    CLOSED_DOWN = "closed_down", pgettext_lazy("attempt", "Firm closed down")
    WRONG_ADDRESS = "wrong_address", pgettext_lazy("attempt", "Not at this address")


def attempt_kind(mode: Mode | str, outcome: Outcome | str) -> str:
    """The kind of the act that an attempt records: `outreach.visit_done`."""
    return f"outreach.{Mode(mode).value}_{Outcome(outcome).value}"


#: What makes a contact: somebody was talked to, at the door or by phone.
CONTACTS = tuple(attempt_kind(mode, Outcome.DONE) for mode in Mode)

#: After one of these there is nothing left to do at this firm in this campaign.
SETTLED = (Outcome.DONE, Outcome.REFUSED, Outcome.CLOSED_DOWN, Outcome.WRONG_ADDRESS)
#: A postponed attempt is not closed: it will be made again.
CLOSED = tuple(outcome for outcome in Outcome if outcome is not Outcome.POSTPONED)


class Met(models.TextChoices):
    """Whom the adviser met."""

    OWNER = "owner", _("The owner")
    SPOUSE = "spouse", _("The spouse")
    EMPLOYEE = "employee", _("An employee")
    NOBODY = "nobody", _("Nobody")


class Checked(models.TextChoices):
    """What a firm said of a visit when it was called back; the code stands in the name of the act."""

    CONFIRMED = "confirmed", pgettext_lazy("control of a visit", "Confirmed")
    NOT_CONFIRMED = "not_confirmed", pgettext_lazy("control of a visit", "Not confirmed")
    UNREACHABLE = "unreachable", pgettext_lazy("control of a visit", "Could not be reached")


class NoteLevel(models.TextChoices):
    """Who reads a note."""

    PUBLIC = "public", _("Everyone")
    PARTNERS = "partners", _("The partners of the convention")
    CONFIDENTIAL = "confidential", _("My organisation only")


class Reason(models.TextChoices):
    """Why a visit is corrected or cancelled; the code stands in the reversing act for good."""

    TYPING = "typing", _("Typing mistake")
    WRONG_FIRM = "wrong_firm", _("It was another firm")
    WRONG_DAY = "wrong_day", _("It was another day")
    TWICE = "twice", _("Entered twice")
    LEARNED = "learned", _("Something learned since")
    DID_NOT_HAPPEN = "did_not_happen", _("It did not take place")


#: What did not take place is cancelled; there is nothing to set right in it.
CORRECTING = tuple(reason for reason in Reason if reason is not Reason.DID_NOT_HAPPEN)


#: The reversal that moves acts from a firm added by hand to the one the register knows.
RECONCILED = "reconciled"
