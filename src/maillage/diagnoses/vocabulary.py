"""The words of diagnoses: why one is set right, how a step of a plan ends."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a diagnosis is corrected or cancelled; the code stands in the reversing act for good."""

    COMPLETED = "completed", _("Answers added since")
    TYPING = "typing", _("Typing mistake")
    WRONG_FIRM = "wrong_firm", _("It was another firm")
    WRONG_DAY = "wrong_day", _("It was another day")
    TWICE = "twice", _("Entered twice")
    LEARNED = "learned", _("Something learned since")
    DID_NOT_HAPPEN = "did_not_happen", _("Nothing took place")
    STEP_NOT_DONE = "step_not_done", _("The step was not done")
    PAIR_CHANGED = "pair_changed", _("Another pass of the firm was set right")


#: What a person may say; the others are said by the product itself.
CORRECTING = (
    Reason.COMPLETED, Reason.TYPING, Reason.WRONG_DAY, Reason.LEARNED,
)  # fmt: skip
CANCELLING = (Reason.DID_NOT_HAPPEN, Reason.WRONG_FIRM, Reason.TWICE, Reason.TYPING)


class Dropped(models.TextChoices):
    """Why a step of a plan will not be done."""

    NOT_WANTED = "not_wanted", _("The artisan would rather not")
    TOO_DEAR = "too_dear", _("Too costly for now")
    OVERTAKEN = "overtaken", _("Something else answers it")
    MISTAKEN = "mistaken", _("It was proposed by mistake")
