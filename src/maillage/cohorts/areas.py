"""Where somebody lives, as a list tells it: a code, a name, or a postcode where it serves one commune alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maillage import places
from maillage.kernel.rows import BadCell
from maillage.places.models import Commune, CommuneKind


def communes_told(texts: Iterable[str]) -> Mapping[str, str]:
    """What each of these texts means, as a code; those that are not exactly one commune are absent."""
    wanted = {text: places.fold(text) for text in texts if text}
    codes = {text for text in wanted if len(text) == 5 and text[2:].isdigit()}
    by_code = set(places.communes(one.upper() for one in codes))
    names: dict[str, list[str]] = {}
    towns = Commune.objects.filter(kind=CommuneKind.COMMUNE, search_name__in=wanted.values())
    for name, code in towns.values_list("search_name", "code"):
        names.setdefault(name, []).append(code)
    found = {text: text.upper() for text in codes if text.upper() in by_code}
    found |= {
        text: names[name][0] for text, name in wanted.items() if len(names.get(name, ())) == 1
    }
    return found


def commune_of(told: str | None, postcode: str | None, known: Mapping[str, str]) -> str:
    """The commune of a line; blank when nothing is told, or the postcode serves several.

    A postcode written in the column of communes is taken for one.

    Raises:
        BadCell: what is told is no commune.
    """
    if told and told in known:
        return known[told]
    if told and not (len(told) == 5 and told.isdigit()):
        raise BadCell("commune", "commune_told")
    given = postcode or told
    served = places.communes_of_postcode(given) if given else ()
    if told and not served:
        raise BadCell("commune", "commune_told")
    return served[0] if len(served) == 1 else ""
