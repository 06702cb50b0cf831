"""The messages of referrals: a request awaits, it still awaits, it came back. No name of a firm travels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from maillage import post
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.needs.models import Need, Referral
from maillage.needs.receivers import managers_of, receivers_of


def page_of(referral: Referral) -> str:
    """The address of a referral, to be opened once signed in."""
    return urljoin(settings.ADDRESS, reverse("needs:referral", kwargs={"key": referral.key}))


def write(
    people: Iterable[Person],
    template: str,
    referral: Referral,
    by: Actor,
    step: str,
    **context: Any,
) -> int:
    """Write to each of them once a step; how many people that is."""
    written = {one.pk: one for one in people}
    for one in written.values():
        post.send(
            to=one.email,
            template=template,
            context={"address": page_of(referral), "referral": referral, **context},
            once=f"referral:{referral.key}:{step}:{one.key}",
            language=one.language,
            by=by,
        )
    return len(written)


def tell_sent(referral: Referral, by: Actor) -> None:
    """Whoever follows it there, else who answers for the service, learns that a request awaits."""
    people = [referral.person] if referral.person else managers_of(referral.partner)
    write(people, "needs/mails/sent.html", referral, by, "sent", sender=referral.need.organisation)


def tell_back(referral: Referral, need: Need, by: Actor) -> None:
    """Who sent a request learns that it was refused or expired, as long as they work there."""
    here = receivers_of(need.organisation)
    sender = [one for one in here if one.pk == referral.sent_by_id]
    write(
        sender or managers_of(need.organisation),
        "needs/mails/back.html",
        referral,
        _for(need, by),
        "back",
    )


def tell_word(referral: Referral, need: Need, by: Actor) -> None:
    """Who has a request in hand learns that the firm added a word, or corrected what it had said."""
    there = receivers_of(referral.partner)
    follower = [one for one in there if one.pk == referral.person_id]
    write(
        follower or managers_of(referral.partner),
        "needs/mails/word.html",
        referral,
        by,
        f"word{need.version}",
    )


def tell_call_backs(person: Person, number: int, by: Actor) -> None:
    """An adviser learns once a day how many firms are to be called back; none is named."""
    day = clock.today()
    post.send(
        to=person.email,
        template="needs/mails/call_backs.html",
        context={
            "address": urljoin(settings.ADDRESS, reverse("needs:call_backs")),
            "number": number,
        },
        once=f"call-backs:{by.acting_for().key}:{person.key}:{day}",
        language=person.language,
        by=by,
    )


def _for(need: Need, by: Actor) -> Actor:
    """The machine writes on behalf of who heard the need; a partner, on its own."""
    if by.organisation is not None:
        return by
    return System("a request came back to who sent it", organisation=need.organisation)
