"""Every criterion by which a figure, a campaign or a search keeps firms; each a permanent bit (ADR 0024).

Three kinds: bits that Sirene's facts give and that spells and acts keep (`segments`), rules read on the day
(families of craft, size, stage of life, lists of activities of a chamber), and what a partner's list tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Length, Substr

from maillage.kernel.text import Words
from maillage.register.models import Belonging
from maillage.register.models.crafts import FIRST_BIT, LAST_BIT, CraftList
from maillage.register.models.time import SpellQuerySet
from maillage.register.rules import CODE_LENGTH, Age, Bands, Listed, Rule, Seen, Trades
from maillage.register.segments import CRAFT_NAF, CRAFT_RM, SEGMENTS, Segment

_LIST = "craft_list_"
_SINCE = date(2026, 11, 27)
_CRAFT = CRAFT_RM.mask | CRAFT_NAF.mask
# Food sold by craft trades, which NAF rev. 2 puts in retail and in restaurants.
_FOOD = (
    "47.21Z", "47.22Z", "47.23Z", "47.24Z", "47.25Z", "47.26Z", "47.29Z", "47.81Z", "56.10C",
)  # fmt: skip
_FOOD_DIVISIONS = ("10", "11")
_BUILDING_DIVISIONS = ("41", "42", "43")
_MAKING_DIVISIONS = (
    "05", "06", "07", "08", "09", *(str(division) for division in range(12, 33)),
)  # fmt: skip
_SERVICES_DIVISIONS = tuple(
    code
    for code in (f"{number:02d}" for number in range(1, 100))
    if code not in {*_FOOD_DIVISIONS, *_BUILDING_DIVISIONS, *_MAKING_DIVISIONS}
)


def _family(bit: int, code: str, label: Words, what: Words, rule: Trades) -> Segment:
    return Segment(
        bit, f"family_{code}", 1, label,
        Words(
            "Établissement artisanal (par le code du registre des métiers ou par la liste d’activités NAF) dont "
            f"l’activité NAF rév. 2 est {what.fr}. Un établissement artisanal est d’une famille et d’une seule.",
            "Craft establishment (by the trade-register code or by the list of NAF activities) whose NAF rev. 2 "
            f"activity is {what.en}. A craft establishment is of one family and one only.",
        ),
        _SINCE, read=rule,
    )  # fmt: skip


FAMILIES = (
    _family(
        8, "food", Words("Artisanat de l’alimentation", "Food crafts"),
        Words("des divisions 10 et 11, le commerce alimentaire spécialisé (47.21Z à 47.29Z), celui des marchés "
              "(47.81Z) ou la restauration rapide (56.10C)",
              "in divisions 10 and 11, specialised food retail (47.21Z to 47.29Z), food on markets (47.81Z) or "
              "take-away food (56.10C)"),
        Trades(_FOOD_DIVISIONS, _FOOD, among=_CRAFT),
    ),
    _family(
        9, "building", Words("Artisanat du bâtiment", "Building crafts"),
        Words("des divisions 41 à 43", "in divisions 41 to 43"),
        Trades(_BUILDING_DIVISIONS, among=_CRAFT),
    ),
    _family(
        10, "making", Words("Artisanat de fabrication", "Making crafts"),
        Words("des divisions 05 à 09 ou 12 à 32", "in divisions 05 to 09 or 12 to 32"),
        Trades(_MAKING_DIVISIONS, among=_CRAFT),
    ),
    _family(
        11, "services", Words("Artisanat de services", "Service crafts"),
        Words("toute autre, réparation (division 33) comprise", "any other, repair (division 33) included"),
        Trades(_SERVICES_DIVISIONS, but=_FOOD, among=_CRAFT),
    ),
)  # fmt: skip


def _size(bit: int, code: str, label: Words, bands: str) -> Segment:
    codes = tuple(bands.split())
    *first, last = codes
    return Segment(
        bit,
        f"size_{code}",
        1,
        label,
        Words(
            f"Établissement dont la tranche d’effectif connue pour ce jour porte, à l’INSEE, le code {', '.join(first)} ou "
            f"{last}. Sans tranche connue, il n’est d’aucune taille.",
            f"Establishment whose headcount band, as known for that day, bears the code {', '.join(first)} or {last} at "
            "INSEE. Without a known band it is of no size.",
        ),
        _SINCE,
        read=Bands(codes),
    )


SIZES = (
    _size(12, "0", Words("Aucun salarié", "No employee"), "NN 00"),
    _size(13, "1_9", Words("1 à 9 salariés", "1 to 9 employees"), "01 02 03"),
    _size(14, "10_49", Words("10 à 49 salariés", "10 to 49 employees"), "11 12"),
    _size(15, "50_249", Words("50 à 249 salariés", "50 to 249 employees"), "21 22 31"),
    _size(16, "250", Words("250 salariés et plus", "250 employees or more"), "32 41 42 51 52 53"),
)


def _stage(bit: int, code: str, label: Words, span: Words, age: Age) -> Segment:
    return Segment(
        bit, f"stage_{code}", 1, label,
        Words(
            f"Établissement créé depuis {span.fr}, au jour lu. Sans date de création connue, il n’a pas d’âge.",
            f"Establishment created {span.en} ago on the day read. Without a known creation date it has no age.",
        ),
        _SINCE, read=age,
    )  # fmt: skip


STAGES = (
    _stage(
        17, "young", Words("Jeune établissement", "Young establishment"),
        Words("moins de 3 ans", "less than 3 years"), Age(under=3),
    ),
    _stage(
        18, "settled", Words("Établissement installé", "Settled establishment"),
        Words("3 ans au moins et moins de 10 ans", "at least 3 years and less than 10 years"), Age(3, 10),
    ),
    _stage(
        19, "old", Words("Établissement ancien", "Long-standing establishment"),
        Words("10 ans ou plus", "10 years or more"), Age(10),
    ),
)  # fmt: skip

ESS_LISTED = Segment(
    5, "ess_listed", 1,
    Words("ESS (liste d’un partenaire)", "Social economy (list of a partner)"),
    Words("Entreprise reconnue sur une liste que l’organisation qui l’a chargée déclare être de l’économie sociale "
          "et solidaire (ESS France, chambre régionale…).",
          "Firm recognised on a list that whoever loaded it declares to be of the social and solidarity economy "
          "(ESS France, the regional chamber…)."),
    _SINCE, read=Listed(),
)  # fmt: skip
MICRO_LISTED = Segment(
    6, "micro_listed", 1,
    Words("Micro-entreprise (liste d’un partenaire)", "Micro-enterprise regime (list of a partner)"),
    Words("Entreprise reconnue sur une liste déclarée de micro-entrepreneurs. Sirene ne dit pas ce régime\u00a0: sans "
          "liste, il n’est pas connu.",
          "Firm recognised on a list declared to be of micro-entrepreneurs. Sirene does not tell this regime: "
          "without a list it is not known."),
    _SINCE, read=Listed(),
)  # fmt: skip
LISTED = (ESS_LISTED, MICRO_LISTED)
DECLARED = (*SEGMENTS, *LISTED, *FAMILIES, *SIZES, *STAGES)
_BY_BIT = {segment.bit: segment for segment in DECLARED}
_LISTS = ((1 << (LAST_BIT + 1)) - 1) ^ ((1 << FIRST_BIT) - 1)
READ = sum(segment.mask for segment in DECLARED if segment.read is not None) | _LISTS
"""The bits that no row of the register carries: they are read when a question is asked."""


def is_of_list(bit: int) -> bool:
    """Whether the bit is one that chambers' lists of activities take."""
    return FIRST_BIT <= bit <= LAST_BIT


