"""INSEE's file of past periods given on screen: the importer of `sirene_history`."""

from __future__ import annotations

from maillage.kernel.rows import Importer
from maillage.kernel.text import Words
from maillage.register.importers.asked import ASKED, OPTIONS, Followed, discard
from maillage.register.importers.history import HistoryImport
from maillage.register.models import Source

IMPORTER = Importer(
    name=Source.HISTORY,
    words=Words("Historique Sirene des établissements", "Sirene’s history of establishments"),
    about=Words(
        "StockEtablissementHistorique (CSV ou zip), lu pour un territoire dont le stock est chargé\u00a0: la vie des établissements avant leur période en cours.",
        "StockEtablissementHistorique (CSV or zip), read for a territory whose stock is loaded: the life of establishments before their present period.",
    ),
    whole=Followed(HistoryImport),
    discard=discard,
    options=OPTIONS,
    kinds={
        "outside": Words("Lignes hors du territoire", "Lines outside the territory"),
        "told": Words("Vies précisées", "Lives made precise"),
        "unchanged": Words("Vies déjà connues", "Lives known already"),
        "spells": Words("Périodes écrites", "Spells written"),
        "periods": Words(
            "Enseignes et mentions d’employeur écrites", "Signs and employer flags written"
        ),
    },
    reasons=ASKED,
)
