"""What the register knows of a firm on a day, as the conditions of the catalogue read it."""

from __future__ import annotations

from datetime import date

from maillage import register
from maillage.catalogue.areas import around
from maillage.catalogue.conditions import Known
from maillage.figures.observations.headcount import BANDS
from maillage.register import criteria
from maillage.register.models import Establishment, Spell
from maillage.register.rules import Seen

NOBODY_EMPLOYED = "NN"


def headcount_of(band: str) -> tuple[int, int] | None:
    """Between which numbers a headcount band stands; None when it tells nothing."""
    return (0, 0) if band == NOBODY_EMPLOYED else BANDS.get(band)


def known_of(place: Establishment, day: date) -> Known:
    """What is known now of a firm's place for a day, in as many queries whatever it is."""
    unit = place.legal_unit
    told = register.facts([place.pk], day).get(place.pk)
    if told is None:
        town = place.commune
        return Known(day=day, commune=town, areas=around(town, day), legal_form=unit.legal_category)
    began = Spell.objects.on(day).filter(establishment=place).values_list("opened_on", flat=True)
    opened_on = next(iter(began), None) or place.created_on
    seen = Seen(told.segments, told.naf, told.size_band, opened_on, day)
    return Known(
        day=day,
        commune=told.commune or place.commune,
        areas=around(told.commune or place.commune, day),
        activity=told.naf,
        headcount=headcount_of(told.size_band),
        legal_form=unit.legal_category,
        segments=frozenset(one.code for one in criteria.of_day(seen, criteria.offered())),
        opened_on=opened_on,
        in_qpv=told.in_qpv,
    )
