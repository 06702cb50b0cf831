"""The panels that observatories share: a map, a series, small multiples, a comparison, ranks, bars, a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from maillage import places
from maillage.figures.models import Publication
from maillage.figures.observations import naming
from maillage.figures.observations.observing import ALL
from maillage.observatory import observed
from maillage.observatory.observatories import Panel, Side
from maillage.observatory.observatories.reading import (
    TRADE,
    Reading,
    interval,
    segment_label,
    written,
)
from maillage.observatory.observed import Observed
from maillage.register.activities import label
from maillage.ui import formats
from maillage.ui.charts import (
    Estimate,
    Line,
    Moment,
    Row,
    bar_chart,
    line_chart,
    multiples,
)

BARS = 12
MULTIPLES = 8


def key_figures(*indicators: str, segment: str = ALL) -> Callable[[Reading], Panel | None]:
    """The newest sure value of each indicator for the whole territory, each a link to what it counts."""

    def panel(reading: Reading) -> Panel | None:
        told = []
        for code in indicators:
            rows = reading.cells([code], kinds=["epci"], segments=[segment])
            sure = [row for row in rows if row.value is not None and not row.is_provisional]
            if sure:
                last, one = sure[-1], naming.named(code)
                told.append({
                    "shown": written(last.value, one.unit), "label": str(one.label),
                    "period": last.period, "url": reading.opening(last),
                    "opening": _see(last),
                })  # fmt: skip
        if not told:
            return None
        context = {"figures": told, "segment": segment_label(segment)}
        return Panel(reading.perimeter.name, "observatory/panels/key.html", context, Side.BESIDE)

    return panel


def _see(row: Observed) -> str:
    """The words of the link from a figure to its establishments: how many there are."""
    count = round(row.numerator if row.numerator is not None and row.denominator else row.n or 0)
    return ngettext("See the establishment", "See the %(n)s establishments", count) % {
        "n": formats.number(count)
    }


def a_series(
    *indicators: str, segment: str = "", side: Side = Side.BELOW
) -> Callable[[Reading], Panel | None]:
    """Each indicator of the territory year by year; the last change in its title."""

    def panel(reading: Reading) -> Panel | None:
        chosen = segment or reading.segment
        drawn: list[dict[str, str]] = []
        for code in indicators:
            rows = reading.cells([code], kinds=["epci"], segments=[chosen])
            if any(row.value is not None for row in rows):
                drawn.append(_drawn(reading, rows, f"years-{len(drawn)}"))
        if not drawn:
            return None
        context = {"series": drawn, "segment": segment_label(chosen)}
        title = drawn[0]["title"] if len(drawn) == 1 else _("Year by year")
        return Panel(title, "observatory/panels/series.html", context, side)

    return panel


def _drawn(reading: Reading, rows: Sequence[Observed], name: str) -> dict[str, str]:
    one = naming.named(rows[0].indicator)
    known = [row for row in rows if row.value is not None]
    told = rows[
        rows.index(known[0]) : rows.index(known[-1]) + 1
    ]  # a year that is masked leaves a gap
    title = _change(one, known)
    drawing = line_chart(
        [Line(reading.perimeter.name, [_moment(reading, row, one.unit) for row in told])],
        title=title,
        description=_spoken(known[-1], one.unit),
        write=lambda value: written(float(value), one.unit),
        name=name,
        provisional=_("provisional"),
    )
    return {"title": title, "drawing": drawing, "words": str(one.words)}


def _moment(reading: Reading, row: Observed, unit: str) -> Moment:
    bounds = (
        interval(row)
        if unit == naming.SHARE and row.indicator.startswith("register.surv")
        else None
    )
    return Moment(
        row.period, row.value, _spoken(row, unit), reading.opening(row), row.is_provisional,
        *(bounds or (None, None)),
    )  # fmt: skip


def _spoken(row: Observed, unit: str) -> str:
    said = f"{_period(row.period)}\u00a0: {written(row.value, unit)}"
    provisional = _("provisional")
    return f"{said} ({provisional})" if row.is_provisional else said


def _period(period: str) -> str:
    return formats.month(period, short=True) if "-" in period else period


def _change(one: naming.Named, known: Sequence[Observed]) -> str:
    """«Naissances : 412 en 2019, + 3 % en un an», over years that are over."""
    sure = [row for row in known if not row.is_provisional] or list(known)
    last = sure[-1]
    said = {"label": one.label, "value": written(last.value, one.unit), "period": last.period}
    if len(sure) < 2 or not sure[-2].value or last.value is None:
        return _("%(label)s: %(value)s in %(period)s") % said
    before = sure[-2].value
    if one.unit == naming.SHARE:
        said["change"] = formats.points(last.value - before)
    else:
        said["change"] = _signed(last.value / before - 1)
    return _("%(label)s: %(value)s in %(period)s, %(change)s in a year") % said


def _signed(share: float) -> str:
    sign = "+" if share > 0 else formats.MINUS if share < 0 else ""
    space = formats.NO_BREAK if sign and formats.spoken() == "fr" else ""
    return f"{sign}{space}{formats.percent(abs(share))}"


def monthly(*indicators: str, side: Side = Side.BELOW) -> Callable[[Reading], Panel | None]:
    """Births and closures month by month, the month under way dashed."""

    def panel(reading: Reading) -> Panel | None:
        lines = []
        for code in indicators:
            rows = reading.cells([code], kinds=["epci"], segments=[ALL], length=7)[-36:]
            one = naming.named(code)
            if rows:
                lines.append(
                    Line(str(one.label), [_moment(reading, row, one.unit) for row in rows])
                )
        if not lines:
            return None
        last = lines[0].moments[-1]
        drawing = line_chart(
            lines,
            title=_("Month by month"),
            description=last.spoken,
            said=lambda period: formats.month(period, short=True),
            name="months",
            provisional=_("provisional"),
        )
        listed = [
            {"label": line.label, "moments": list(reversed(line.moments))[:12]} for line in lines
        ]
        title = _("Openings and closures over three years, month by month")
        context = {"drawing": drawing, "listed": listed}
        return Panel(title, "observatory/panels/months.html", context, side)

    return panel


def by_sector(indicator: str) -> Callable[[Reading], Panel | None]:
    """A share in each sector with its 95 % interval; the whole territory dotted."""

    def panel(reading: Reading) -> Panel | None:
        rows = reading.cells([indicator], kinds=["epci", "sector"], segments=[ALL])
        told = [row for row in rows if row.value is not None or row.is_hidden]
        whole = [row for row in told if row.area_kind == "epci" and not row.is_hidden]
        if not whole:
            return None
        sure = [row for row in whole if not row.is_provisional] or whole
        chosen = sure[-1]
        parts = [row for row in told if row.area_kind == "sector" and row.period == chosen.period]
        one = naming.named(indicator)
        drawing = multiples(
            [_estimate(reading, row) for row in [chosen, *parts][:MULTIPLES]],
            reference=chosen.value,
            name="sectors",
        )
        title = _("%(label)s of units born in %(period)s") % {
            "label": one.label,
            "period": chosen.period,
        }
        context = {
            "drawing": drawing, "words": str(one.words), "overlap": _overlap([chosen, *parts]),
            "whole": written(chosen.value, one.unit),
        }  # fmt: skip
        return Panel(title, "observatory/panels/multiples.html", context)

    return panel


def _estimate(reading: Reading, row: Observed) -> Estimate:
    name = reading.sectors.get(row.area, reading.perimeter.name)
    if row.is_hidden:
        return Estimate(name, None, masked=row.why)
    low, high = interval(row) or (0.0, 0.0)
    note = _("%(n)s units followed") % {"n": formats.number(row.denominator)}
    return Estimate(name, row.value, low, high, note, reading.opening(row, side="bottom"))


def _overlap(rows: Sequence[Observed]) -> bool:
    """Whether every interval meets that of the whole: nothing is then said to be higher or lower."""
    bounds = [found for row in rows if (found := interval(row))]
    return all(low <= bounds[0][1] and high >= bounds[0][0] for low, high in bounds[1:])


def comparison(*indicators: str) -> Callable[[Reading], Panel | None]:
    """The territory beside others that are published, with intervals, and its rank among all."""

    def panel(reading: Reading) -> Panel | None:
        others = [found for siren in reading.compared if (found := observed.newest(siren))]
        tables = [
            table
            for code in indicators
            if (table := _compared(reading, [reading.publication, *others], code))
        ]
        if not tables:
            return None
        vintage = reading.publication.vintage
        ranks = [
            _rank(row)
            for row in (vintage.ranks if vintage else [])
            if _is_last(row, vintage, reading)
        ]
        title = _("Beside other territories") if others else _("Where the territory stands")
        context = {"tables": tables, "ranks": ranks, "reading": reading}
        return Panel(title, "observatory/panels/comparison.html", context)

    return panel


def _is_last(row: dict[str, object], vintage: object, reading: Reading) -> bool:
    same = (row["indicator"], row["segment"], row["area"])
    ranks = vintage.ranks  # type: ignore[attr-defined]
    last = max(r["period"] for r in ranks if (r["indicator"], r["segment"], r["area"]) == same)
    return (
        row["area"] == reading.perimeter.siren and row["segment"] == ALL and row["period"] == last
    )


def _rank(row: dict[str, object]) -> dict[str, object]:
    return {**row, "label": str(naming.named(str(row["indicator"])).label)}


def _compared(
    reading: Reading, publications: Sequence[Publication], code: str
) -> dict[str, object] | None:
    """One indicator of each territory, over the newest year that all have for sure."""
    every: list[tuple[str, dict[str, Observed]]] = []
    for publication in publications:
        rows = observed.cells(publication, [code], kinds=["epci"], segments=[ALL])
        sure = {row.period: row for row in rows if row.value is not None and not row.is_provisional}
        every.append((publication.subject.partition(":")[2], sure))
    common = set.intersection(*(set(sure) for _siren, sure in every)) if every else set()
    if not common:
        return None
    one, period = naming.named(code), max(common)
    names = {reading.perimeter.siren: reading.perimeter.name}
    on = reading.publication.vintage.as_of  # type: ignore[union-attr]
    estimates = []
    for siren, sure in every:
        row = sure[period]
        low, high = interval(row) or (row.value or 0.0, row.value or 0.0)
        name = names.get(siren) or places.perimeter(siren, on).name
        url = reverse("observatory:observatory", args=[siren, reading.observatory.slug])
        note = _("of %(n)s") % {"n": formats.number(row.denominator)} if row.denominator else ""
        estimates.append(Estimate(name, row.value, low, high, note, url))
    drawing = multiples(
        estimates, write=lambda value: written(float(value), one.unit), name=f"compared-{len(code)}"
    )
    title = _("%(label)s, %(period)s") % {"label": one.label, "period": period}
    return {"title": title, "drawing": drawing, "words": str(one.words)}


def by_activity(
    indicator: str, *, divisions: Sequence[str] = (), segment: str = ALL
) -> Callable[[Reading], Panel | None]:
    """The largest activities of the territory as bars: divisions of the whole, or trades of craft."""

    def panel(reading: Reading) -> Panel | None:
        rows = reading.cells([indicator], kinds=["epci"], segments=[segment], activities=None)
        if divisions:
            rows = [row for row in rows if row.activity in divisions]
        sure = [row for row in rows if row.value is not None and not row.is_provisional]
        period = max((row.period for row in sure), default="")
        told = [row for row in rows if row.period == period]
        if not told:
            return None
        told.sort(key=lambda row: (-(row.value or 0), row.activity))
        one = naming.named(indicator)
        bars = [_bar(reading, row, one.unit) for row in told[:BARS]]
        first = told[0]
        title = _("%(first)s comes first: %(value)s, %(what)s, %(period)s") % {
            "first": label(first.activity),
            "value": written(first.value, one.unit),
            "what": str(one.label).lower(),
            "period": period,
        }
        hidden = sum(row.is_hidden for row in told)
        context = {
            "drawing": bar_chart(bars, title=title, name=f"bars-{indicator[-4:]}-{segment}"),
            "words": str(one.words), "more": len(told) - len(bars), "hidden": hidden,
            "segment": segment_label(segment),
        }  # fmt: skip
        return Panel(title, "observatory/panels/bars.html", context)

    return panel


def _bar(reading: Reading, row: Observed, unit: str) -> Row:
    url = reading.opening(row)
    if not url and reading.observatory.by_trade and row.segment != ALL:
        url = f"{reading.base}?{TRADE}={row.activity}"
    return Row(label(row.activity), row.value, written(row.value, unit), url, row.why)
