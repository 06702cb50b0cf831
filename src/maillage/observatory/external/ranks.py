"""The activities that come first in the territory's communes in the newest period that is sure, as bars; the whole over the years in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.external.totals import noted
from maillage.observatory.observatories.reading import Reading
from maillage.register.activities import label
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.showing import period, spoken, written
from maillage.series.sums import sums_of
from maillage.ui.charts import Row, bar_chart

BARS = 10
LISTED = 6


def draw(series: Series, files: Sequence[SeriesFile], reading: Reading) -> Drawn | None:
    """The first details of the newest period."""
    found = sums_of(files, reading.perimeter.all_codes)
    whole = found.by_period(reading.perimeter.name)
    if not whole:
        return None
    sure = [one for one in whole if not one.is_provisional] or whole
    last = sure[-1].period
    ranked = found.ranked(last)
    if not ranked:
        return None
    first, value = ranked[0]
    title = _("%(first)s comes first: %(value)s (%(period)s)") % {
        "first": label(first),
        "value": written(value, series),
        "period": period(last),
    }
    bars = [Row(label(code), value, written(value, series)) for code, value in ranked[:BARS]]
    context = {
        "drawing": bar_chart(bars, title=title, name=f"x-{series.code}"),
        "listed": [
            {"label": _("All activities, %(name)s") % {"name": reading.perimeter.name},
             "told": [spoken(one, series) for one in reversed(whole[-LISTED:])]}
        ],
        "more": len(ranked) - len(bars), "note": noted(found),
    }  # fmt: skip
    revised = [spoken(one, series) for one in reversed(whole) if one.is_revised]
    return Drawn(title, "observatory/external/lines.html", found.used, context, revised)
