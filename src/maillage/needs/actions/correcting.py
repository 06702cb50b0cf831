"""The firm, or who heard it, sets right what it asked: its words, whom to ask for."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs import mailing
from maillage.needs.actions.closing import locked, referrals_of
from maillage.needs.actions.hearing import LONGEST
from maillage.needs.models import Need
from maillage.needs.permissions import can_send_need
from maillage.ui.formats import day

CONTACT = ("contact_name", "contact_phone", "contact_email")


@ledger.action
def add_words(*, need: Need, text: str, by: Actor) -> Need:
    """Add a word to a request, under its day; the partners that have it in hand are told that there is one.

    Raises:
        NotAllowed: another organisation heard it.
        Invalid: nothing is said, or the request would be too long.
        Conflict: it is closed.
    """
    found = _open(need, by)
    told = text.strip()
    if not told:
        message = _("Write your word first.")
        raise Invalid(message, fields={"text": message})
    return _say(
        found, "\n\n".join(filter(None, [found.words, f"{day(clock.today())}\n{told}"])), by
    )


@ledger.action
def correct_words(*, need: Need, text: str, version: int, by: Actor) -> Need:
    """Say otherwise what was asked: the words before are kept nowhere, for they were the firm's own.

    The partners that have it in hand are told that there is something to read. The theme stays: acts tell of it.

    Raises:
        NotAllowed: another organisation heard it.
        Invalid: the request would be too long.
        Conflict: it is closed, or was said otherwise meanwhile.
    """
    found = _open(need, by)
    if found.version != version:
        raise Conflict(
            _("Your request changed meanwhile."),
            remedy=_("Read it as it is now, above, then save your text again."),
        )
    told = text.strip()
    return found if told == found.words else _say(found, told, by)


def _say(found: Need, words: str, by: Actor) -> Need:
    if len(words) > LONGEST:
        message = _("This is too long: say it when you are called.")
        raise Invalid(message, fields={"text": message})
    found.words = words
    found.version += 1
    found.save(update_fields=["words", "version"])
    for referral in referrals_of(found).live().select_related("partner", "person", "need"):
        mailing.tell_word(referral, found, by)
    return found


@ledger.action
def correct_contact(*, need: Need, contact: Mapping[str, str], by: Actor) -> Need:
    """Say anew whom to ask for, and how.

    Raises:
        NotAllowed: another organisation heard it.
        Conflict: the need is closed.
    """
    found = _open(need, by)
    for name in CONTACT:
        setattr(found, name, contact.get(name, "").strip())
    found.version += 1
    found.save(update_fields=[*CONTACT, "version"])
    return found


def _open(need: Need, by: Actor) -> Need:
    if not can_send_need(by, need):
        raise NotAllowed(_("Only the organisation that heard a need sets it right."))
    found = locked(need)
    if not found.is_open:
        raise Conflict(_("This need is closed already."))
    return found
