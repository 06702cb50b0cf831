"""A firm's words brought to the form in which two lists are compared.

People write «Sté MARTIN & Fils S.A.R.L., 12 bis, av. du Gal de Gaulle»; the register writes `MARTIN ET FILS`,
`12`, `AVENUE DU GENERAL DE GAULLE`. What tells nothing of who the firm is (legal form, article, kind of
street abbreviated) leaves, accents and case with it. A cell that cannot be compared becomes None: it
counts neither for a link nor against it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from maillage.places import fold as fold_any

_FORMS = frozenset(
    [
        "sarl",
        "eurl",
        "sas",
        "sasu",
        "sa",
        "sci",
        "scop",
        "scic",
        "snc",
        "ei",
        "eirl",
        "selarl",
        "selas",
        "earl",
        "gaec",
        "gie",
        "scp",
        "scm",
        "asso",
        "association",
        "ets",
        "etablissement",
        "etablissements",
        "ste",
        "societe",
        "entreprise",
        "monsieur",
        "madame",
        "mr",
        "mme",
    ]
)
_ARTICLES = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "de",
        "du",
        "des",
        "d",
        "et",
        "au",
        "aux",
        "a",
        "en",
        "of",
        "the",
        "and",
    ]
)
_STREETS = {
    "r": "rue", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "pl": "place", "ch": "chemin", "che": "chemin", "imp": "impasse",
    "all": "allee", "rte": "route", "sq": "square", "fg": "faubourg", "fbg": "faubourg",
    "qu": "quai", "crs": "cours", "res": "residence", "za": "zone", "zi": "zone",
    "st": "saint", "ste": "sainte", "gal": "general", "mal": "marechal", "dr": "docteur",
    "pdt": "president", "cdt": "commandant",
}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,5})\s*(bis|ter|quater|[a-h])?\b")
_ACTIVITY = re.compile(r"\d{2}(\d{2}[A-Z]?)?")
# Addresses given out by mail providers tell nothing of the firm.
_PUBLIC_MAIL = frozenset(
    [
        "gmail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "laposte.net",
        "hotmail.com",
        "hotmail.fr",
        "outlook.com",
        "outlook.fr",
        "live.fr",
        "yahoo.fr",
        "yahoo.com",
        "bbox.fr",
        "numericable.fr",
        "icloud.com",
    ]
)

_REMEMBERED = 1 << 16
# What `fold_any` does to a text without accents, quicker: most of the register's words are plain capitals.
_PLAIN = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(128)) + bytes(128)


def fold(text: str) -> str:
    """The text without accents, case or punctuation, one blank between words."""
    if text.isascii():
        return " ".join(text.encode().translate(_PLAIN).decode().split())
    return fold_any(text)


def name(text: str | None) -> str | None:
    """The words of a name that tell who it is; letters apart («S.A.R.L.») are one word."""
    words: list[str] = []
    for alone, run in groupby(fold(text or "").split(), lambda word: len(word) == 1):
        letters = list(run)
        words += ["".join(letters)] if alone and len(letters) > 2 else letters
    telling = [word for word in words if word not in _FORMS and word not in _ARTICLES]
    return " ".join(telling or words) or None


@lru_cache(_REMEMBERED)
def street(text: str | None) -> tuple[str | None, str | None]:
    """The number and the street of an address: «12 bis, av. du Gal de Gaulle» is 12, avenue general gaulle."""
    folded = fold(text or "")
    number = None
    if found := _NUMBER.match(folded):
        number, folded = found.group(1).lstrip("0") or None, folded[found.end() :]
    words = [_STREETS.get(word, word) for word in folded.split()]
    telling = [word for word in words if word not in _ARTICLES]
    return number, " ".join(telling or words) or None


@lru_cache(_REMEMBERED)
def house(text: str | None) -> str | None:
    """The number of a house, without what repeats it (bis, ter)."""
    found = _NUMBER.search(fold(text or ""))
    return (found.group(1).lstrip("0") or None) if found else None


def postcode(text: str | None) -> str | None:
    """A postcode; a spreadsheet takes the zero off «01000»."""
    bare = "".join((text or "").split()).upper()
    return bare.zfill(5) if bare.isdigit() else bare or None


@lru_cache(_REMEMBERED)
def town(text: str | None) -> str | None:
    """The name of a commune: «Saint-André CEDEX 2», «ST ANDRE» are one."""
    words = fold(text or "").split()
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words) or None


def activity(text: str | None) -> str | None:
    """A code of the French nomenclature of activities, without its point; None for what is no code."""
    bare = (text or "").replace(".", "").replace(" ", "").upper()
    return bare if _ACTIVITY.fullmatch(bare) else None


def phone(text: str | None) -> str | None:
    """The nine digits that a French number keeps whatever its prefix; another number as it is."""
    digits = re.sub(r"\D", "", text or "")
    return digits[-9:] if len(digits) >= 7 else None


def mail(text: str | None) -> tuple[str | None, str | None]:
    """An address, and its domain where the domain is the firm's own."""
    bare = (text or "").strip().casefold()
    if bare.count("@") != 1:
        return None, None
    domain = bare.rpartition("@")[2]
    return bare, None if domain in _PUBLIC_MAIL else domain
