"""The head promise of a convention month after month, drawn against the pace it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.figures import Answer
from maillage.kernel.periods import Period
from maillage.observatory.addresses import records_url
from maillage.observatory.dashboard import Dashboard, Figure
from maillage.observatory.lateness import expected
from maillage.observatory.wording import written
from maillage.ui import formats
from maillage.ui.charts import Point, cumulative


@dataclass(frozen=True, slots=True)
class Month:
    """What a month added, the total then reached, and the records of that month."""

    month: str
    added: int
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The drawing with its message and the table that says the same."""

    title: str
    subtitle: str
    months: list[Month]
    drawing: SafeString


def curve(page: Dashboard) -> Curve | None:
    """The curve of the head promise; None without one, or when secrecy withholds its months."""
    head, series = page.head, page.series
    if head is None or series is None or series.masked or any(g.masked for g in series.groups):
        return None
    if not series.groups:
        return None
    rows = _months(page, series)
    return Curve(message(head), head.label, rows, _drawn(page, head, rows))


def message(head: Figure) -> str:
    """What the curve shows, said before it is looked at."""
    promised = head.promise.target.amount if head.promise else None
    if not promised or head.answer.value is None or head.promise is None or head.state == "monitor":
        return _("%(value)s to date") % {"value": head.shown}
    away = round(head.answer.value - promised * head.promise.elapsed)
    words = {
        "late": _("%(n)s fewer than the pace asks for"),
        "ahead": _("%(n)s more than the pace asks for"),
        "done": _("What was promised is reached"),
    }.get(head.state, _("On the pace that was promised"))
    return words % {"n": written(abs(away), head.unit)}


def _months(page: Dashboard, series: Answer) -> list[Month]:
    added = {group.key: int(group.value or 0) for group in series.groups}
    read = _read(page, min(added, default=""))
    rows, total = [], 0
    for month in read.months():
        total += added.get(month, 0)
        days = Period.of_month(month)
        within = Period(max(days.start, read.start), min(days.end, read.end))
        asked = replace(series.question, by="", period=within)
        url = records_url(asked, series.as_of) if page.reading.opens else ""
        rows.append(Month(month, added.get(month, 0), total, url))
    return rows


def _read(page: Dashboard, first: str) -> Period:
    """The days drawn: not the years before the text in which nothing counted."""
    period, life = page.text.period, page.text.life
    begun = Period.of_month(first).start if len(first) == 7 else life.start
    start = max(period.start, min(begun, life.start))
    return Period(start, max(start, page.text.day))


def _drawn(page: Dashboard, head: Figure, rows: list[Month]) -> SafeString:
    text = page.text
    period, day = _drawn_period(page, head, rows), text.day
    target = head.promise.target.amount if head.promise and text.is_whole else None
    points = []
    for row in rows:
        end = Period.of_month(row.month).end
        on = min(end, day)
        points.append(Point(on, row.total, _spoken(row, head.unit), row.url, on < end))
    return cumulative(
        points,
        period=period,
        title=_("%(label)s, month after month") % {"label": head.label},
        description=_("From 0 to %(total)s on %(day)s. Expected pace: %(pace)s.")
        % {"total": head.shown, "day": formats.day(day), "pace": expected(head) or "–"},
        target=target,
        target_label=_("Goal %(amount)s") % {"amount": head.amount} if target else "",
        last_note=_("on %(day)s") % {"day": formats.day(day).rsplit(" ", 1)[0]},
        write=lambda value: written(float(value), head.unit),
    )


def _drawn_period(page: Dashboard, head: Figure, rows: list[Month]) -> Period:
    """The days of the axis: to the day of the promise when it is held to its pace, else those read."""
    text, due = page.text, head.promise.target.by_on if head.promise else None
    start = max(text.period.start, Period.of_month(rows[0].month).start)
    if not text.is_whole:
        return Period(start, max(start, min(text.period.end, max(text.life.end, text.day))))
    return Period(start, max(due or text.life.end, start))


def _spoken(row: Month, unit: str) -> str:
    return _("%(month)s: %(added)s more, %(total)s in all") % {
        "month": formats.month(row.month),
        "added": written(row.added, unit),
        "total": written(row.total, unit),
    }
