"""What is kept of places: public geography."""

from __future__ import annotations

from maillage.kernel.retention import PUBLIC, Kept
from maillage.places import models

KEPT = {
    models.Vintage: Kept(why=PUBLIC, plain="package_version digest"),
    models.Commune: Kept(
        why=PUBLIC, plain="code name search_name kind department siren arrondissement populations"
    ),
    models.Territory: Kept(why=PUBLIC, plain="key kind name search_name"),
    models.TerritorySpell: Kept(why=PUBLIC, plain="siren name"),
    models.Membership: Kept(why=PUBLIC, plain="commune_code"),
    models.Succession: Kept(why=PUBLIC, plain="old_code new_code"),
    models.Outline: Kept(why=PUBLIC, plain="code department exact screen"),
    models.Edition: Kept(why=PUBLIC),
    models.PriorityDistrict: Kept(why=PUBLIC, plain="code name shape"),
    models.SectorCommune: Kept(why=PUBLIC, plain="territory sector fr en commune"),
    models.ZoneCommune: Kept(why=PUBLIC, plain="zone name commune"),
}
