"""A line an area, period after period: what may still change dashed, the last periods in words."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.observatories.reading import Reading
from maillage.series.reading import Standing, Told
from maillage.series.showing import period, spoken, written
from maillage.ui.charts import Line, Moment, line_chart

PERIODS = 20
LISTED = 4
MOST = 6


def draw(standing: Standing, _reading: Reading) -> Drawn | None:
    """The newest periods of each area; the last known value in the title."""
    series, kept = standing.series, set(sorted({one.period for one in standing.told})[-PERIODS:])
    by_area: dict[str, list[Told]] = defaultdict(list)
    for one in standing.told:
        if one.period in kept:
            by_area[one.area].append(one)
    known = [one for told in by_area.values() for one in told if one.value is not None]
    if not known:
        return None
    shown = list(by_area.values())[:MOST]
    last = max(known, key=lambda one: one.period)
    title = _title(standing, last)
    drawing = line_chart(
        [
            Line(told[-1].area_name or told[-1].area, [_moment(one, standing) for one in told])
            for told in shown
        ],
        title=title,
        description=spoken(last, series),
        said=period,
        write=lambda value: written(float(value), series),
        name=f"x-{series.code}",
        provisional=_("provisional"),
    )
    listed = [
        {
            "label": _("%(kind)s %(name)s")
            % {"kind": str(series.area_words).capitalize(), "name": told[-1].area_name},
            "told": [spoken(one, series) for one in reversed(told[-LISTED:])],
        }
        for told in shown
    ]
    context = {"drawing": drawing, "listed": listed, "more": len(by_area) - len(shown)}
    return Drawn(title, "observatory/external/lines.html", context)


def _moment(one: Told, standing: Standing) -> Moment:
    said = spoken(one, standing.series)
    return Moment(one.period, one.value, said, provisional=one.is_provisional)


def _title(standing: Standing, last: Told) -> str:
    return _("%(title)s: %(value)s (%(period)s), %(kind)s %(name)s") % {
        "title": standing.series.title,
        "value": written(last.value, standing.series),
        "period": period(last.period),
        "kind": standing.series.area_words,
        "name": last.area_name or last.area,
    }
