"""One street, one name: «AV DU GAL DE GAULLE» and «avenue du Général-de-Gaulle» are the same place.

Kinds of ways are shortened as INSEE's Sirene file shortens them (`typeVoieEtablissement`), titles as people do.
"""

from __future__ import annotations

from maillage.places import fold

_KINDS = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "bvd": "boulevard", "car": "carrefour", "ch": "chemin", "che": "chemin",
    "chem": "chemin", "chs": "chaussee", "cor": "corniche", "crs": "cours", "dom": "domaine",
    "dsc": "descente", "esp": "esplanade", "fbg": "faubourg", "fg": "faubourg",
    "gr": "grande rue", "ham": "hameau", "hle": "halle", "imp": "impasse", "ld": "lieu dit",
    "lot": "lotissement", "mar": "marche", "mte": "montee", "pas": "passage", "pass": "passage",
    "pl": "place", "pln": "plaine", "plt": "plateau", "pro": "promenade", "prom": "promenade",
    "prv": "parvis", "qu": "quai", "qua": "quartier", "r": "rue", "res": "residence",
    "rle": "ruelle", "roc": "rocade", "rpt": "rond point", "rte": "route", "sen": "sente",
    "sq": "square", "tpl": "terre plein", "tra": "traverse", "vla": "villa", "vlge": "village",
}  # fmt: skip
_TITLES = {
    "cap": "capitaine", "cdt": "commandant", "cne": "capitaine", "col": "colonel",
    "doc": "docteur", "dr": "docteur", "fbg": "faubourg", "fg": "faubourg", "gal": "general",
    "gen": "general", "lt": "lieutenant", "mal": "marechal", "mgr": "monseigneur",
    "pdt": "president", "prof": "professeur",
    "sgt": "sergent", "st": "saint", "ste": "sainte", "sts": "saints",
}  # fmt: skip


def key_of(street: str) -> str:
    """The name by which every spelling of a street is found; empty when there is no street.

    A title comes before a name: the «chemin du Col» leads to no colonel, and «prés» are meadows.
    """
    first, *others = fold(street).split() or [""]
    named = [
        _TITLES.get(word, word) if rank < len(others) else word
        for rank, word in enumerate(others, start=1)
    ]
    return " ".join([_KINDS.get(first, first), *named])


def called(street: str) -> str:
    """The street as an envelope says it: in full and in capitals."""
    return key_of(street).upper()
