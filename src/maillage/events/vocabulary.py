"""The words of events: where one stands, how somebody came to it, why a registration or an event ended.

The values of reasons are permanent: they stand in the acts that reverse others.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where an event stands; always computed from its instants, never chosen."""

    DRAFT = "draft", pgettext_lazy("event", "Draft")
    OPEN = "open", pgettext_lazy("event", "Open for registration")
    CLOSED = "closed", pgettext_lazy("event", "Registration closed")
    HELD = "held", pgettext_lazy("event", "Held")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")


class Origin(models.TextChoices):
    """How somebody came to be on the list of an event."""

    FORM = "form", pgettext_lazy("origin of a registration", "By themselves, online")
    ADVISER = "adviser", pgettext_lazy("origin of a registration", "By an adviser")
    DOOR = "door", pgettext_lazy("origin of a registration", "At the door")
    STAND = "stand", pgettext_lazy("origin of a registration", "Met at a stand")


#: Those who asked for a seat beforehand; the others came, or were met, without one.
SEATED = (Origin.FORM, Origin.ADVISER)


class How(models.TextChoices):
    """How it is known that somebody came."""

    LIST = "list", pgettext_lazy("how presence is known", "Ticked on the list")
    CODE = "code", pgettext_lazy("how presence is known", "Code shown at the door")
    PAPER = "paper", pgettext_lazy("how presence is known", "Paper list, entered afterwards")


class Ended(models.TextChoices):
    """Why a registration no longer stands, or what it said is taken back."""

    GIVEN_UP = "given_up", pgettext_lazy("end of a registration", "Given up by who registered")
    TWICE = "twice", pgettext_lazy("end of a registration", "Entered twice")
    MISTAKE = "mistake", pgettext_lazy("end of a registration", "Entered by mistake")
    NOT_THERE = "not_there", pgettext_lazy("end of a registration", "Was not there after all")
    OTHER_FIRM = "other_firm", pgettext_lazy("end of a registration", "It was another firm")
    EVENT = "event", pgettext_lazy("end of a registration", "The event was cancelled")


#: What somebody who keeps the list may say when they take a line off it.
BY_HAND = (Ended.GIVEN_UP, Ended.TWICE, Ended.MISTAKE)


class Said(models.TextChoices):
    """What somebody contributes to a workshop."""

    STATED = "stated", pgettext_lazy("contribution", "What is the case")
    PROPOSED = "proposed", pgettext_lazy("contribution", "A proposal")


class Why(models.TextChoices):
    """Why an event does not take place."""

    TOO_FEW = "too_few", pgettext_lazy("why an event is cancelled", "Too few registrations")
    NO_ROOM = "no_room", pgettext_lazy("why an event is cancelled", "No room, or no speaker")
    HEALTH = "health", pgettext_lazy("why an event is cancelled", "Health situation")
    PUT_OFF = "put_off", pgettext_lazy("why an event is cancelled", "Put off to another day")
    WRONG = "wrong", pgettext_lazy("why an event is cancelled", "Entered by mistake")
