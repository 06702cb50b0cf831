"""A figure split by a dimension: the table, the drawing that fits it, each part opening onto its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage import figures, places
from maillage.figures import Answer, Group
from maillage.figures.answers import perimeter_of
from maillage.figures.secrecy import CLASSES
from maillage.kernel.periods import Period
from maillage.observatory.addresses import GROUP
from maillage.observatory.inquiry import Inquiry
from maillage.observatory.wording import written
from maillage.ui import formats
from maillage.ui.charts import Row, Shape, bar_chart, commune_map, cumulative, running

BARS = 30
LABELLED = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """One part: what it is called, what it is worth, where it opens."""

    key: str
    label: str
    value: float | None
    shown: str
    n: int | None
    url: str
    masked: str
    top: str = ""
    bottom: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Every part of a figure, drawn and written."""

    words: str
    cells: Sequence[Cell]
    drawing: SafeString
    overlap: int
    is_rate: bool

    @property
    def is_map(self) -> bool:
        """Whether the drawing is a map, which has its own look."""
        return 'class="chart map"' in self.drawing


def of(inquiry: Inquiry, answer: Answer) -> Breakdown | None:
    """The breakdown that was asked for, None when none was or when it is withheld."""
    by = answer.question.by
    if not by or not answer.groups:
        return None
    cells = [_cell(inquiry, answer, group) for group in answer.groups]
    words = str(figures.DIMENSIONS[by].words)
    drawn = _DRAWN.get(by, _bars)(answer, cells, words)
    return Breakdown(words, cells, drawn, answer.overlap, answer.numerator is not None)


def _cell(inquiry: Inquiry, answer: Answer, group: Group) -> Cell:
    unit = answer.definition.unit
    reason = str(CLASSES[answer.definition.disclosure].words) if group.masked else ""
    opens = inquiry.is_open and (group.n or group.denominator) and not group.masked
    month = group.key if answer.question.by in {"month", "first_month"} else ""
    return Cell(
        key=group.key,
        label=formats.month(month) if month else group.label,
        value=None if group.masked else group.value,
        shown="" if group.masked else written(group.value, unit),
        n=None if group.masked else group.n,
        url=inquiry.address("records", **{GROUP: group.key}) if opens else "",
        masked=reason,
        top=formats.number(group.numerator) if group.numerator is not None else "",
        bottom=formats.number(group.denominator) if group.denominator is not None else "",
    )


def _title(answer: Answer, words: str) -> str:
    return _("%(label)s by %(dimension)s") % {
        "label": answer.definition.label,
        "dimension": words.lower(),
    }


def _bars(answer: Answer, cells: Sequence[Cell], words: str) -> SafeString:
    """Bars, the highest first unless the parts are months; the table says the rest."""
    ordered = list(cells)
    if answer.question.by != "month":
        ordered.sort(key=lambda cell: -(cell.value or 0))
    rows = [Row(c.label, c.value, c.shown, c.url, c.masked) for c in ordered[:BARS]]
    return bar_chart(rows, title=_title(answer, words), name="parts")


def _communes(answer: Answer, cells: Sequence[Cell], words: str) -> SafeString:
    """A map of the territory, or of the communes that count; bars where no outline is known."""
    by_code = {cell.key: cell for cell in cells}
    perimeter = perimeter_of(answer.question, answer.as_of)
    codes = perimeter.communes if perimeter else tuple(filter(None, by_code))
    outlines = places.outlines(codes)
    if not outlines:
        return _bars(answer, cells, words)
    names = {code: commune.name for code, commune in places.communes(outlines).items()}
    top = sorted(cells, key=lambda cell: -(cell.value or 0))[:LABELLED]
    marked = {cell.key for cell in top if cell.value}
    shapes = [
        _shape(by_code.get(code), names.get(code, code), shape.rings, labelled=code in marked)
        for code, shape in outlines.items()
    ]
    unit = answer.definition.unit
    return commune_map(
        shapes,
        title=_title(answer, words),
        bounds=places.limits_of([cell.value for cell in cells if cell.value]),
        write=lambda value: written(float(value), unit),
        name="parts",
    )


def _shape(
    cell: Cell | None, name: str, rings: Sequence[Sequence[tuple[float, float]]], *, labelled: bool
) -> Shape:
    if cell is None:
        return Shape(name, rings, 0, "0")
    return Shape(name, rings, cell.value, cell.shown, cell.url, cell.masked, labelled=labelled)


def _first_months(answer: Answer, cells: Sequence[Cell], words: str) -> SafeString:
    """The running total; bars as soon as a month is masked or has no date."""
    if any(cell.masked or len(cell.key) != 7 for cell in cells):
        return _bars(answer, cells, words)
    known = {cell.key: cell for cell in cells}
    period = Period(Period.of_month(cells[0].key).start, max(answer.end, _last_day(cells)))
    unit = answer.definition.unit

    def spoken(month: str, added: formats.Numeric, total: formats.Numeric) -> str:
        return _("%(month)s: %(added)s more, %(total)s in all") % {
            "month": formats.month(month),
            "added": written(float(added), unit),
            "total": written(float(total), unit),
        }

    points = running(
        [(month, known[month].value or 0 if month in known else 0) for month in period.months()],
        spoken=spoken,
        url=lambda month: known[month].url if month in known else "",
    )
    return cumulative(
        points,
        period=period,
        title=_title(answer, words),
        description=written(answer.value, unit),
        name="parts",
        write=lambda value: written(float(value), unit),
    )


def _last_day(cells: Sequence[Cell]) -> date:
    return Period.of_month(cells[-1].key).end


_DRAWN = {"commune": _communes, "first_month": _first_months}


def header() -> list[str]:
    """The columns of the export."""
    return [
        _("Code"),
        _("Version"),
        _("Part"),
        _("Value"),
        _("Unit"),
        _("Numerator"),
        _("Denominator"),
        _("Counted units"),
        _("As of"),
        _("Masked"),
    ]


def rows(inquiry: Inquiry) -> list[list[object]]:
    """The whole figure, then each of its parts; money in cents, a rate as a fraction of 1."""
    answer = inquiry.answer
    if answer is None:
        return []
    head = [answer.definition.code, answer.definition.version]
    unit, at = answer.definition.unit, answer.as_of
    whole = [answer.value, unit, answer.numerator, answer.denominator, answer.n, at, answer.masked]
    parts = [
        [*head, g.label, g.value, unit, g.numerator, g.denominator, g.n, at, g.masked]
        for g in answer.groups
    ]
    return [[*head, _("All"), *whole], *parts]
