"""The place that somebody names as people do: by its name, its INSEE code, its key or its SIREN."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from maillage.places.names import fold, search
from maillage.places.perimeters import UnknownTerritory, perimeter


def reference(text: str, on: date, *, commune: bool) -> str:
    """The permanent reference of the commune, or of the territory, that a text names.

    Raises:
        UnknownTerritory: none, or several, answer to it.
    """
    try:
        known = perimeter(text, on)
    except UnknownTerritory:
        known = None
    if known is not None and (known.kind == "commune") == commune:
        return known.key
    found = [one for one in search(text) if (one.kind == "commune") == commune]
    exact = [one for one in found if fold(one.name) == fold(text)]
    chosen = exact or found
    if len(chosen) == 1:
        return chosen[0].reference
    if chosen:
        names = ", ".join(f"{one.name} ({one.reference})" for one in chosen[:5])
        raise UnknownTerritory(_("Several places answer: %(names)s.") % {"names": names})
    raise UnknownTerritory(
        _("No place is called “%(name)s”.") % {"name": text},
        remedy=_("Check the spelling, or give its INSEE code."),
    )
