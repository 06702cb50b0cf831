"""Who reads across organisations: named from the machine, since no administrator can give that role."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.accounts import actions
from maillage.accounts.actors import System
from maillage.accounts.models import Membership, Organisation
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import digits


@transaction.atomic
def name_auditor(*, organisation: str, name: str, email: str) -> tuple[Membership, bool]:
    """Somebody is an auditor for the organisation of this name or SIREN, and whether they just became it.

    Raises:
        Invalid: no organisation is called so, or the address is none.
    """
    found = _called(organisation)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise Invalid(" ".join(fault.messages)) from fault
    every = Membership.objects.unscoped(reason="the operator looks whether they are one already")
    held = every.current().filter(organisation=found, role=Role.AUDITOR, person__email=address)
    if already := held.select_related("person").first():
        return already, False
    by = System("the operator names an auditor", organisation=found)
    opened = actions.open_membership(
        email=address, name=name, role=Role.AUDITOR, organisation=found, by=by
    )
    return opened, True


def _called(text: str) -> Organisation:
    wanted = text.strip()
    same = Q(name__iexact=wanted) | Q(short_name__iexact=wanted)
    number = digits(wanted)
    found = list(Organisation.objects.filter(same | Q(siren=number) if number else same))
    if len(found) == 1:
        return found[0]
    names = ", ".join(str(one) for one in Organisation.objects.all())
    said = _("%(number)s organisations are called “%(name)s”.")
    raise Invalid(
        said % {"number": len(found), "name": wanted},
        remedy=_("Those of this instance: %(names)s.") % {"names": names},
    )
