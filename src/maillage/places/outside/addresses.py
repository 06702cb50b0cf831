"""Addresses put on the map by the geocoder of the Géoplateforme (https://geoservices.ign.fr, “géocodage”)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Invalid
from maillage.kernel.remote import Answer, Client
from maillage.kernel.remote.said import degrees, share, text

# The national base of addresses is refreshed every week.
FRESH = timedelta(days=7)
LIMIT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GeocodedAddress:
    """An address that the geocoder knows, and how near it is to what was typed: `score`, from 0 to 1.

    `level` says what was found: `housenumber`, `street`, `locality` or `municipality`. The score compares
    texts: a street found in the wrong commune may have a good one, so a person looks before using it.
    """

    label: str
    score: float
    level: str
    lon: float
    lat: float
    house_number: str = ""
    street: str = ""
    postcode: str = ""
    commune: str = ""
    commune_label: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a command prints of it."""
        return asdict(self)


def geocode(words: str, *, commune: str = "") -> Answer[tuple[GeocodedAddress, ...]]:
    """The addresses nearest to what was typed, best first, in one commune (its INSEE code) if given.

    Raises:
        Invalid: nothing is asked, or too much.
        Unavailable: the service is off, or does not answer.
    """
    put = " ".join(words.split())
    if not 3 <= len(put) <= 200:
        raise Invalid(
            _("An address is looked for with 3 to 200 characters."),
            remedy=_("Type the number, the street and the commune."),
        )
    asked = {"q": put, "limit": str(LIMIT), "index": "address"}
    if commune:
        asked["citycode"] = commune
    client: Client = settings.OUTSIDE["addresses"]
    return client.ask("/search", asked, read=_read, fresh=FRESH)


def _read(data: Any) -> tuple[GeocodedAddress, ...]:
    found = (_address(one) for one in data["features"]) if data else ()
    return tuple(sorted(found, key=lambda one: -one.score))


def _address(one: Mapping[str, Any]) -> GeocodedAddress:
    said = one["properties"]
    lon, lat = one["geometry"]["coordinates"][:2]
    return GeocodedAddress(
        label=text(said["label"]),
        score=share(said["score"]),
        level=text(said.get("type")),
        lon=degrees(lon, 180),
        lat=degrees(lat, 90),
        house_number=text(said.get("housenumber")),
        street=text(said.get("street")),
        postcode=text(said.get("postcode")),
        commune=text(said.get("citycode")),
        commune_label=text(said.get("city")),
    )
