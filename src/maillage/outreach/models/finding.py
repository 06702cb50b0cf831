"""Finding a firm from the street: by the name over its door, its SIRET or its street."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from maillage import register
from maillage.accounts.actors import Actor
from maillage.register.models import Establishment

LIMIT = 20


def find_firms(text: str, actor: Actor) -> list[Establishment]:
    """Open establishments that answer by name or SIRET, nearest first, then those of the street."""
    if len(text.strip()) < 2:
        return []
    named = [hit.establishment for hit in register.search(text, actor=actor, limit=LIMIT)]
    kept = [place for place in named if place.state == "A" and place.reconciled_to_id is None]
    known = {place.pk for place in kept}
    along = [place for place in _in_street(text)[:LIMIT] if place.pk not in known]
    return [*kept, *along][:LIMIT]


def _in_street(text: str) -> QuerySet[Establishment]:
    """Those whose address holds every word; never those undisclosed, whose street is not stored."""
    places = (
        Establishment.objects.known()
        .filter(state="A", diffusion="O", legal_unit__diffusion="O", reconciled_to=None)
        .exclude(street="")
    )
    for word in text.split()[:6]:
        places = places.filter(
            Q(street__icontains=word) | Q(street_number=word) | Q(commune_label__icontains=word)
        )
    return places.select_related("legal_unit").order_by("commune", "street", "street_number")
