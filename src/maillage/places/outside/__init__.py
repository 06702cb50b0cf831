"""Communes and addresses as public services tell of them: shown with their date, never stored.

from maillage.places import outside
outside.communes("Sartrouville").data[0].code         # API Géo
outside.geocode("12 rue de Paris, Lille").data[0]     # Géoplateforme, with its score
"""

from maillage.places.outside.addresses import GeocodedAddress, geocode
from maillage.places.outside.communes import ToldCommune, communes

__all__ = ["GeocodedAddress", "ToldCommune", "communes", "geocode"]
