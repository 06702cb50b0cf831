"""A line an area, period after period: what may still change dashed, the last periods in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.external.finding import told_of
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.reading import Told
from maillage.series.showing import period, spoken, written
from maillage.ui.charts import Line, Moment, line_chart

PERIODS = 20
LISTED = 4
MOST = 6
REVISED = 12


def draw(series: Series, files: Sequence[SeriesFile], reading: Reading) -> Drawn | None:
    """The newest periods of each area; the last known value in the title."""
    found = told_of(series, files, reading.perimeter.all_codes, reading.communes.values())
    kept = set(sorted({one.period for one in found.told})[-PERIODS:])
    by_area: dict[str, list[Told]] = defaultdict(list)
    for one in found.told:
        if one.period in kept:
            by_area[one.area].append(one)
    known = [one for told in by_area.values() for one in told if one.value is not None]
    if not known:
        return None
    shown, last = list(by_area.values())[:MOST], max(known, key=lambda one: one.period)
    title = _title(series, last)
    drawing = line_chart(
        [Line(_named(told[-1]), [_moment(one, series) for one in told]) for told in shown],
        title=title,
        description=spoken(last, series),
        said=period,
        write=lambda value: written(float(value), series),
        name=f"x-{series.code}",
        provisional=_("provisional"),
    )
    listed = [
        {"label": _area(series, told[-1]),
         "told": [spoken(one, series) for one in reversed(told[-LISTED:])]}
        for told in shown
    ]  # fmt: skip
    context = {"drawing": drawing, "listed": listed, "more": len(by_area) - len(shown)}
    revised = [f"{_named(one)} {spoken(one, series)}" for one in found.revised[:REVISED]]
    return Drawn(title, "observatory/external/lines.html", found.used, context, revised)


def _named(one: Told) -> str:
    return one.area_name or one.area


def _moment(one: Told, series: Series) -> Moment:
    return Moment(one.period, one.value, spoken(one, series), provisional=one.is_provisional)


def _title(series: Series, last: Told) -> str:
    return _("%(title)s: %(value)s (%(period)s), %(kind)s %(name)s") % {
        "title": series.title,
        "value": written(last.value, series),
        "period": period(last.period),
        "kind": series.area_words,
        "name": _named(last),
    }


def _area(series: Series, one: Told) -> str:
    kind = str(series.area_words)
    return f"{kind[0].upper()}{kind[1:]} {_named(one)}"
