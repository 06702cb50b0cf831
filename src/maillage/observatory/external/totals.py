"""What the lines of the territory's communes sum to, period after period: a line, the last periods in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, ngettext

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.showing import period, spoken, written
from maillage.series.sums import Sums, sums_of
from maillage.ui import formats
from maillage.ui.charts import Line, Moment, line_chart

PERIODS = 15
LISTED = 8


def draw(series: Series, files: Sequence[SeriesFile], reading: Reading) -> Drawn | None:
    """The newest periods; the last that is sure in the title."""
    found = sums_of(files, reading.perimeter.all_codes)
    told = found.by_period(reading.perimeter.name)[-PERIODS:]
    if not told:
        return None
    sure = [one for one in told if not one.is_provisional] or told
    title = _("%(title)s: %(value)s (%(period)s)") % {
        "title": series.title,
        "value": written(sure[-1].value, series),
        "period": period(sure[-1].period),
    }
    moments = [
        Moment(one.period, one.value, spoken(one, series), provisional=one.is_provisional)
        for one in told
    ]
    drawing = line_chart(
        [Line(reading.perimeter.name, moments)],
        title=title,
        description=spoken(told[-1], series),
        said=period,
        write=lambda value: written(float(value), series),
        name=f"x-{series.code}",
        provisional=_("provisional"),
    )
    words = [spoken(one, series) for one in reversed(told[-LISTED:])]
    listed = [{"label": reading.perimeter.name, "told": words}]
    context = {"drawing": drawing, "listed": listed, "more": 0, "note": noted(found)}
    revised = [spoken(one, series) for one in reversed(told) if one.is_revised]
    return Drawn(title, "observatory/external/lines.html", found.used, context, revised)


def noted(found: Sums) -> str:
    """What must be known of these sums: they are of the publisher's lines, and some are withheld."""
    said = _("Sum of the lines published for the communes of the territory.")
    if not found.now.withheld:
        return said
    less = ngettext(
        "%(n)s value is withheld by the publisher and not in the sum.",
        "%(n)s values are withheld by the publisher and not in the sum.",
        found.now.withheld,
    ) % {"n": formats.number(found.now.withheld)}
    return f"{said} {less}"