def bits_of(mask: int) -> list[int]:
    """The bits of a mask, from the lowest."""
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def grouped() -> list[tuple[Words, Sequence[Segment]]]:
    """What the code declares, by what it is about."""
    craft, social = SEGMENTS[:2], SEGMENTS[2:4]
    return [
        (Words("Artisanat", "Crafts"), (*craft, *FAMILIES)),
        (Words("Économie sociale et solidaire", "Social and solidarity economy"), (*social, ESS_LISTED)),
        (Words("Emploi et taille", "Employment and size"), (*SEGMENTS[4:], *SIZES)),
        (Words("Étape de vie et régime", "Stage of life and regime"), (*STAGES, MICRO_LISTED)),
    ]  # fmt: skip


def of_list(one: CraftList) -> Segment:
    """The criterion that a published list of activities is."""
    name = one.organisation.short_name or one.organisation.name
    return Segment(
        one.bit, f"{_LIST}{one.bit}", one.number,
        Words(f"Artisanat (liste de {name}, version {one.number})",
              f"Craft (list of {name}, version {one.number})"),
        Words(f"Établissement dont le code NAF rév. 2 est l’un des {len(one.codes)} de la liste de {name}.",
              f"Establishment whose NAF rev. 2 code is one of the {len(one.codes)} on the list of {name}."),
        one.since, read=Trades(codes=tuple(one.codes)),
    )  # fmt: skip


