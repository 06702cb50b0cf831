"""Who goes and sees firms for an organisation: nobody else is given any."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.kernel.errors import Invalid
from maillage.outreach import permissions


def check_team(by: Actor, people: Iterable[int]) -> None:
    """Refuse whoever sees no firm for the organisation today.

    Raises:
        Invalid: one of them is no adviser of it.
    """
    if set(people) - set(permissions.field_team(by).values_list("person", flat=True)):
        message = _("This person is no adviser of your organisation today.")
        raise Invalid(message, fields={"adviser": message})
