"""Communes, intercommunalities, sectors and their dated perimeters.

    from maillage import places
    places.perimeter("mel", date(2019, 12, 31)).communes     # 90 INSEE codes
    places.follow("59298", date(2020, 6, 30)).code           # 59350: Hellemmes is part of Lille

The door of the package: its names are looked up when first used, since models exist only once the
framework is ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maillage.places.areas import Areas as Areas, areas_on as areas_on
    from maillage.places.districts import district_at as district_at, in_qpv as in_qpv
    from maillage.places.divisions import (
        Sector as Sector,
        sector_name as sector_name,
        sectors as sectors,
    )
    from maillage.places.geometry import (
        Shape as Shape,
        around as around,
        centres as centres,
        locate as locate,
        outline as outline,
        outlines as outlines,
    )
    from maillage.places.memory import forget as forget, vintage_token as vintage_token
    from maillage.places.models import Commune as Commune
    from maillage.places.names import (
        commune_name as commune_name,
        commune_names as commune_names,
        communes as communes,
        fold as fold,
        search as search,
    )
    from maillage.places.perimeters import (
        Perimeter as Perimeter,
        UnknownTerritory as UnknownTerritory,
        is_loaded as is_loaded,
        perimeter as perimeter,
    )
    from maillage.places.postcodes import communes_of_postcode as communes_of_postcode
    from maillage.places.referring import reference as reference
    from maillage.places.spread import (
        Map as Map,
        Spread as Spread,
        ground_of as ground_of,
        limits_of as limits_of,
        map_of as map_of,
    )
    from maillage.places.succession import Followed as Followed, follow as follow

_HOMES = {
    "Areas": "areas",
    "areas_on": "areas",
    "Commune": "models",
    "Followed": "succession",
    "Perimeter": "perimeters",
    "Sector": "divisions",
    "Shape": "geometry",
    "Spread": "spread",
    "UnknownTerritory": "perimeters",
    "around": "geometry",
    "centres": "geometry",
    "commune_name": "names",
    "commune_names": "names",
    "communes": "names",
    "communes_of_postcode": "postcodes",
    "fold": "names",
    "district_at": "districts",
    "follow": "succession",
    "forget": "memory",
    "ground_of": "spread",
    "in_qpv": "districts",
    "is_loaded": "perimeters",
    "limits_of": "spread",
    "locate": "geometry",
    "Map": "spread",
    "map_of": "spread",
    "outline": "geometry",
    "outlines": "geometry",
    "perimeter": "perimeters",
    "reference": "referring",
    "search": "names",
    "sector_name": "divisions",
    "sectors": "divisions",
    "vintage_token": "memory",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
