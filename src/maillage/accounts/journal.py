"""The two journals of accounts, written once: who read something confidential, whose rights changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Access, Change, Organisation
from maillage.kernel.errors import Invalid


def read(actor: Actor, resource: str, object_key: object, subject_key: object, why: str) -> Access:
    """Somebody reads something confidential about a firm: the firm can ask who, when and why.

    Raises:
        Invalid: no reason is given.
    """
    if not why.strip():
        raise Invalid(_("Say why you read this confidential information."))
    return Access.objects.create(
        person=actor.person,
        organisation=actor.organisation,
        resource=resource,
        object_key=str(object_key),
        subject_key=str(subject_key),
        why=why.strip()[:300],
    )


def changed(
    what: Change.What, *, by: Actor, organisation: Organisation, key: object, **detail: Any
) -> Change:
    """A right of an organisation's people or partners began or ended."""
    return Change.objects.create(
        by=by.person, organisation=organisation, what=what, object_key=str(key), detail=detail
    )
