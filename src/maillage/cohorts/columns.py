"""The columns of a list under pseudonyms, under the headers that structures give them; and how each cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from maillage.cohorts.sieve import Sieve
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, folded
from maillage.kernel.text import Words

_YES_NO = {
    **dict.fromkeys(("oui", "yes", "o", "y", "1", "true", "vrai", "qpv", "x"), "yes"),
    **dict.fromkeys(("non", "no", "n", "0", "false", "faux", "hors qpv"), "no"),
    **dict.fromkeys(("inconnu", "ne sait pas", "nsp", "unknown", "?", "non renseigné"), ""),
}
#: Every way in which a cell may say whether somebody lives in a priority neighbourhood.
NEAR = frozenset(folded(word) for word in _YES_NO)


def token(cell: str) -> str:
    """A token as `pseudonymise` writes it: 64 hexadecimal digits."""
    found = cell.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", found):
        raise BadCell("", "token")
    return found


def key(cell: str) -> str:
    """The fingerprint of a key."""
    return cells.text(40)(cell).lower()


def near(cell: str) -> bool | None:
    """Whether somebody lives in a priority neighbourhood; None when nobody knows."""
    found = cells.one_of(_YES_NO)(cell)
    return {"yes": True, "no": False}.get(found)


def amount(cell: str) -> int:
    """A sum lent or guaranteed, as cents: more than nothing."""
    found = cells.cents(cell)
    if found <= 0:
        raise BadCell("", "no_amount")
    return found


def postcode(cell: str) -> str:
    """Five digits, a zero that a spreadsheet took away put back."""
    found = cell.strip().removesuffix(".0").replace(" ", "")
    if not re.fullmatch("[0-9]{4,5}", found):
        raise BadCell("", "postcode")
    return found.zfill(5)


def _column(
    name: str, words: Words, read: Callable[[str], Any], *aliases: str, needed: bool = False
) -> Column:
    return Column(name, words, read, aliases, needed=needed, may_be_blank=not needed)


STEPS = (
    _column(
        "etape", Words("Étape", "Stage"), cells.text(60),
        "stade", "statut", "type", "type d’étape", "action", "parcours", "step", needed=True,
    ),
    _column(
        "date", Words("Date", "Date"), cells.day,
        "date de l’étape", "date étape", "jour", "le", "date d’entrée", "date action", "day", needed=True,
    ),
    _column(
        "montant", Words("Montant", "Amount"), amount,
        "montant (€)", "montant en euros", "montant du prêt", "montant accordé", "montant garanti", "somme",
    ),
    _column(
        "commune", Words("Commune", "Commune"), cells.text(120),
        "code commune", "code insee", "insee", "ville", "commune de résidence", "code commune insee", "town", "city",
    ),
    _column(
        "code_postal", Words("Code postal", "Postcode"), postcode, "cp", "code postal de résidence", "zip", "postal code"
    ),
    _column(
        "qpv", Words("En QPV", "In a QPV"), near,
        "qpv ?", "quartier prioritaire", "habite en qpv", "habitant qpv", "résident qpv", "zone qpv", "politique de la ville",
    ),
    _column(
        "siret", Words("SIRET de l’activité créée", "SIRET of what was created"), cells.siret,
        "n° siret", "numéro siret", "siret créé",
    ),
)  # fmt: skip

TOKEN = Column(
    "jeton", Words("Jeton", "Token"), token, ("pseudonyme", "pseudonym", "identifiant pseudonyme"),
    needed=True, may_be_blank=True,
)  # fmt: skip
MARKS = (
    _column(
        "recette", Words("Version de la recette", "Version of the recipe"), cells.text(20), "recipe"
    ),
    _column("cle", Words("Empreinte de la clé", "Fingerprint of the key"), key, "clé", "key"),
)
COLUMNS = (TOKEN, *STEPS, *MARKS)


def _spellings(columns: tuple[Column, ...]) -> frozenset[str]:
    return frozenset(spelling for column in columns for spelling in column.spellings)


SIEVE = Sieve(
    _spellings(COLUMNS),
    _spellings((TOKEN, *MARKS, *(one for one in STEPS if one.name == "siret"))),
)
