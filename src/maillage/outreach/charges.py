"""The actions of conventions that a campaign may be charged to."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.conventions.models import Action, Convention


def charges_of(actor: Actor) -> list[tuple[str, str]]:
    """Permanent keys and titles of the actions of the conventions that the organisation is party to."""
    parties = Convention.objects.party_to(actor)
    rows = Action.objects.filter(version__convention__in=parties).order_by("version", "code")
    found = {
        key: f"{convention}: {code} {title}"
        for key, code, title, convention in rows.values_list(
            "key", "code", "title", "version__convention__title"
        )
    }  # a later version gives the title in force
    return sorted(found.items(), key=lambda item: item[1])
