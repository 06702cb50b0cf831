"""A firm as a list tells of it, what of it is compared, and what brings two firms before each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from maillage.kernel.identifiers import digits, is_siret
from maillage.register.linking import normal

Told: TypeAlias = dict[str, Any]
TEXTS = (
    "name", "sign", "person", "manager", "first_name", "last_name", "number", "street", "postcode", "town", "commune",
    "activity", "phone", "email", "domain", "siret",
)  # fmt: skip
LISTS = ("bags", "words")
_SHORTEST = 3  # letters: a shorter word brings too many firms together
_KEYED = 8  # words of a name that bring it before others, the longest


@dataclass(frozen=True, slots=True)
class Firm:
    """One line of a list. Only `id` must be there; what is not given is not compared."""

    id: str
    name: str = ""
    sign: str = ""
    first_name: str = ""
    last_name: str = ""
    number: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    commune: str = ""
    activity: str = ""
    phone: str = ""
    email: str = ""
    siret: str = ""


def told(firm: Firm, *, as_person: bool = False) -> Told:
    """What is compared of a firm, in the form in which it is.

    `as_person`: the other list names nobody who runs a firm, so that here the person is one more name of it
    (a sole trader's name in the register is the person's).
    """
    number, street = normal.street(firm.street)
    first, last = normal.name(firm.first_name), normal.name(firm.last_name)
    address, domain = normal.mail(firm.email)
    siret = digits(firm.siret)
    person = " ".join(part for part in (first, last) if part) or None
    name, sign = normal.name(firm.name), normal.name(firm.sign)
    names = [one for one in (name, sign, person if as_person else None) if one]
    found: Told = {
        "name": name,
        "sign": sign,
        "person": person if as_person else None,
        "manager": None if as_person else person,
        "first_name": None if as_person else first,
        "last_name": None if as_person else last,
        "number": normal.house(firm.number) or number,
        "street": street,
        "postcode": normal.postcode(firm.postcode),
        "town": normal.town(firm.town),
        "commune": firm.commune.strip().upper() or None,
        "activity": normal.activity(firm.activity),
        "phone": normal.phone(firm.phone),
        "email": address,
        "domain": domain,
        "siret": siret if is_siret(siret) else None,
        "bags": sorted({" ".join(sorted(one.split())) for one in names}) or None,
        "words": sorted({word for one in names for word in one.split()}) or None,
    }
    found["keys"] = sorted(set(_keys(found, _words(name, sign, person))))
    return found


def table(firms: Sequence[Firm], other: Sequence[Firm]) -> list[tuple[Firm, Told]]:
    """The firms of a list with what is compared of them, in an order that their content alone decides."""
    as_person = not any(firm.last_name or firm.first_name for firm in other)
    rows = [(firm, told(firm, as_person=as_person)) for firm in firms]
    return sorted(rows, key=lambda row: (*(row[1][name] or "" for name in TEXTS), row[0].id))


def _keys(told: Mapping[str, Any], called: Sequence[str]) -> Iterator[str]:
    """What a firm must share with another to be compared with it.

    A place and a word of a name, or its beginning; two words of a name; a word of a name and a number or a word
    of the street; a number and a word of the street, or a place; a telephone, a mail, a SIRET or its SIREN.
    """
    roads, number = _words(told["street"]), told["number"]
    places = {place for place in (told["postcode"], told["town"], told["commune"]) if place}
    for word in called:
        yield from (f"{place}/{word}" for place in places)
        yield from (f"{place}~{word[:3]}" for place in places)
        yield from (f"{word}/{road}" for road in roads)
        if number:
            yield f"{number}/{word}"
    yield from (f"{one}+{other}" for one, other in combinations(called, 2))
    if number:
        yield from (f"{number}#{road}" for road in roads)
        yield from (f"{place}#{number}" for place in places)
    for what in ("phone", "email", "domain", "siret"):
        if told[what]:
            yield f"{what}={told[what]}"
    if told["siret"]:
        yield f"siren={told['siret'][:9]}"


def _words(*texts: str | None) -> list[str]:
    found = {word for text in texts if text for word in text.split() if len(word) >= _SHORTEST}
    return sorted(sorted(found, key=lambda word: (-len(word), word))[:_KEYED])
