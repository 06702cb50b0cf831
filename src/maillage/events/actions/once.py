"""A form sent twice: what its first sending made, if the second says the same."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.models.events import MACHINE
from maillage.kernel.errors import Conflict

Made = TypeVar("Made", Event, Registration, Workshop, Contribution)


def sent_before(made: Made, *same: str) -> Made | None:
    """The record already made under the key of this one, None when there is none; `same` is what has to be alike.

    Raises:
        Conflict: the key was used for something else.
    """
    if not made.once:
        return None
    found = type(made).objects.visible_to(MACHINE).filter(once=made.once).first()
    if found is None or all(getattr(found, name) == getattr(made, name) for name in same):
        return found
    raise Conflict(_("This form was already sent with another content."))
