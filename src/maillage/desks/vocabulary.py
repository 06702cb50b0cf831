"""The words of desks: what people come for, where a session stands, why something is set right.

The values are permanent: they stand in the themes of acts and in their reversals.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from maillage.needs.vocabulary import Theme

START_UP, FORMALITIES, OTHER = "start_up", "formalities", "desk_other"


class Purpose(models.TextChoices):
    """What somebody comes to a desk for; the theme of the act. Those of needs keep their code."""

    START_UP = START_UP, pgettext_lazy("purpose of a welcome", "Start a firm")
    FORMALITIES = FORMALITIES, pgettext_lazy("purpose of a welcome", "Formalities")
    FIRST_HIRE = Theme.FIRST_HIRE.value, pgettext_lazy("purpose of a welcome", "First hire")
    RECRUIT = Theme.RECRUIT.value, pgettext_lazy("purpose of a welcome", "Recruiting, apprentices")
    PREMISES = Theme.PREMISES.value, pgettext_lazy("purpose of a welcome", "Premises")
    CASH = Theme.CASH.value, pgettext_lazy("purpose of a welcome", "Cash, rent, charges")
    DIGITAL = Theme.DIGITAL.value, pgettext_lazy("purpose of a welcome", "Digital tools")
    TRANSFER = Theme.TRANSFER.value, pgettext_lazy("purpose of a welcome", "Handing over")
    OTHER = OTHER, pgettext_lazy("purpose of a welcome", "Something else")


class SessionState(models.TextChoices):
    """Where a session stands; read from what was said of it and from the day, never chosen."""

    PLANNED = "planned", pgettext_lazy("desk session", "Planned")
    WAITING = "waiting", pgettext_lazy("desk session", "To be confirmed")
    HELD = "held", pgettext_lazy("desk session", "Held")
    CANCELLED = "cancelled", pgettext_lazy("desk session", "Cancelled")


class SessionReason(models.TextChoices):
    """Why a session does not take place, or is no longer said to have been held."""

    AWAY = "away", pgettext_lazy("why a desk is shut", "The adviser is away")
    CLOSED = "closed", pgettext_lazy("why a desk is shut", "The place is closed")
    NOBODY = "nobody", pgettext_lazy("why a desk is shut", "Nobody asked for it")
    MOVED = "moved", pgettext_lazy("why a desk is shut", "Moved to another day")
    MISTAKE = "session_mistake", pgettext_lazy("why a desk is shut", "Planned by mistake")


class Reason(models.TextChoices):
    """Why a welcome is corrected or cancelled; the code stands in the reversing act for good."""

    TYPING = "welcome_typing", _("Typing mistake")
    WRONG_FIRM = "welcome_wrong_firm", _("It was somebody else")
    TWICE = "welcome_twice", _("Entered twice")
    LEARNED = "welcome_learned", _("Something learned since")
    DID_NOT_HAPPEN = "welcome_did_not_happen", _("It did not take place")


#: What did not take place is cancelled; there is nothing to set right in it.
CORRECTING = (Reason.TYPING, Reason.LEARNED)
CANCELLING = (Reason.DID_NOT_HAPPEN, Reason.WRONG_FIRM, Reason.TWICE, Reason.TYPING)


class Stage(models.TextChoices):
    """What becomes of a project after its welcome (I23)."""

    SUPPORT = "support", pgettext_lazy("stage of a project", "Support began")
    CREATION = "creation", pgettext_lazy("stage of a project", "Firm created")
    LOAN = "loan", pgettext_lazy("stage of a project", "Loan or guarantee granted")


class Following(models.TextChoices):
    """Why acts of a project are recorded anew; the code stands in the reversing act for good."""

    LEARNED = "step_learned", _("Something learned since")
    LINKED = "project_linked", _("Linked to the firm in the register")
    MISTAKEN = "step_mistaken", _("Taken back: it was a mistake")


class Audience(models.TextChoices):
    """How old the young people of an awareness session are."""

    MIDDLE = "middle", pgettext_lazy("age band", "Middle school (11 to 15)")
    HIGH = "high", pgettext_lazy("age band", "High school (15 to 18)")
    STUDENTS = "students", pgettext_lazy("age band", "Students and young adults (18 to 25)")
    MIXED = "mixed", pgettext_lazy("age band", "Mixed ages")


class Basis(models.TextChoices):
    """By what right the name of a project leader is written down (GDPR, article 6)."""

    MISSION = "mission", pgettext_lazy("lawful basis", "Our public mission, told to the person")
    CONSENT = "consent", pgettext_lazy("lawful basis", "The person agreed")


class Forgetting(models.TextChoices):
    """Why the name and the contact of a project leader went before their time."""

    OPPOSED = "opposed", pgettext_lazy("why a contact is forgotten", "The person objects")
    ASKED = "asked", pgettext_lazy("why a contact is forgotten", "The person asked to be erased")
    MISTAKE = "contact_mistake", pgettext_lazy("why a contact is forgotten", "Written by mistake")


#: What a person says of where they live: outside every priority neighbourhood; unknown is blank.
OUTSIDE = "-"
