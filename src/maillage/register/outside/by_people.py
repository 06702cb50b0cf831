"""The directories as people ask them on screen: so many times an hour, the refusal shown in the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.accounts import limits
from maillage.accounts.actors import Actor
from maillage.kernel.errors import NotAllowed, Refusal
from maillage.kernel.identifiers import digits
from maillage.kernel.remote import Answer, Client, Service
from maillage.kernel.remote.refusals import off
from maillage.register.knowledge import establishments_by_siret
from maillage.register.outside import asking
from maillage.register.outside.told import Found, ToldFirm, ToldPlace

PER_HOUR = limits.Rate(120)
"""What one person may ask: the service counts by instance, and all must have their share."""


@dataclass(frozen=True, slots=True)
class Line:
    """One establishment that was told, its firm, and whether the register knows it already."""

    firm: ToldFirm
    place: ToldPlace
    is_known: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees of an answer: its lines, its date, or why there is none."""

    lines: tuple[Line, ...] = ()
    answer: Answer[Found] | None = None
    refusal: Refusal | None = None

    @property
    def is_cut(self) -> bool:
        """Whether more firms answer than are shown."""
        return self.answer is not None and self.answer.data.total > len(self.answer.data.firms)


def look(actor: Actor, words: str, *, commune: str = "") -> Look:
    """What the directory of firms tells of a name, a SIREN or a SIRET."""
    return _look(actor, lambda: asking.find(words, commune=commune), "firms")


def look_at(actor: Actor, siret: str) -> Look:
    """What either directory tells of one SIRET, and of no other establishment."""
    seen = _look(actor, lambda: asking.address_of(siret), "firms", "sirene")
    number = digits(siret)
    return Look(
        tuple(line for line in seen.lines if line.place.siret == number), seen.answer, seen.refusal
    )


def why_off() -> Refusal | None:
    """Which variable turns the directory of firms on, while neither directory is."""
    return None if asking.is_on() else off(_service("firms"))


def _service(key: str) -> Service:
    client: Client = settings.OUTSIDE[key]
    return client.service


def _look(actor: Actor, ask: Callable[[], Answer[Found]], *services: str) -> Look:
    try:
        if asking.is_on(*services):
            _count(actor)
        answer = ask()
    except Refusal as refusal:
        return Look(refusal=refusal)
    return Look(_lines(answer.data), answer)


def _count(actor: Actor) -> None:
    if not limits.spend("directory", str(actor.person_id), PER_HOUR):
        raise NotAllowed(
            _("You asked the national directory many times this hour."),
            remedy=_("Come back later, or add the firm by hand."),
        )


def _lines(found: Found) -> tuple[Line, ...]:
    told = [(firm, place) for firm in found.firms for place in firm.places]
    known: Mapping[str, int] = establishments_by_siret(place.siret for _firm, place in told)
    return tuple(Line(firm, place, place.siret in known) for firm, place in told)
