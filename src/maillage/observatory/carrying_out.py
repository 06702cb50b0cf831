"""What a worker does of an order to publish: carried out whole, or refused in words.

What is published is what its author had read: when something was published meanwhile, the order is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils import translation

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures.models import PublicationOrder
from maillage.figures.observations import guarding
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Refusal
from maillage.kernel.text import Words
from maillage.observatory import observed, observed_publishing

State = PublicationOrder.State
STATES: Mapping[str, Words] = {
    State.WAITING: Words("attend le travailleur", "waits for the worker"),
    State.RUNNING: Words("en cours", "under way"),
    State.DONE: Words("publié", "published"),
    State.REFUSED: Words("refusé\u00a0: rien n’est publié", "refused: nothing is published"),
}
STEPS: Mapping[str, Words] = {
    "protect": Words(
        "calcul du secret à côté de ce qui est déjà public, tableau par tableau",
        "working out secrecy beside what is public already, table by table",
    ),
    "freeze": Words(
        "calcul et scellement de ce que chacun lira",
        "computing and sealing what everybody will read",
    ),
}
TAKEN_WITHIN = timedelta(seconds=30)
"""A worker looks for jobs every two seconds: beyond this, none is running or all are busy."""
HEARD_WITHIN = timedelta(minutes=2)
TOLD_EVERY = timedelta(seconds=1)


def carry_out(order: PublicationOrder) -> None:
    """Publish what was asked, or keep why it cannot be. Safe to run twice, and after a kill at any moment."""
    try:
        _protect(order)
        beat(order, "freeze")
        _publish(order)
    except Refusal as refusal:
        _refuse(order, refusal)


def _protect(order: PublicationOrder) -> None:
    """Secrecy beside what is public, worked out again when something is since the stock was loaded."""
    beat(order, "protect")
    last = clock.real_now()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if clock.real_now() - last >= TOLD_EVERY:
            last = clock.real_now()
            beat(order, "protect", done, of)

    guarding.protect_again(order.vintage, observed.territory_of(order.subject), tell)


@ledger.action
def _publish(order: PublicationOrder) -> None:
    """The publication and the end of its order, together or not at all."""
    territory = observed.territory_of(order.subject)
    with ledger.standstill():
        newest = observed.newest(territory)
        if newest is not None and newest.once != str(order.key) and newest != order.follows:
            raise published_meanwhile()
        order.made = observed_publishing.publish(
            territory=territory,
            vintage=order.vintage,
            by=Actor(person=order.person, organisation=order.organisation),
            once=str(order.key),
            reason=order.reason,
        )
        order.state = State.DONE
        order.save(update_fields=["made", "state"])


def _refuse(order: PublicationOrder, refusal: Refusal) -> None:
    told = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = str(refusal)
    under_way = PublicationOrder.objects.under_way().filter(pk=order.pk)
    under_way.update(state=State.REFUSED, refusal=told)


def beat(order: PublicationOrder, step: str, done: int = 0, of: int = 0) -> None:
    """Say that a worker is at it, and how far."""
    order.state, order.progress = State.RUNNING, {"step": step, "done": done, "of": of}
    order.heard_at = clock.real_now()
    PublicationOrder.objects.under_way().filter(pk=order.pk).update(
        state=order.state, progress=order.progress, heard_at=order.heard_at
    )


def is_silent(order: PublicationOrder) -> bool:
    """Whether nobody has said a word about it for a while."""
    within = TAKEN_WITHIN if order.state == State.WAITING else HEARD_WITHIN
    return order.is_under_way and clock.real_now() - order.heard_at > within


def left() -> list[PublicationOrder]:
    """Those that a killed worker left."""
    return [one for one in PublicationOrder.objects.under_way() if is_silent(one)]


def published_meanwhile() -> Conflict:
    """Something is public that the author of an order had not read."""
    return Conflict(
        Words(
            "Une autre publication de ce territoire a été faite entre-temps.",
            "Another publication of this territory was made meanwhile.",
        ),
        remedy=Words(
            "Ouvrez de nouveau la page pour lire ce que la vôtre changerait.",
            "Open the page again to read what yours would change.",
        ),
    )
