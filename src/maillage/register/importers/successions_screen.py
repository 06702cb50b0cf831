"""INSEE's file of links of succession given on screen: the importer of `sirene_links`."""

from __future__ import annotations

from maillage.kernel.rows import Importer
from maillage.kernel.text import Words
from maillage.register.importers.asked import ASKED, OPTIONS, Followed, discard
from maillage.register.importers.successions import SuccessionImport
from maillage.register.models import Source

IMPORTER = Importer(
    name=Source.LINKS,
    words=Words("Liens de succession Sirene", "Sirene’s links of succession"),
    about=Words(
        "StockEtablissementLiensSuccession (CSV ou zip), lu pour un territoire dont le stock est chargé\u00a0: quelle activité continue où, et depuis quand.",
        "StockEtablissementLiensSuccession (CSV or zip), read for a territory whose stock is loaded: whose activity goes on where, and since when.",
    ),
    whole=Followed(SuccessionImport),
    discard=discard,
    options=OPTIONS,
    kinds={
        "outside": Words("Lignes hors du territoire", "Lines outside the territory"),
        "told": Words("Liens nouveaux", "New links"),
        "unchanged": Words("Liens déjà connus", "Links known already"),
    },
    reasons=ASKED,
)
