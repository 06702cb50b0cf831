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
    told = {(row.indicator, row.period): row for row in rows}
    last = _window([row for row in rows if row.indicator == demography.CURVES[0].code])
    if not last:
        return None
    pairs = zip(demography.CURVES, demography.SURVIVALS, strict=True)
    lines = [
        {
            "age": ngettext("%(n)s year", "%(n)s years", curve.years) % {"n": curve.years},
            "curve": _curve(told, curve.code, last),
            "cohort": _cohort(reading, [row for row in rows if row.indicator == cohort.code]),
        }
        for curve, cohort in pairs
    ]
    born = {"first": int(last) - demography.WINDOW + 1, "last": last}
    context = {"lines": lines, "words": str(demography.CURVES[0].words), **born}
    title = _("How long those born from %(first)s to %(last)s last") % born
    return Panel(title, "observatory/panels/lasting.html", context)


def _window(rows: Sequence[Observed]) -> str:
    """The newest window that is said; the newest that is masked when none is."""
    said = [row.period for row in rows if row.value is not None]
    return max(said or [row.period for row in rows if row.is_hidden], default="")


def _curve(told: dict[tuple[str, str], Observed], code: str, window: str) -> dict[str, str] | None:
    """The share and its interval, or why it is masked; nothing where it is not told yet."""
    row = told.get((code, window))
    if row is None or row.value is None:
        return {"masked": row.why} if row and row.is_hidden else None
    low, high = (told[f"{code}{end}", window].value for end in demography.BOUNDS)
    return _said(row, (low, high))


def _cohort(reading: Reading, rows: Sequence[Observed]) -> dict[str, str] | None:
    """The newest cohort whose survival is sure, open onto its establishments."""
    sure = [row for row in rows if row.value is not None and not row.is_provisional]
    if not sure:
        return None
    return {
        **_said(sure[-1], interval(sure[-1])),
        "born": sure[-1].period,
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
