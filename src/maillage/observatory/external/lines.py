"""A line an area, period after period: what may still change dashed, the last periods in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _, gettext_noop, ngettext

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.external.finding import told_of
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.reading import Told
from maillage.series.showing import period, spoken, written
from maillage.ui import formats
from maillage.ui.charts import Line, Moment, line_chart

PERIODS = 20
LISTED = 4
MOST = 6
REVISED = 12
NAMED_AFTER = gettext_noop(
    "The zones that are named after a commune of the territory: the table of zones is not loaded."
)


def draw(series: Series, files: Sequence[SeriesFile], reading: Reading) -> Drawn | None:
    """The newest periods of each area; the last known value in the title."""
    on = reading.publication.vintage.as_of  # type: ignore[union-attr]
    told_here = told_of(series, files, reading.perimeter, on)
    found = told_here.standing
    kept = set(sorted({one.period for one in found.told})[-PERIODS:])
    by_area: dict[str, list[Told]] = defaultdict(list)
    for one in found.told:
        if one.period in kept:
            by_area[one.area].append(one)
    holds = told_here.holds
    order = sorted(by_area, key=lambda area: (-holds.get(area, 0), area))
    shown = [by_area[area] for area in order[:MOST]]
    last = _last(shown)
    if last is None:
        return None
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
        {"label": _area(series, told[-1], reading, holds),
         "told": [spoken(one, series) for one in reversed(told[-LISTED:])]}
        for told in shown
    ]  # fmt: skip
    context = {
        "drawing": drawing, "listed": listed, "more": len(by_area) - len(shown), "note": "" if holds else _(NAMED_AFTER),
    }  # fmt: skip
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


def _last(shown: Sequence[Sequence[Told]]) -> Told | None:
    """The newest value of the first area that has one."""
    known = ([one for one in told if one.value is not None] for told in shown)
    return next((told[-1] for told in known if told), None)


def _area(series: Series, one: Told, reading: Reading, holds: Mapping[str, int]) -> str:
    """«Zone d’emploi Lille (78 communes du territoire sur 95)»."""
    kind = str(series.area_words)
    said = f"{kind[0].upper()}{kind[1:]} {_named(one)}"
    held = holds.get(one.area, 0)
    if not held:
        return said
    among = ngettext(
        "%(n)s of the territory’s %(all)s communes",
        "%(n)s of the territory’s %(all)s communes",
        held,
    ) % {"n": formats.number(held), "all": formats.number(len(reading.communes))}
    return f"{said} ({among})"
