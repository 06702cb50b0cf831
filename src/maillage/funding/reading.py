"""Published grants as pages show them: filters in the address, who the beneficiary is in the register, a table to hand out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from maillage.funding.models import PublishedGrant, PublishedGrantQuerySet
from maillage.funding.scdl.cells import MILLION
from maillage.funding.scdl.fields import FIELDS
from maillage.places import fold
from maillage.register.models import Establishment

SHOWN = 50  # grants told on the sheet of a firm
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, from its address; what is no choice is left out."""

    text: str = ""
    year: int | None = None
    of_register: bool = False
    load: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        year, load = _number(given.get("annee", "")), _number(given.get("fichier", ""))
        return cls(
            text=given.get("q", "").strip()[:100],
            year=year if year in _YEARS else None,
            of_register=given.get("repertoire", "") == "oui",
            load=load,
        )

    def as_query(self) -> str:
        """The same address again."""
        told = {
            "q": self.text, "annee": self.year, "repertoire": "oui" if self.of_register else "", "fichier": self.load,
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


@dataclass(frozen=True, slots=True)
class Grant:
    """A published grant beside what the register knows of its beneficiary."""

    told: PublishedGrant
    place: Establishment | None

    @property
    def beneficiary(self) -> str:
        """The name that may be shown: the register's word stands over the file's for a firm that hides its own."""
        if self.place is not None and not self.place.is_open:
            return self.place.display_name
        return self.told.beneficiary_name or str(_("Erased firm"))

    @property
    def own_cents(self) -> int:
        """What of the amount is this beneficiary's."""
        if self.told.share is None:
            return self.told.amount_cents
        return (self.told.amount_cents * self.told.share + MILLION // 2) // MILLION

    @property
    def is_shared(self) -> bool:
        """Whether others have a part of it."""
        return self.told.share is not None and self.told.share < MILLION


def grants(wanted: Wanted) -> PublishedGrantQuerySet:
    """The published grants, as filtered, the newest first."""
    rows = PublishedGrant.objects.standing()
    if wanted.load:
        rows = rows.filter(load=wanted.load)
    if wanted.year:
        first = date(wanted.year, 1, 1)
        rows = rows.filter(agreed_on__gte=first, agreed_on__lt=first.replace(year=wanted.year + 1))
    if wanted.of_register:
        known = Establishment.objects.known().filter(siret=OuterRef("beneficiary_siret"))
        rows = rows.filter(Exists(known))
    for word in fold(wanted.text).split():
        rows = rows.filter(haystack__contains=word)
    return rows.order_by("-agreed_on", "-pk")


def in_register(rows: Sequence[PublishedGrant]) -> list[Grant]:
    """Each beside its establishment, in one query."""
    numbers = {one.beneficiary_siret for one in rows if one.beneficiary_siret}
    places = Establishment.objects.known().select_related("legal_unit").filter(siret__in=numbers)
    known = {place.siret: place for place in places} if numbers else {}
    return [Grant(one, known.get(one.beneficiary_siret)) for one in rows]


def given_to(places: Iterable[Establishment]) -> list[Grant]:
    """The newest grants that the establishments of a firm had, as published."""
    by_number = {place.siret: place for place in places if place.siret}
    rows = PublishedGrant.objects.standing().filter(beneficiary_siret__in=list(by_number))
    newest = rows.order_by("-agreed_on", "-pk")[:SHOWN]
    return [Grant(one, by_number[one.beneficiary_siret]) for one in newest]


def as_csv(rows: PublishedGrantQuerySet) -> tuple[list[str], Iterator[list[object]]]:
    """The list in the columns of the schema, so that it can be loaded again elsewhere."""
    return [one.name for one in FIELDS], (_line(one) for one in _by_batch(rows))


def _by_batch(rows: PublishedGrantQuerySet, size: int = 500) -> Iterator[Grant]:
    batch: list[PublishedGrant] = []
    for one in rows.iterator(chunk_size=size):
        batch.append(one)
        if len(batch) == size:
            yield from in_register(batch)
            batch = []
    yield from in_register(batch)


def _line(one: Grant) -> list[object]:
    told = one.told
    hidden = one.place is not None and not one.place.is_open
    notified = {True: "oui", False: "non", None: ""}[told.is_notified]
    return [
        told.funder_name, told.funder_siret, told.agreed_on, told.reference, one.beneficiary,
        "" if hidden else told.beneficiary_siret, told.beneficiary_rna, told.purpose, Decimal(told.amount_cents) / 100,
        told.nature, told.conditions, told.period, told.rae, notified,
        None if told.share is None else (Decimal(told.share) / MILLION).normalize(), told.scheme,
    ]  # fmt: skip
