"""The entries of a list on a map: how many of them serve each commune of a territory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage import places
from maillage.catalogue import areas
from maillage.catalogue.models import EntryVersionQuerySet
from maillage.catalogue.reading import Wanted
from maillage.kernel import clock


def served(rows: EntryVersionQuerySet, territory: str) -> dict[str, int]:
    """How many of the entries serve each commune, by the rule of the filter that asks for one."""
    told = Counter(rows.order_by().values_list("everywhere", "areas", "areas_out"))
    around = areas.around_each(places.ground_of(territory), clock.today())
    return {
        commune: sum(
            number
            for (everywhere, inside, outside), number in told.items()
            if (everywhere or not codes.isdisjoint(inside)) and codes.isdisjoint(outside)
        )
        for commune, codes in around.items()
    }


def on_map(rows: EntryVersionQuerySet, wanted: Wanted, territory: str) -> SafeString | str:
    """The same drawn, each commune opening the entries that serve it; nothing where there is nothing to draw."""
    counts = served(rows, territory)
    urls = {
        code: f"?{replace(wanted, area=code).as_query()}" for code, count in counts.items() if count
    }
    drawn = places.map_of(counts, _("Entries by commune served"), territory, urls)
    return drawn.drawn if drawn else ""
