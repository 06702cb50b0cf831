"""The map of an observatory: communes by the indicator asked, and where the partners went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from maillage import places
from maillage.figures.observations import naming
from maillage.kernel.text import Words
from maillage.observatory import observed
from maillage.observatory.observatories import Panel, Side
from maillage.observatory.observatories.reading import Reading, written
from maillage.observatory.observed import Observed
from maillage.register.activities import label
from maillage.ui import formats
from maillage.ui.charts import Shape, commune_map

LABELLED = 6


def a_map(reading: Reading) -> Panel | None:
    """Communes by the indicator asked, with circles where the partners went."""
    rows = reading.cells(
        [reading.indicator], kinds=["commune"], segments=[reading.segment],
        activities=[reading.activity], periods=[reading.period],
    )  # fmt: skip
    outlines = places.outlines(reading.perimeter.communes)
    if not rows:
        return None
    unit = reading.named.unit
    by_code = {row.area: row for row in rows}
    went = _went(reading)
    marked = reading.towns[:LABELLED]
    shapes = [
        _shape(reading, code, outline.rings, by_code.get(code), went, marked)
        for code, outline in outlines.items()
    ]
    drawing = commune_map(  # without outlines, the table alone says it
        shapes,
        title=str(reading.named.label),
        write=lambda value: written(float(value), unit),
        name="communes",
    )
    context = {
        "drawing": drawing if outlines else "",
        "words": str(reading.named.words),
        "went": went.is_told,
        "days": observed.days_of(reading.publication.vintage),  # type: ignore[arg-type]
        "rows": [
            _line(reading, code, name, by_code.get(code), went) for code, name in _sorted(reading)
        ],
    }
    return Panel(_range(reading, rows), "observatory/panels/map.html", context, Side.MAIN)


def _sorted(reading: Reading) -> list[tuple[str, str]]:
    return sorted(reading.communes.items(), key=lambda one: places.fold(one[1]))


@dataclass(frozen=True, slots=True)
class Went:
    """Firms that the partners visited in each commune, as published: how many, or that it is masked.

    `is_told` is False where nothing was published of it, or the whole breakdown is withheld.
    """

    counts: Mapping[str, int]
    masked: Collection[str]
    is_told: bool
    reason: str

    @property
    def most(self) -> int:
        """The largest count that is told."""
        return max(self.counts.values(), default=0)

    def share(self, code: str) -> float:
        """How large its circle is: none for what is masked or zero."""
        return self.counts.get(code, 0) / self.most if self.most else 0.0

    def spoken(self, code: str) -> str:
        """What the voice adds to a commune."""
        if code in self.masked:
            return str(_("firms visited: value masked"))
        count = self.counts.get(code, 0)
        return _("%(n)s firms visited") % {"n": formats.number(count)} if count else ""

    def shown(self, code: str) -> str:
        """The cell of the table."""
        if code in self.masked:
            return str(_("value masked, %(reason)s") % {"reason": self.reason})
        return formats.number(self.counts.get(code, 0))


def _went(reading: Reading) -> Went:
    """Where the partners went, as published beside the observations."""
    figure = reading.publication.figures.filter(reference__startswith=observed.WENT).first()
    public: dict[str, Any] = figure.public if figure else {"groups": [], "withheld": True}
    groups = public["groups"]
    reason = str(Words(**public["reason"])) if "reason" in public else ""
    return Went(
        {group["key"]: group["n"] for group in groups if group["n"] and not group["masked"]},
        frozenset(group["key"] for group in groups if group["masked"]),
        not public["withheld"] and bool(groups),
        reason,
    )


def _shape(
    reading: Reading,
    code: str,
    rings: Sequence[Sequence[tuple[float, float]]],
    cell: Observed | None,
    went: Went,
    marked: Collection[str],
) -> Shape:
    name, unit = reading.communes.get(code, code), reading.named.unit
    about = Shape(
        name,
        rings,
        None,
        labelled=code in marked,
        mark=went.share(code),
        mark_words=went.spoken(code),
    )
    if cell is None:
        is_none = unit in {naming.COUNT, naming.JOBS}
        return replace(about, value=0.0, shown="0") if is_none else about
    shown = written(cell.value, unit)
    return replace(about, value=cell.value, shown=shown, url=reading.opening(cell), masked=cell.why)


def _line(
    reading: Reading, code: str, name: str, cell: Observed | None, went: Went
) -> dict[str, object]:
    """A commune in the table that says what the map shows."""
    unit = reading.named.unit
    none = "0" if cell is None and unit in {naming.COUNT, naming.JOBS} else _("not provided")
    return {
        "name": name,
        "shown": written(cell.value, unit) if cell and cell.value is not None else none,
        "masked": cell.why if cell else "",
        "url": reading.opening(cell) if cell else "",
        "went": went.shown(code),
    }


def _range(reading: Reading, rows: Sequence[Observed]) -> str:
    """What the map shows, in words: between what and what communes lie."""
    known = [(row.value, row.area) for row in rows if row.value is not None]
    said = {"label": reading.named.label, "period": reading.period}
    if reading.trade:
        said["label"] = label(reading.trade)
    if not known:
        return _("%(label)s, %(period)s") % said
    unit = reading.named.unit
    (low, first), (high, last) = min(known), max(known)
    return _("%(label)s, %(period)s: from %(low)s in %(first)s to %(high)s in %(last)s") % {
        **said,
        "low": written(low, unit),
        "high": written(high, unit),
        "first": reading.communes.get(first, first),
        "last": reading.communes.get(last, last),
    }
