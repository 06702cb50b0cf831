"""Each level of each comparison, met by the pair of lines that it describes."""

from __future__ import annotations

from functools import cache

import pytest

from maillage.register.linking import Firm, link
from maillage.register.linking.comparing import COMPARISONS, Comparison
from maillage.register.linking.firms import LISTS, TEXTS
from maillage.register.linking.links import Link

Given = dict[str, str]

# Of each comparison: the level, what one list says, what the other says.
CASES: list[tuple[str, str, Given, Given]] = [
    ("siret", "same", {"siret": "55208131766522"}, {"siret": "552 081 317 66522"}),
    ("siret", "firm", {"siret": "73282932000074"}, {"siret": "73282932000090"}),
    ("siret", "differs", {"siret": "55208131766522"}, {"siret": "73282932000074"}),
    ("name", "same", {"name": "SARL Martin"}, {"name": "MARTIN"}),
    ("name", "words", {"name": "Jean Martin"}, {"name": "MARTIN JEAN"}),
    ("name", "words", {"name": "Le Fournil"}, {"name": "Dubois Claire", "sign": "FOURNIL"}),
    (
        "name",
        "words",
        {"sign": "Le Fournil", "name": "Durand"},
        {"sign": "Fournil", "name": "Petit"},
    ),
    ("name", "near", {"name": "Boulangerie Lefevre"}, {"name": "Boulangerie Lefebvre"}),
    ("name", "within", {"name": "Fleurs Roussel"}, {"name": "Roussel Julie Fleurs du Nord"}),
    ("name", "akin", {"name": "Boulangerie Lefèvre"}, {"name": "Boulanger Lefort"}),
    ("name", "word", {"name": "Garage Lecocq"}, {"name": "Carrosserie peinture Lecocq"}),
    ("name", "differs", {"name": "Garage Lecocq"}, {"name": "Salon Wattel"}),
    ("name", "unknown", {"street": "1 rue Foch"}, {"name": "Salon Wattel"}),
    (
        "manager",
        "same",
        {"first_name": "Claire", "last_name": "Dubois"},
        {"first_name": "CLAIRE", "last_name": "DUBOIS"},
    ),
    (
        "manager",
        "swapped",
        {"first_name": "Dubois", "last_name": "Claire"},
        {"first_name": "Claire", "last_name": "Dubois"},
    ),
    (
        "manager",
        "near",
        {"first_name": "Claira", "last_name": "Dubois"},
        {"first_name": "Claire", "last_name": "Duboix"},
    ),
    ("manager", "last", {"last_name": "Vandamme"}, {"first_name": "Luc", "last_name": "Vandame"}),
    (
        "manager",
        "first",
        {"first_name": "Nathalie", "last_name": "Petit"},
        {"first_name": "Nathalie", "last_name": "Wattel"},
    ),
    (
        "manager",
        "differs",
        {"first_name": "Luc", "last_name": "Petit"},
        {"first_name": "Inès", "last_name": "Wattel"},
    ),
    ("number", "same", {"number": "12 bis"}, {"number": "12"}),
    ("number", "differs", {"number": "12"}, {"number": "21"}),
    (
        "street",
        "same",
        {"street": "av. du Gal de Gaulle"},
        {"street": "AVENUE DU GENERAL DE GAULLE"},
    ),
    ("street", "near", {"street": "rue Jean Jaurès"}, {"street": "RUE JEAN JAURE"}),
    ("street", "akin", {"street": "rue des Postes"}, {"street": "rue du Port"}),
    ("street", "differs", {"street": "rue Nationale"}, {"street": "quai du Wault"}),
    (
        "place",
        "same",
        {"postcode": "59000", "town": "Lille"},
        {"postcode": "59 000", "town": "LILLE CEDEX"},
    ),
    (
        "place",
        "same",
        {"postcode": "59000", "commune": "59350"},
        {"postcode": "59000", "commune": "59350"},
    ),
    (
        "place",
        "town",
        {"postcode": "59800", "town": "Lille"},
        {"postcode": "59000", "town": "Lille"},
    ),
    ("place", "town", {"commune": "59350"}, {"commune": "59350", "town": "Lille"}),
    (
        "place",
        "postcode",
        {"postcode": "59000", "town": "Lille"},
        {"postcode": "59000", "town": "Hellemmes"},
    ),
    (
        "place",
        "differs",
        {"postcode": "59000", "town": "Lille"},
        {"postcode": "59100", "town": "Roubaix"},
    ),
    ("place", "unknown", {"town": "Lille"}, {"postcode": "59000"}),
    ("activity", "same", {"activity": "10.71C"}, {"activity": "1071C"}),
    ("activity", "division", {"activity": "10.71C"}, {"activity": "10.13B"}),
    ("activity", "differs", {"activity": "10.71C"}, {"activity": "96.02A"}),
    ("activity", "unknown", {"activity": "boulangerie"}, {"activity": "10.71C"}),
    ("phone", "same", {"phone": "+33 3 20 11 22 33"}, {"phone": "03.20.11.22.33"}),
    ("phone", "near", {"phone": "03 20 11 22 33"}, {"phone": "03 20 11 22 38"}),
    ("phone", "differs", {"phone": "03 20 11 22 33"}, {"phone": "03 27 99 88 77"}),
    ("email", "same", {"email": "Contact@Fournil.fr"}, {"email": "contact@fournil.fr"}),
    ("email", "domain", {"email": "claire@fournil.fr"}, {"email": "contact@fournil.fr"}),
    ("email", "differs", {"email": "claire@orange.fr"}, {"email": "luc@orange.fr"}),
]


def met(rank: int, field: str) -> Given:
    """What brings a pair together without saying anything of the field that is looked at."""
    telling = (
        {"phone": f"01 40 {rank:02d} 00 00"} if field != "phone" else {"email": f"pair@n{rank}.fr"}
    )
    return telling | (
        {"number": "5", "street": f"sentier Pair{rank}"}
        if field not in {"number", "street"}
        else {}
    )


@cache
def levels() -> dict[int, Link]:
    """The link of each case; who runs a firm is named in both lists."""
    left, right = [], []
    for rank, (field, _level, one, other) in enumerate(CASES):
        together = {**met(rank, field)}
        left.append(Firm(**{"id": str(rank), **together, **one}))
        right.append(Firm(**{"id": str(rank), **together, **other}))
    found = link(left, right, least=1e-9)
    return {int(one.left): one for one in found if one.left == one.right}


@pytest.mark.parametrize(
    "rank", range(len(CASES)), ids=lambda rank: "-".join((str(rank), *CASES[rank][:2]))
)
def test_a_pair_stands_at_the_level_that_describes_it(rank: int) -> None:
    field, level, _one, _other = CASES[rank]
    assert {part.field: part.level for part in levels()[rank].why}[field] == level


def test_every_level_of_every_comparison_has_its_pair() -> None:
    every = {(one.name, level.code) for one in COMPARISONS for level in (*one.levels, one.differ)}
    assert every <= {(field, level) for field, level, _one, _other in CASES}


@pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.name)
def test_a_comparison_reads_columns_that_exist_and_says_so_in_two_languages(
    one: Comparison,
) -> None:
    assert set(one.columns) <= {*TEXTS, *LISTS}
    assert len({level.code for level in (*one.levels, one.differ)}) == len(one.levels) + 1
    for level in (*one.levels, one.differ):
        assert level.words.fr
        assert level.words.en
        assert level.rarity in {"", *TEXTS}
