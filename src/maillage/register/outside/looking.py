"""What `maillage lookup` answers of each kind of question, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from maillage.kernel.remote import Answer
from maillage.kernel.text import Words
from maillage.places.outside import GeocodedAddress, ToldCommune, communes, geocode
from maillage.register.outside.asking import find, of_siren, of_siret
from maillage.register.outside.told import Found, ToldFirm

NOTHING = Words(fr="Rien ne répond à cette question.", en="Nothing answers this question.")
PEOPLE = Words(fr="habitants", en="inhabitants")
CEASED = Words(fr="(cessée)", en="(ceased)")
CLOSED = Words(fr="(fermé)", en="(closed)")


@dataclass(frozen=True, slots=True)
class Look:
    """An answer ready to be printed: what was found, line by line, and how old it is."""

    found: tuple[Any, ...]
    answer: Answer[Any]

    @property
    def lines(self) -> Iterator[str]:
        """For a person: one line a thing found, then the date of the answer."""
        for one in self.found:
            yield from _lines(one)
        if not self.found:
            yield str(NOTHING)
        yield str(self.answer.told)

    @property
    def told(self) -> dict[str, Any]:
        """For a program."""
        refusal = self.answer.refusal
        return {
            "found": [one.as_json() for one in self.found],
            "at": self.answer.at.isoformat(),
            "refused": str(refusal) if refusal else None,
        }


def _firms(answer: Answer[Found]) -> Look:
    return Look(answer.data.firms, answer)


def _things(answer: Answer[tuple[Any, ...]]) -> Look:
    return Look(answer.data, answer)


LOOKS: Final[dict[str, Callable[[str, str], Look]]] = {
    "firm": lambda words, commune: _firms(find(words, commune=commune)),
    "siren": lambda number, _commune: _firms(of_siren(number)),
    "siret": lambda number, _commune: _firms(of_siret(number)),
    "commune": lambda words, _commune: _things(communes(words)),
    "address": lambda words, commune: _things(geocode(words, commune=commune)),
}


def _lines(one: ToldFirm | ToldCommune | GeocodedAddress) -> Iterator[str]:
    if isinstance(one, ToldCommune):
        people = "" if one.population is None else f"  {one.population} {PEOPLE}"
        yield f"{one.code}  {one.name}  {' '.join(one.postcodes)}{people}"
    elif isinstance(one, GeocodedAddress):
        yield f"{one.score:.2f}  {one.level}  {one.label}  {one.commune}  {one.lat:.5f}, {one.lon:.5f}"
    else:
        closed = f"  {CEASED}" if one.state == "C" else ""
        yield f"{one.siren}  {one.display_name}  {one.activity}{closed}"
        for place in one.places:
            shut = f"  {CLOSED}" if place.state == "F" else ""
            yield f"  {place.spaced_siret}  {place.name or '-'}  {place.address}  {place.activity}{shut}"
