"""Asking a worker to publish an observatory: one order a territory at a time, about what its author had read."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.figures.publication import AGAIN
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.observatory import carrying_out, jobs, observed, observed_publishing, permissions
from maillage.ui.formats import moment


@transaction.atomic
def order(
    *, territory: str, vintage: StockVintage, seen: str, by: Actor, once: str, reason: str = ""
) -> PublicationOrder:
    """Ask for a vintage to be made public for a territory; `seen` is the key of the newest publication read.

    Raises:
        NotAllowed: the actor does not publish for this territory.
        Invalid: nothing of it is loaded, or a revision does not say why.
        Conflict: something was published or asked meanwhile, or this form asked for something else.
    """
    if not permissions.can_publish_observatory(by, territory):
        raise NotAllowed(_("You do not publish for this territory."))
    perimeter = observed_publishing.require_loaded(vintage, territory)
    subject = observed.subject_of(perimeter.siren)
    if sent := PublicationOrder.objects.filter(once=once).first():
        return _same(sent, subject, vintage)
    newest = observed.newest(perimeter.siren)
    _require_seen(newest, seen)
    if newest is not None and not reason.strip():
        raise Invalid(str(AGAIN), fields={"reason": str(AGAIN)})
    made = PublicationOrder(
        subject=subject,
        vintage=vintage,
        organisation=by.acting_for(),
        person=by.person,
        follows=newest,
        reason=reason.strip()[:300] if newest else "",
        asked_at=clock.now(),
        heard_at=clock.real_now(),
        once=once,
    )
    return _enter(made)


def _enter(made: PublicationOrder) -> PublicationOrder:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except (
        IntegrityError
    ):  # the same instant: this form twice, or somebody else for the same territory
        if sent := PublicationOrder.objects.filter(once=made.once).first():
            return _same(sent, made.subject, made.vintage)
        raise _asked_already(made.subject) from None
    jobs.publish.enqueue(made.pk)
    return made


def _same(sent: PublicationOrder, subject: str, vintage: StockVintage) -> PublicationOrder:
    if (sent.subject, sent.vintage_id) != (subject, vintage.pk):
        raise Conflict(_("This form has already asked for something else."))
    return sent


def _require_seen(newest: Publication | None, seen: str) -> None:
    if (str(newest.key) if newest else "") != seen:
        raise carrying_out.published_meanwhile()


def _asked_already(subject: str) -> Conflict:
    other = PublicationOrder.objects.under_way().filter(subject=subject).first()
    if other is None:  # done in between
        return carrying_out.published_meanwhile()
    who = other.person.name if other.person else str(other.organisation)
    return Conflict(
        _("%(who)s asked for it already, on %(when)s.")
        % {"who": who, "when": moment(other.asked_at)},
        remedy=_("Wait until it is published, then read what yours would change."),
    )


@transaction.atomic
def ask_again(*, order: PublicationOrder, by: Actor) -> None:
    """Ask the worker again for what nobody took up, or what a stopped one left.

    Raises:
        NotAllowed: the actor does not publish for this territory.
    """
    if not permissions.can_publish_observatory(by, observed.territory_of(order.subject)):
        raise NotAllowed(_("You do not publish for this territory."))
    if order.is_under_way:
        PublicationOrder.objects.filter(pk=order.pk).update(heard_at=clock.real_now())
        jobs.publish.enqueue(order.pk)
