"""What is compared between two firms, and how far it can agree: the levels of each comparison, best first.

`m` is how often two lines of one firm stand at this level, `u` how often lines of two firms do. These are
where learning begins, and what holds where a list is too short to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Level:
    """How far two firms agree: its code, in words, the condition in SQL, and what is believed of it at first."""

    code: str
    words: Words
    sql: str
    m: float
    u: float
    rarity: str = ""  # the column whose value weighs more when it is rare


@dataclass(frozen=True, slots=True)
class Comparison:
    """Something compared: the columns it reads, when it cannot be compared, and its levels but the last.

    The last level is what is left: they differ.
    """

    name: str
    words: Words
    columns: tuple[str, ...]
    unknown: str
    levels: tuple[Level, ...]
    differ: Level


_CALLED = (("name", "name"), ("name", "sign"), ("sign", "name"), ("sign", "sign"),
           ("person", "name"), ("name", "person"))  # fmt: skip


def _called(least: float) -> str:
    """Whether a name that one firm bears is near one that the other bears."""
    pairs = (f"jaro_winkler_similarity({one}_l, {other}_r)" for one, other in _CALLED)
    return f"greatest({', '.join(pairs)}) >= {least}"


_SAME_WORDS = "list_has_any(bags_l, bags_r)"
_WITHIN = (
    "(len(words_l) >= 2 AND list_has_all(words_r, words_l)"
    " OR len(words_r) >= 2 AND list_has_all(words_l, words_r))"
)
_SHARED = "list_has_any(words_l, words_r)"
_NOBODY = "words_l IS NULL OR words_r IS NULL"


def _level(code: str, fr: str, en: str, sql: str, m: float, u: float, rarity: str = "") -> Level:
    return Level(code, Words(fr, en), sql, m, u, rarity)


def _differ(m: float, u: float) -> Level:
    return _level("differs", "diffère", "differs", "", m, u)


def _near(column: str, least: float) -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}'


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def _missing(*columns: str) -> str:
    return " OR ".join(f'"{one}_{side}" IS NULL' for one in columns for side in "lr")


COMPARISONS = (
    Comparison(
        "siret", Words("SIRET", "SIRET"), ("siret",), _missing("siret"),
        (
            _level("same", "identique", "the same", _same("siret"), 0.97, 1e-9),
            _level("firm", "même entreprise (SIREN)", "same firm (SIREN)",
                   'left("siret_l", 9) = left("siret_r", 9)', 0.025, 1e-5),
        ),
        _differ(0.005, 0.99999),
    ),
    Comparison(
        "name", Words("nom ou enseigne", "name or sign"), ("words",), _NOBODY,
        (
            _level("same", "identique", "the same", _same("name"), 0.45, 0.0002, "name"),
            _level("words", "mêmes mots, dans un nom ou une enseigne",
                   "the same words, in a name or a sign", _SAME_WORDS, 0.15, 0.0001),
            _level("near", "à une faute près", "but for a slip", _called(0.94), 0.15, 0.0002),
            _level("within", "l’un contient l’autre", "one holds the other", _WITHIN, 0.08, 0.0002),
            _level("akin", "ressemblant", "akin", _called(0.85), 0.07, 0.002),
            _level("word", "un mot en commun", "a word in common", _SHARED, 0.05, 0.01),
        ),
        _differ(0.05, 0.98),
    ),
    Comparison(
        "manager", Words("dirigeant", "who runs it"), ("manager",), _missing("manager"),
        (
            _level("same", "identique", "the same", _same("manager"), 0.55, 0.0002, "manager"),
            _level("swapped", "prénom et nom échangés", "first and last names swapped",
                   "(first_name_l = last_name_r AND last_name_l = first_name_r)", 0.03, 0.00002),
            _level("near", "à une faute près", "but for a slip",
                   f'({_near("first_name", 0.88)} AND {_near("last_name", 0.88)})', 0.15, 0.0001),
            _level("last", "nom de famille identique ou presque", "same last name, or nearly",
                   _near("last_name", 0.92), 0.12, 0.005),
            _level("first", "prénom identique ou presque", "same first name, or nearly",
                   _near("first_name", 0.92), 0.05, 0.01),
        ),
        _differ(0.10, 0.98),
    ),
    Comparison(
        "number", Words("numéro", "number"), ("number",), _missing("number"),
        (_level("same", "identique", "the same", _same("number"), 0.85, 0.02),),
        _differ(0.15, 0.98),
    ),
    Comparison(
        "street", Words("voie", "street"), ("street",), _missing("street"),
        (
            _level("same", "identique", "the same", _same("street"), 0.75, 0.002, "street"),
            _level("near", "à une faute près", "but for a slip", _near("street", 0.92), 0.12, 0.002),
            _level("akin", "ressemblante", "akin", _near("street", 0.8), 0.05, 0.02),
        ),
        _differ(0.08, 0.97),
    ),
    Comparison(
        "place", Words("commune", "town"), ("postcode", "town", "commune"),
        '("postcode_l" IS NULL OR "postcode_r" IS NULL) AND ("town_l" IS NULL OR "town_r" IS NULL)'
        ' AND ("commune_l" IS NULL OR "commune_r" IS NULL)',
        (
            _level("same", "code postal et commune identiques", "same postcode and town",
                   '("postcode_l" = "postcode_r" AND ("town_l" = "town_r" OR "commune_l" = "commune_r"))', 0.72, 0.01),
            _level("town", "commune identique ou presque", "same town, or nearly",
                   f'("commune_l" = "commune_r" OR {_near("town", 0.92)})', 0.15, 0.01),
            _level("postcode", "code postal identique", "same postcode", _same("postcode"), 0.07, 0.01),
        ),
        _differ(0.06, 0.97),
    ),
    Comparison(
        "activity", Words("activité", "activity"), ("activity",), _missing("activity"),
        (
            _level("same", "identique", "the same", _same("activity"), 0.70, 0.02),
            _level("division", "même division", "same division",
                   'left("activity_l", 2) = left("activity_r", 2)', 0.15, 0.06),
        ),
        _differ(0.15, 0.92),
    ),
    Comparison(
        "phone", Words("téléphone", "telephone"), ("phone",), _missing("phone"),
        (
            _level("same", "identique", "the same", _same("phone"), 0.80, 0.00001),
            _level("near", "à un chiffre près", "but for a digit",
                   'damerau_levenshtein("phone_l", "phone_r") <= 1', 0.05, 0.00001),
        ),
        _differ(0.15, 0.99998),
    ),
    Comparison(
        "email", Words("courriel", "e-mail"), ("email", "domain"), _missing("email"),
        (
            _level("same", "identique", "the same", _same("email"), 0.70, 0.00001),
            _level("domain", "même domaine propre", "same domain of their own", _same("domain"), 0.12, 0.00005),
        ),
        _differ(0.18, 0.99994),
    ),
)  # fmt: skip
