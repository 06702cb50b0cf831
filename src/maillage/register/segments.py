"""Segments: the groups of firms that figures speak of, each a permanent bit.

A bit is a pair (segment, version of its rule) and is never reused nor redefined: a better rule takes
the next bit, so that two criteria of "craft" live side by side and old acts keep their meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from maillage.kernel.text import Words
from maillage.register.rules import Rule

# NAF rev. 2 classes and subclasses after the decree of 2 April 1998 on craft activities (no 98-247,
# annex), read as prefixes of the code without its dot. IN DOUBT: written without the text of the annex at
# hand. Each prefix is a code of NAF rev. 2, but the annex also excludes parts of classes that no code
# tells apart, and 41.1 (property development) may not belong. `craft_rm`, which INSEE's own column
# sets, is the criterion to prefer; a list checked against the text takes the next bit, never this one.
CRAFT_PREFIXES = (
    "101", "102", "103", "104", "105", "106", "107", "108", "109", "1101", "1102", "1105",
    "1107", "13", "14", "15", "16", "17", "18", "20", "21", "22", "23", "24", "25", "26", "27", "28",
    "29", "30", "31", "32", "33", "3700", "3811", "3812", "3821", "3831", "3832", "3900", "41", "42",
    "43", "4520", "4540", "4722Z", "4723Z", "4776Z", "4781Z", "4932Z", "4942Z", "5610C",
    "7420Z", "8121Z", "8122Z", "8129A", "8129B", "8292Z", "8690A", "9001Z", "9511Z", "9512Z",
    "9521Z", "9522Z", "9523Z", "9524Z", "9525Z", "9529Z", "9601A", "9601B", "9602A", "9602B", "9603Z",
    "9609Z",
)  # fmt: skip

# Legal categories that article 1 of the law of 31 July 2014 (no 2014-856) puts in the social and
# solidarity economy by statute: associations, co-operatives, mutual societies, foundations.
ESS_CATEGORIES = frozenset((
    "5191", "5192", "5193", "5194", "5195", "5196", "5203", "5307", "5309", "5443", "5451", "5453", "5454", "5455",
    "5458", "5459", "5460", "5543", "5547", "5551", "5552", "5553", "5554", "5555", "5558", "5559", "5560", "5643",
    "5647", "5651", "5652", "5653", "5654", "5655", "5658", "5659", "5660", "6316", "6317", "6318", "6411", "6543",
    "6551", "6554", "6558", "6560", "6595", "6596", "8210", "8250", "8290", "9220", "9221", "9222", "9223", "9230",
    "9260", "9300",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What the rules read of an establishment."""

    trade_register_code: str
    activity: str
    nomenclature: str
    employer: str
    size_band: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What the rules read of a legal unit."""

    ess: str
    legal_category: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One permanent pair (segment, version of its rule) with the rule in words and its date."""

    bit: int
    code: str
    rule_version: int
    label: Words
    words: Words
    since: date
    of_place: Callable[[Place], bool] | None = None
    of_unit: Callable[[Unit], bool] | None = None
    read: Rule | None = None  # read on the day, and kept by no spell (ADR 0024)

    @property
    def mask(self) -> int:
        """The integer whose only bit is this one."""
        return 1 << self.bit


def has_trade_code(place: Place) -> bool:
    """Whether Sirene carries a trade-register (NAFA, APRM) code for the establishment."""
    return place.trade_register_code != ""


def has_craft_activity(place: Place) -> bool:
    """Whether the NAF rev. 2 code stands in the list of craft activities, a list that is in doubt."""
    code = place.activity.replace(".", "")
    return place.nomenclature == "NAFRev2" and code.startswith(CRAFT_PREFIXES)


def employs(place: Place) -> bool:
    """Whether Sirene says employer, or, when it says nothing, gives a band of one person or more."""
    if place.employer:
        return place.employer == "O"
    return place.size_band not in {"", "NN", "00"}


def declared_ess(unit: Unit) -> bool:
    """Whether INSEE flags the legal unit as part of the social and solidarity economy."""
    return unit.ess == "O"


def statutory_ess(unit: Unit) -> bool:
    """Whether the legal category alone puts the unit in the social and solidarity economy."""
    return unit.legal_category in ESS_CATEGORIES


CRAFT_RM = Segment(
    0, "craft_rm", 1,
    Words("Artisanat (code du registre des métiers)", "Craft (trade-register code)"),
    Words("Établissement dont Sirene porte un code d’activité au registre des métiers (NAFA, APRM).",
          "Establishment for which Sirene carries a trade-register activity code (NAFA, APRM)."),
    date(2019, 1, 1), of_place=has_trade_code,
)  # fmt: skip
CRAFT_NAF = Segment(
    1, "craft_naf", 1,
    Words("Artisanat (liste d’activités NAF)", "Craft (list of NAF activities)"),
    Words("Établissement dont le code NAF rév. 2 figure parmi les activités artisanales "
          "(décret n° 98-247 du 2 avril 1998, annexe).",
          "Establishment whose NAF rev. 2 code is among the craft activities "
          "(decree 98-247 of 2 April 1998, annex)."),
    date(2019, 1, 1), of_place=has_craft_activity,
)  # fmt: skip
ESS_SIRENE = Segment(
    2, "ess_sirene", 1,
    Words("ESS (mention Sirene)", "Social economy (Sirene flag)"),
    Words("Unité légale que l’INSEE signale dans le champ de l’économie sociale et solidaire.",
          "Legal unit that INSEE flags within the social and solidarity economy."),
    date(2019, 1, 1), of_unit=declared_ess,
)  # fmt: skip
ESS_LEGAL = Segment(
    3, "ess_legal", 1,
    Words("ESS (catégorie juridique)", "Social economy (legal category)"),
    Words("Association, coopérative, mutuelle ou fondation d’après la catégorie juridique "
          "(loi n° 2014-856 du 31 juillet 2014, article 1).",
          "Association, co-operative, mutual society or foundation by its legal category "
          "(law 2014-856 of 31 July 2014, article 1)."),
    date(2019, 1, 1), of_unit=statutory_ess,
)  # fmt: skip
EMPLOYER = Segment(
    4, "employer", 1,
    Words("Employeur", "Employer"),
    Words("Établissement que Sirene dit employeur, ou à défaut dont la tranche d’effectif compte "
          "au moins un salarié.",
          "Establishment that Sirene calls an employer or, failing that, whose headcount band holds "
          "at least one employee."),
    date(2019, 1, 1), of_place=employs,
)  # fmt: skip

SEGMENTS = (CRAFT_RM, CRAFT_NAF, ESS_SIRENE, ESS_LEGAL, EMPLOYER)


def place_bits(place: Place) -> int:
    """The segments an establishment owes to its own facts."""
    return sum(s.mask for s in SEGMENTS if s.of_place and s.of_place(place))


def unit_bits(unit: Unit) -> int:
    """The segments an establishment owes to its legal unit."""
    return sum(s.mask for s in SEGMENTS if s.of_unit and s.of_unit(unit))


def named(mask: int) -> list[Segment]:
    """The segments of a mask, in the order of their bits."""
    return [s for s in SEGMENTS if mask & s.mask]


def by_code(code: str) -> Segment:
    """The segment of a code.

    Raises:
        KeyError: no segment bears it.
    """
    return {s.code: s for s in SEGMENTS}[code]
