"""The words of needs: what a firm asks for, where it was heard, what became of it.

The values are permanent: they stand in the names of acts (`needs.need_closed_helped`) and in their themes.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import pgettext_lazy


class Theme(StrEnum):
    """The codes of the tree as it ships, for what names one of them; words, order and class are read from `ledger.themes`."""

    RECRUIT = "recruit"
    PREMISES = "premises"
    ONLINE = "online"
    ENERGY = "energy"
    CASH = "cash"
    TRANSFER = "transfer"
    FIRST_HIRE = "first_hire"
    DIGITAL = "digital"


class Origin(models.TextChoices):
    """Where a need was heard."""

    VISIT = "visit", pgettext_lazy("origin of a need", "Visit or call")
    DESK = "desk", pgettext_lazy("origin of a need", "Desk")
    EVENT = "event", pgettext_lazy("origin of a need", "Event")
    SURVEY = "survey", pgettext_lazy("origin of a need", "Survey")
    FILE = "file", pgettext_lazy("origin of a need", "Application file")
    FORM = "form", pgettext_lazy("origin of a need", "Public form")
    PARTNER = "partner", pgettext_lazy("origin of a need", "Partner")


class Urgency(models.TextChoices):
    """How soon the firm needs an answer."""

    ORDINARY = "ordinary", pgettext_lazy("urgency", "No hurry")
    SOON = "soon", pgettext_lazy("urgency", "This month")
    URGENT = "urgent", pgettext_lazy("urgency", "This week")


class Ending(models.TextChoices):
    """What came of a referral, or of a need once all its referrals ended."""

    HELPED = "helped", pgettext_lazy("ending", "Helped")
    NO_FOLLOW_UP = "no_follow_up", pgettext_lazy("ending", "No follow-up")
    UNREACHABLE = "unreachable", pgettext_lazy("ending", "Firm could not be reached")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("ending", "Out of scope")
    ABANDONED = "abandoned", pgettext_lazy("ending", "Given up by the firm")


class Refusal(models.TextChoices):
    """Why a partner does not take a referral up."""

    NOT_OURS = "not_ours", pgettext_lazy("refusal", "We do not do this")
    ELSEWHERE = "elsewhere", pgettext_lazy("refusal", "Not in our area")
    NOT_ELIGIBLE = "not_eligible", pgettext_lazy("refusal", "The firm is not eligible")
    NO_ROOM = "no_room", pgettext_lazy("refusal", "Nobody is free for it")
    KNOWN = "known", pgettext_lazy("refusal", "We already follow this firm on it")


class Withdrawal(models.TextChoices):
    """Why a referral was taken back, or a need no longer stands; the code stands in acts for good."""

    CONSENT = "consent", pgettext_lazy("withdrawal", "The firm agrees no longer")
    MISTAKE = "mistake", pgettext_lazy("withdrawal", "It was a mistake")
    FIRM = "firm", pgettext_lazy("withdrawal", "The firm took its request back")
    ELSEWHERE = "elsewhere", pgettext_lazy("withdrawal", "Sent to another partner")


class NeedState(models.TextChoices):
    """Where a need stands; always read from what happened to it, never chosen."""

    EXPRESSED = "expressed", pgettext_lazy("need", "To be sent")
    SENT = "sent", pgettext_lazy("need", "Sent")
    TAKEN = "taken", pgettext_lazy("need", "Taken up")
    CLOSED = "closed", pgettext_lazy("need", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("need", "Withdrawn")


class ReferralState(models.TextChoices):
    """Where a referral stands; always read from its instants."""

    SENT = "sent", pgettext_lazy("referral", "To be seen")
    SEEN = "seen", pgettext_lazy("referral", "Seen")
    TAKEN = "taken", pgettext_lazy("referral", "Taken up")
    CLOSED = "closed", pgettext_lazy("referral", "Closed")
    REFUSED = "refused", pgettext_lazy("referral", "Refused")
    EXPIRED = "expired", pgettext_lazy("referral", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "Taken back")


class CalledBack(models.TextChoices):
    """What a firm said when it was called back; the code stands in the names of acts for good."""

    SETTLED = "settled", pgettext_lazy("call back", "It is settled")
    WAITING = "waiting", pgettext_lazy("call back", "It still needs somebody")
    UNREACHED = "unreached", pgettext_lazy("call back", "Nobody answered")


class YesNo(models.TextChoices):
    """What a firm answers when it is asked; blank is no answer."""

    YES = "yes", pgettext_lazy("opinion", "Yes")
    NO = "no", pgettext_lazy("opinion", "No")


class How(models.TextChoices):
    """How the firm agreed to its request being sent."""

    TOLD = "told", pgettext_lazy("agreement", "Told to who heard the need")
    FORM = "form", pgettext_lazy("agreement", "Ticked on the public form")
    LINK = "link", pgettext_lazy("agreement", "Given on its own page")
