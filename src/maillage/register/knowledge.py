"""Since when, and from which loads, the register knows what it tells: what figures ask of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Value

from maillage.kernel import clock
from maillage.register.models import Belonging, Establishment, LegalUnit, Load, Period, Source


@dataclass(frozen=True, slots=True)
class Dawn:
    """The first load that told of a territory: before its instant nothing was known."""

    activated_at: datetime
    vintage: date


@dataclass(frozen=True, slots=True)
class FirmName:
    """How a firm may be named to a reader."""

    key: UUID
    label: str


def loads_known(at: datetime) -> list[int]:
    """The loads whose spells counted as known at `at`."""
    return list(Load.objects.visible(at).order_by("id").values_list("id", flat=True))


def known_since() -> Dawn | None:
    """The first load from the national stock, undone or not; None before there was one."""
    loads = Load.objects.filter(source=Source.SIRENE, activated_at__isnull=False)
    first = loads.order_by("activated_at", "id").first()
    if first is None or first.activated_at is None:
        return None
    return Dawn(first.activated_at, first.vintage or clock.local_day(first.activated_at))


def data_day(at: datetime) -> date | None:
    """The day of the newest stock known at `at`."""
    loads = Load.objects.visible(at).filter(source=Source.SIRENE, vintage__isnull=False)
    return loads.order_by("-vintage").values_list("vintage", flat=True).first()


def loads_stamp() -> Hashable:
    """Changes whenever a load is activated or undone, or a partner's list tells otherwise of a firm."""
    loads = Load.objects.filter(activated_at__isnull=False).order_by()
    told = Belonging.objects.order_by().values(all=Value(1))
    listed = told.annotate(last=Max("id"), when=Max("ended_at"), ended=Count("ended_at"))
    both = loads.values_list("id", "undone_at", Value(-1))
    return frozenset(both.union(listed.values_list("last", "when", "ended"), all=True))


def establishments_by_siret(sirets: Iterable[str]) -> Mapping[str, int]:
    """The establishments that bear these SIRETs, once the load that told of them is known."""
    known = Establishment.objects.filter(siret__in=list(sirets))
    told = known.filter(spells__load__in=Load.objects.visible())
    return {str(siret): pk for siret, pk in told.values_list("siret", "pk").distinct()}


def signs_of(establishments: Iterable[int]) -> Mapping[int, Sequence[Period]]:
    """The past periods that bore a sign, by establishment, as the last load that tells of each has them."""
    found: dict[int, list[Period]] = {}
    for period in Period.objects.known().filter(establishment__in=list(establishments)):
        told = found.setdefault(period.establishment_id, [])
        if told and told[0].load_id != period.load_id:
            told.clear()
        told.append(period)
    return {place: [one for one in told if one.sign] for place, told in found.items()}


def names_of_legal_units(ids: Iterable[int]) -> Mapping[int, FirmName]:
    """Each firm's key and the name everybody may read; partial diffusion is never named."""
    units = LegalUnit.objects.filter(id__in=list(ids))
    return {unit.pk: FirmName(unit.key, unit.display_name) for unit in units}


def names_of_establishments(ids: Iterable[int]) -> Mapping[int, FirmName]:
    """Each establishment's key and the name everybody may read."""
    places = Establishment.objects.filter(id__in=list(ids)).select_related("legal_unit")
    return {place.pk: FirmName(place.key, place.display_name) for place in places}
