"""The panel of how long firms last: the curve of who was born lately, beside the last cohort that had the time."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, ngettext

from maillage.figures.observations import demography, naming
from maillage.figures.observations.observing import ALL
from maillage.observatory.observatories import Panel
from maillage.observatory.observatories.reading import Reading, interval, written
from maillage.observatory.observed import Observed


def lasting(reading: Reading) -> Panel | None:
    """Kaplan–Meier of the newest window and the newest sure cohort, age by age, each with its interval."""
    codes = [f"{one.code}{end}" for one in demography.CURVES for end in ("", *demography.BOUNDS)]
    cohorts = [one.code for one in demography.SURVIVALS]
    rows = reading.cells([*codes, *cohorts], kinds=["epci"], segments=[ALL])
    pairs = zip(demography.CURVES, demography.SURVIVALS, strict=True)
    lines = [
        {
            "age": ngettext("%(n)s year", "%(n)s years", curve.years) % {"n": curve.years},
            "curve": _curve(rows, curve.code),
            "cohort": _cohort(reading, [row for row in rows if row.indicator == cohort.code]),
        }
        for curve, cohort in pairs
    ]
    if not any(line["curve"] for line in lines):
        return None
    context = {"lines": lines, "words": str(demography.CURVES[0].words)}
    title = _("How long those born lately last")
    return Panel(title, "observatory/panels/lasting.html", context)


def _curve(rows: Sequence[Observed], code: str) -> dict[str, str] | None:
    """The newest window that is said, with its interval, or why the newest is masked; nothing where none is told yet."""
    mine = [row for row in rows if row.indicator == code]
    said = [row for row in mine if row.value is not None]
    last = max(said or [row for row in mine if row.is_hidden], key=lambda row: row.period, default=None)  # fmt: skip
    if last is None:
        return None
    first = int(last.period) - demography.WINDOW + 1
    born = _("born from %(first)s to %(last)s") % {"first": first, "last": last.period}
    if last.value is None:
        return {"masked": last.why, "born": born}
    ends = {row.indicator: row.value for row in rows if row.period == last.period}
    low, high = (ends.get(f"{code}{end}") for end in demography.BOUNDS)
    return {**_said(last, (low, high)), "born": born}


def _cohort(reading: Reading, rows: Sequence[Observed]) -> dict[str, str] | None:
    """The newest cohort whose survival is sure, open onto its establishments."""
    sure = [row for row in rows if row.value is not None and not row.is_provisional]
    if not sure:
        return None
    return {
        **_said(sure[-1], interval(sure[-1])),
        "born": _("born in %(year)s") % {"year": sure[-1].period},
        "url": reading.opening(sure[-1]),
    }


def _said(row: Observed, bounds: tuple[float | None, float | None] | None) -> dict[str, str]:
    low, high = bounds or (None, None)
    told = {"low": written(low, naming.SHARE), "high": written(high, naming.SHARE)}
    return {
        "shown": written(row.value, naming.SHARE),
        "between": _("%(low)s to %(high)s") % told if bounds else "",
        "provisional": _("provisional") if row.is_provisional else "",
    }
