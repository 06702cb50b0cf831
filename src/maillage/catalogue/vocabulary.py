"""The words of the catalogue: sorts of entries, moments of a firm's life, fees, what an entry asks of a firm.

The values are permanent: they stand in addresses, files and versions of entries.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import pgettext_lazy

from maillage.kernel.text import Words


class Sort(models.TextChoices):
    """What an entry is."""

    SERVICE = "service", pgettext_lazy("entry", "Service")
    SCHEME = "scheme", pgettext_lazy("entry", "Scheme")
    PROVIDER = "provider", pgettext_lazy("entry", "Provider")


#: Those that a firm may be sent to; a provider is read through what it offers.
OFFERED = (Sort.SERVICE, Sort.SCHEME)


class Moment(models.TextChoices):
    """The moment of a firm's life that an entry is for."""

    PROJECT = "project", pgettext_lazy("moment", "Project")
    CREATION = "creation", pgettext_lazy("moment", "Creation")
    FIRST_HIRE = "first_hire", pgettext_lazy("moment", "First hire")
    GROWTH = "growth", pgettext_lazy("moment", "Growth")
    TRANSMISSION = "transmission", pgettext_lazy("moment", "Handing over")


class Fees(models.TextChoices):
    """Whether it is paid for."""

    UNSAID = "", pgettext_lazy("fees", "Not said")
    FREE = "free", pgettext_lazy("fees", "Free of charge")
    PAID = "paid", pgettext_lazy("fees", "Paid for")


class Flag(models.TextChoices):
    """Why an entry has to be looked at again."""

    EXPIRED = "expired", pgettext_lazy("flag", "No longer open")
    STALE = "stale", pgettext_lazy("flag", "Untouched for 12 months")
    THEMELESS = "themeless", pgettext_lazy("flag", "Answers no theme")
    DEAD = "dead", pgettext_lazy("flag", "Dead link")


class State(StrEnum):
    """What a criterion says of a firm. Not knowing is not a no."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Criterion(StrEnum):
    """What an entry may ask of a firm."""

    VALIDITY = "validity"
    AREA = "area"
    ACTIVITY = "activity"
    HEADCOUNT = "headcount"
    LEGAL_FORM = "legal_form"
    SEGMENTS = "segments"
    AGE = "age"
    QPV = "qpv"
    MOMENT = "moment"
    OTHER = "other"


CRITERIA = {
    Criterion.VALIDITY: Words("Ouvert ce jour-là", "Open on that day"),
    Criterion.AREA: Words("Territoire", "Area"),
    Criterion.ACTIVITY: Words("Activité", "Activity"),
    Criterion.HEADCOUNT: Words("Effectif", "Headcount"),
    Criterion.LEGAL_FORM: Words("Forme juridique", "Legal form"),
    Criterion.SEGMENTS: Words("Sorte d’entreprise", "Sort of firm"),
    Criterion.AGE: Words("Ancienneté", "Age"),
    Criterion.QPV: Words("Quartier prioritaire", "Priority neighbourhood"),
    Criterion.MOMENT: Words("Moment de la vie de l’entreprise", "Moment of the firm’s life"),
    Criterion.OTHER: Words("Autres conditions", "Other conditions"),
}
