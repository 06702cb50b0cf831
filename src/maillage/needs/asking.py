"""What a firm asks by itself, in the name of the organisation in charge of the instance; the page it is sent when it was heard."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts import identity, limits
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs import following
from maillage.needs.actions import Asked, Birth, correct_contact, hear_need
from maillage.needs.models import Need
from maillage.needs.vocabulary import How, Origin
from maillage.register.models import Establishment

PER_ADDRESS = limits.Rate(10)
PER_FIRM = limits.Rate(5)


def _in_charge() -> Organisation:
    found = Organisation.objects.filter(pk=identity.current().organisation_id).first()
    if found is None:
        raise Invalid(
            _("Nobody answers requests here yet."),
            remedy=_("Ask who runs this instance to say which organisation is in charge of it."),
        )
    return found


@transaction.atomic
def ask(firm: Establishment, asked: Asked, agreed: bool, once: str) -> tuple[Need, str]:
    """Write a request down and hand its link: shown once, and sent when an address was left.

    Raises:
        Invalid: what is asked does not hold together, or nobody is in charge of the instance.
        Conflict: the key was used for something else.
    """
    by = System("a firm asks on the public form", organisation=_in_charge())
    need = hear_need(
        establishment=firm,
        asked=asked,
        birth=Birth(Origin.FORM),
        by=by,
        agreed=How.FORM if agreed else None,
        once=once,
    )
    return need, following.hand_link(need, by)


@transaction.atomic
def send_page(*, need: Need, email: str, by: Actor) -> None:
    """Send a firm that was heard the page of its request, at the address it gave: nobody else is shown it.

    Raises:
        NotAllowed: another organisation heard it.
        Conflict: the need is closed, or the firm has its page already.
    """
    contact = {"contact_name": need.contact_name, "contact_phone": need.contact_phone}
    found = correct_contact(need=need, contact={**contact, "contact_email": email}, by=by)
    if not following.hand_link(found, by):
        raise Conflict(
            _("This firm has the page of its request already."),
            remedy=_("It finds its address in the message that it received."),
        )
