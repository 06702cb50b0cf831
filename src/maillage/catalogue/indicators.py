"""How figures are split by entry of the catalogue: an act names the entry that it answers by as its scheme."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maillage import figures
from maillage.catalogue.models import SCHEME, EntryVersion
from maillage.kernel.text import Words


def _titles(schemes: Iterable[str], _as_of: datetime) -> dict[str, str]:
    """The last name of each entry, retired or not; the scheme itself where it has none, so that parts sum to the whole."""
    wanted = sorted(schemes)
    keys = [one.removeprefix(SCHEME) for one in wanted if one.startswith(SCHEME)]
    rows = EntryVersion.objects.filter(entry__key__in=keys).order_by("number")
    named = {f"{SCHEME}{key}": title for key, title in rows.values_list("entry__key", "title")}
    return {one: named.get(one, one) for one in wanted}


figures.dimension(
    figures.Dimension(
        code="entry",
        words=Words("Fiche du catalogue", "Entry of the catalogue"),
        column="scheme",
        labels=_titles,
    )
)
