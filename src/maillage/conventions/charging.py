"""The actions of conventions that what an organisation does may be charged to."""

from __future__ import annotations

from django.db.models import QuerySet

from maillage.accounts.actors import Actor
from maillage.conventions.models import Action, Convention


def _open_to(actor: Actor) -> QuerySet[Action]:
    """The actions that signed texts of the organisation's own conventions have, oldest text first."""
    parties = Convention.objects.party_to(actor)
    signed = Action.objects.filter(
        version__convention__in=parties, version__recorded_at__isnull=False
    )
    return signed.order_by("version", "code")


def may_charge(actor: Actor, action_key: str) -> bool:
    """Whether a signed text of a convention that the organisation keeps or is party to has the action."""
    return _open_to(actor).filter(key=action_key).exists()


def charges_of(actor: Actor) -> list[tuple[str, str]]:
    """Permanent keys and titles of the actions that the organisation may charge something to."""
    found = {
        key: f"{convention}: {code} {title}"
        for key, code, title, convention in _open_to(actor).values_list(
            "key", "code", "title", "version__convention__title"
        )
    }  # a later version gives the title in force
    return sorted(found.items(), key=lambda item: item[1])
