"""Values and periods of series as pages write them; where a file of one is given."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.intake.declared import importer_of
from maillage.intake.permissions import can_load
from maillage.intake.showing import address_of
from maillage.series.declared import Series
from maillage.series.reading import Told
from maillage.ui import formats


def written(value: float | None, series: Series) -> str:
    """A value in the unit of its series: «9,6 %», «1 200 m²»."""
    if value is None:
        return formats.number(None)
    unit = str(series.unit)
    space = "" if unit == "%" and formats.spoken() == "en" else formats.NO_BREAK
    return f"{formats.number(value, series.places)}{space}{unit}"


def period(told: str) -> str:
    """«T1 2020», «mars 2020», «2020»."""
    year, _dash, part = told.partition("-")
    if part.startswith("Q"):
        return _("Q%(quarter)s %(year)s") % {"quarter": part[1], "year": year}
    return formats.month(told, short=True) if part else told


def spoken(one: Told, series: Series) -> str:
    """A value with its period, and what must be known of it: provisional, withheld, revised."""
    told = {"period": period(one.period), "value": _shown(one, series)}
    said = _("%(period)s: %(value)s") % told
    remarks = []
    if one.is_provisional:
        remarks.append(_("provisional"))
    if one.is_revised:
        before = written(one.before, series) if one.before is not None else _("no value")
        said_on = {"value": before, "day": formats.day(one.before_on)}
        remarks.append(_("%(value)s in the file of %(day)s") % said_on)
    return f"{said} ({', '.join(remarks)})" if remarks else said


def _shown(one: Told, series: Series) -> str:
    if one.value is not None:
        return written(one.value, series)
    return _("no value published (“%(mark)s”)") % {"mark": one.flag}


def load_address(series: Series, actor: Actor) -> str:
    """Where the actor gives a file of it; nowhere when they may not."""
    importer = importer_of(series.code)
    return address_of(importer) if can_load(actor, importer) else ""
