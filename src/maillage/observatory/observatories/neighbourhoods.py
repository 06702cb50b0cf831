"""The panel of priority neighbourhoods: what opens and closes in each, beside the whole territory."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage import places
from maillage.figures.observations import demography, naming
from maillage.figures.observations.neighbourhoods import QPV
from maillage.observatory.observatories import Panel
from maillage.observatory.observatories.reading import Reading, segment_label, written
from maillage.observatory.observed import Observed
from maillage.places import districts

TOLD = (
    demography.STOCK,
    demography.BIRTHS.code,
    demography.CLOSURES.code,
    demography.CREATION_RATE.code,
)


def neighbourhoods(reading: Reading) -> Panel | None:
    """Each neighbourhood over the last whole year, each figure open onto what it counts."""
    segment = reading.observatory.segment
    rows = reading.cells(TOLD, kinds=[QPV, "epci"], segments=[segment])
    inside = [row for row in rows if row.area_kind == QPV]
    if not inside:
        return None
    on = reading.publication.vintage.as_of  # type: ignore[union-attr]
    year = str(on.year - ((on.month, on.day) != (12, 31)))  # no row stands for none, in no year
    told = {(row.area, row.indicator): row for row in rows if row.period == year}
    names = districts.names_on(on)
    called = {row.area: names.get(row.area) or row.area for row in inside}
    codes = sorted(called, key=lambda code: (places.fold(called[code]), code))
    context = {
        "heads": [str(naming.named(code).label) for code in TOLD],
        "rows": [_line(reading, called[code], code, told) for code in codes],
        "whole": _line(reading, reading.perimeter.name, reading.perimeter.siren, told),
        "segment": segment_label(segment),
        "on": on,
    }
    title = _("Priority neighbourhoods in %(year)s") % {"year": year}
    return Panel(title, "observatory/panels/neighbourhoods.html", context)


def _line(
    reading: Reading, name: str, area: str, told: dict[tuple[str, str], Observed]
) -> dict[str, object]:
    return {"name": name, "cells": [_cell(reading, told.get((area, code)), code) for code in TOLD]}


def _cell(reading: Reading, row: Observed | None, code: str) -> dict[str, str]:
    """A figure as it is written; no row stands for none of what is counted, and a rate over nothing is none."""
    one = naming.named(code)
    value = row.value if row else (0 if one.unit == naming.COUNT else None)
    return {
        "head": str(one.label),
        "shown": written(value, one.unit),
        "url": reading.opening(row) if row else "",
    }
