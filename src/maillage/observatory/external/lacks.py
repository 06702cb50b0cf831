"""In how many communes a thing is lacking, thing by thing, and which communes lack the most of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _, ngettext

from maillage.observatory.external.drawn import Drawn
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.reading import Told, standing
from maillage.series.showing import period, spoken
from maillage.ui import formats
from maillage.ui.charts import Row, bar_chart

COMMUNES = 8
REVISED = 12


def draw(series: Series, files: Sequence[SeriesFile], reading: Reading) -> Drawn | None:
    """What each commune has none of in the newest period that is sure; what its publisher withholds is not lacking."""
    found = standing(series, files, list(reading.communes))
    sure = [one for one in found.told if not one.is_provisional] or found.told
    last = max((one.period for one in sure), default="")
    told = [one for one in found.told if one.period == last]
    here = {one.area for one in told}
    if not here:
        return None
    there = {(one.area, one.detail) for one in told if one.value is None or one.value > 0}
    lacking = {
        detail: [area for area in here if (area, detail) not in there] for detail in series.details
    }
    order = sorted(lacking, key=lambda one: (-len(lacking[one]), str(series.details[one])))
    title = _title(series, order[0], len(lacking[order[0]]), len(here), last)
    bars = [
        Row(str(series.details[one]), len(lacking[one]), _of(len(lacking[one]), len(here)))
        for one in order
    ]
    context = {
        "drawing": bar_chart(bars, title=title, name=f"x-{series.code}"),
        "communes": _most(series, lacking, reading),
        "untold": len(reading.communes) - len(here),
    }
    revised = [_revised(series, one, reading) for one in found.revised[:REVISED]]
    return Drawn(title, "observatory/external/lacks.html", found.used, context, revised)


def _title(series: Series, detail: str, lacking: int, among: int, last: str) -> str:
    return _("%(what)s: %(lacking)s have none (%(period)s)") % {
        "what": series.details[detail],
        "lacking": _of(lacking, among),
        "period": period(last),
    }


def _of(lacking: int, among: int) -> str:
    return ngettext("%(n)s commune of %(all)s", "%(n)s communes of %(all)s", lacking) % {
        "n": formats.number(lacking),
        "all": formats.number(among),
    }


def _most(
    series: Series, lacking: Mapping[str, Sequence[str]], reading: Reading
) -> list[dict[str, object]]:
    """The communes that lack the most, with what they lack."""
    by_commune: dict[str, list[str]] = defaultdict(list)
    for detail, communes in lacking.items():
        for code in communes:
            by_commune[code].append(str(series.details[detail]))
    most = sorted(by_commune, key=lambda code: (-len(by_commune[code]), reading.communes[code]))
    return [
        {"name": reading.communes[code], "lacks": by_commune[code], "of": len(series.details)}
        for code in most[:COMMUNES]
    ]


def _revised(series: Series, one: Told, reading: Reading) -> str:
    what = series.details.get(one.detail)
    return f"{reading.communes[one.area]}{f', {what}' if what else ''}, {spoken(one, series)}"