def published() -> list[Segment]:
    """The lists of activities that chambers published, each version a criterion of its own."""
    return [of_list(one) for one in CraftList.objects.select_related("organisation")]


def offered(*, to_public: bool = False) -> list[Segment]:
    """Everything one may keep firms by, the last version of each chamber's list only.

    What a partner's list tells of a firm is not for the public, who would find out who is on it.
    """
    last = CraftList.objects.latest_of_each().select_related("organisation")
    told = [one for one in DECLARED if not (to_public and isinstance(one.read, Listed))]
    return [*told, *(of_list(one) for one in last)]


def coded(codes: Iterable[str]) -> list[Segment]:
    """The criteria that bear these codes, an earlier version of a list among them; others name nothing."""
    wanted = set(codes)
    told = [one for one in DECLARED if one.code in wanted]
    lists = published() if any(code.startswith(_LIST) for code in wanted) else ()
    return [*told, *(one for one in lists if one.code in wanted)]


def named(mask: int) -> list[Segment]:
    """The criteria of a mask, in the order of their bits; bits that nothing declares name nothing."""
    bits = bits_of(mask)
    lists: dict[int, Segment] = {}
    if mask & _LISTS:
        told = CraftList.objects.filter(bit__in=bits).select_related("organisation")
        lists = {one.bit: of_list(one) for one in told}
    every = {**_BY_BIT, **lists}
    return [every[bit] for bit in bits if bit in every]


def declared(bit: int) -> Segment | None:
    """The criterion that the code itself declares under this bit."""
    return _BY_BIT.get(bit)


def codes_of(bit: int) -> list[str]:
    """The activities of a published list; none under a bit that nobody took."""
    found = CraftList.objects.filter(bit=bit).values_list("codes", flat=True).first()
    return list(found or ())


def of_day(seen: Seen, among: Sequence[Segment]) -> list[Segment]:
    """Those of the criteria that hold for what is seen of a place on a day."""
    return [one for one in among if _holds(one, seen)]


def _holds(segment: Segment, seen: Seen) -> bool:
    if segment.read is None or isinstance(segment.read, Listed):
        return bool(seen.mask & segment.mask)
    return segment.read.holds(seen)


def kept(spells: SpellQuerySet, mask: int, day: date) -> SpellQuerySet:
    """The spells that satisfy every criterion of a mask, those read on the day as of that day."""
    if stored := mask & ~READ:
        carried = F("segments").bitand(stored)
        spells = spells.alias(carried=carried).filter(carried=stored)
    if mask & READ:
        spells = spells.alias(
            division=Substr("activity", 1, 2),
            length=Length("activity"),
            craft=F("segments").bitand(_CRAFT),
        )
    for bit in bits_of(mask & READ):
        spells = spells.filter(_condition(bit, day))
    return spells


def _condition(bit: int, day: date) -> Q:
    segment = declared(bit)
    rule: Rule | None = segment.read if segment else Trades(codes=tuple(codes_of(bit)))
    if isinstance(rule, Bands):
        return Q(size_band__in=rule.bands)
    if isinstance(rule, Age):
        after, until = rule.limits(day)
        return Q(opened_on__gt=after, opened_on__lte=until)
    if isinstance(rule, Trades):
        told = Q(division__in=rule.divisions) | Q(activity__in=rule.codes)
        craft = Q(craft__gt=0) if rule.among else Q()
        return told & craft & Q(length=CODE_LENGTH) & ~Q(activity__in=rule.but)
    listed = Belonging.objects.known().filter(bit=bit, since__lte=day)
    return Q(legal_unit__in=listed.values("legal_unit"))
