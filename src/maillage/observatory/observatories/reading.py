"""What a reader asks of an observatory, and the published cells that answer: one publication, one territory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import places
from maillage.figures.methods import serving, small_numbers
from maillage.figures.models import Publication
from maillage.figures.observations import closed_list, naming, opening
from maillage.figures.observations.observing import ALL, PROVISIONAL, UNOBSERVED
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.observatory import observed
from maillage.observatory.observatories import Observatory
from maillage.observatory.observed import Observed
from maillage.places.perimeters import Perimeter
from maillage.register.activities import label
from maillage.register.segments import SEGMENTS
from maillage.ui import formats

INDICATOR, SEGMENT, TRADE, PERIOD, WITH = "indicateur", "segment", "metier", "periode", "avec"
MOST_COMPARED = 6
TOTAL = Words("Tous les établissements", "All establishments")


@dataclass(frozen=True)
class Reading:
    """One page of an observatory as asked."""

    observatory: Observatory
    publication: Publication
    perimeter: Perimeter
    indicator: str
    segment: str
    trade: str
    period: str
    compared: Sequence[str] = ()
    opens: bool = False
    periods: Sequence[str] = field(default_factory=tuple)
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address of the page, without what is asked."""
        return reverse(
            "observatory:observatory", args=[self.perimeter.siren, self.observatory.slug]
        )

    @property
    def activity(self) -> str:
        """The activity asked, or the total."""
        return self.trade or ALL

    @property
    def named(self) -> naming.Named:
        """The indicator in words."""
        return naming.named(self.indicator)

    def cells(self, indicators: Collection[str], **asked: object) -> list[Observed]:
        """Published cells of the territory."""
        return observed.cells(self.publication, indicators, **asked)  # type: ignore[arg-type]

    @cached_property
    def sectors(self) -> Mapping[str, str]:
        """The sectors of the territory with their names."""
        on = self.publication.vintage.as_of  # type: ignore[union-attr]
        return {one.key: str(one.name) for one in places.sectors(self.perimeter.key, on)}

    @cached_property
    def communes(self) -> Mapping[str, str]:
        """The communes of the territory with their names."""
        return {code: commune.name for code, commune in self._found.items()}

    @cached_property
    def towns(self) -> Sequence[str]:
        """The communes of the territory, the most peopled first."""
        year = self.publication.vintage.as_of.year  # type: ignore[union-attr]
        people = {code: one.population_near(year) or 0 for code, one in self._found.items()}
        return sorted(people, key=lambda code: -people[code])

    @cached_property
    def _found(self) -> Mapping[str, places.Commune]:
        return places.communes(self.perimeter.communes)

    def opening(self, cell: Observed, *, side: str = "") -> str:
        """Where a published figure opens onto its establishments; nowhere when it does not."""
        if cell.is_hidden or not cell.n or not opening.is_opened(cell.indicator):
            return ""
        if naming.named(cell.indicator).disclosure != "open_register" and not self.opens:
            return ""
        asked = {
            INDICATOR: cell.indicator, "zone": cell.area, PERIOD: cell.period,
            SEGMENT: "" if cell.segment == ALL else cell.segment,
            TRADE: "" if cell.activity == ALL else cell.activity, "liste": side,
        }  # fmt: skip
        told = urlencode({name: value for name, value in asked.items() if value})
        where = reverse("observatory:observatory_firms", args=[self.perimeter.siren])
        return f"{where}?{told}"

    def segment_label(self) -> str:
        """The segment in words."""
        return segment_label(self.segment)


def segment_label(code: str) -> str:
    """A segment in words; the total's."""
    found = {segment.code: segment.label for segment in SEGMENTS}
    return str(found.get(code, TOTAL))


def written(value: float | None, unit: str) -> str:
    """A value in the unit of its indicator."""
    if unit == naming.SHARE:
        return formats.percent(value)
    if unit == naming.DENSITY:
        return formats.number(value, 1 if value is not None and abs(value) < 100 else 0)
    return formats.number(value)


def interval(cell: Observed) -> tuple[float, float] | None:
    """The 95 % interval of a rate, in its unit; None where no chance is at play or nothing is said."""
    if cell.numerator is None or not cell.denominator or cell.value is None:
        return None
    low, high = small_numbers.rate_interval(round(cell.numerator), round(cell.denominator))
    per = serving.PER if naming.named(cell.indicator).unit == naming.DENSITY else 1
    return low * per, high * per


def read(
    observatory: Observatory,
    publication: Publication,
    perimeter: Perimeter,
    asked: Mapping[str, str],
    *,
    compared: Sequence[str] = (),
    opens: bool = False,
) -> Reading:
    """What is asked, checked against what was published.

    Raises:
        Invalid: an indicator, a segment, a trade or a period that is not published is asked.
    """
    indicator = _among(asked.get(INDICATOR), observatory.indicators, _("Indicator"))
    segments = segments_of(indicator)
    wanted = observatory.segment if observatory.segment in segments else ALL
    segment = _among(asked.get(SEGMENT) or wanted, segments, _("Segment"))
    trade = asked.get(TRADE, "") if observatory.by_trade else ""
    if trade:
        trade = _among(trade, list(trades(publication)), _("Trade"))
        indicator, segment = "register.stock", "craft_rm"
    periods = _periods(publication, indicator, segment, trade or ALL)
    period = _among(asked.get(PERIOD), list(reversed(periods)), _("Period"))
    return Reading(
        observatory, publication, perimeter, indicator, segment, trade, period,
        tuple(compared), opens, periods, dict(asked),
    )  # fmt: skip


def _among(asked: str | None, known: Sequence[str], what: str) -> str:
    if not asked:
        return known[0] if known else ""
    if asked not in known:
        raise Invalid(
            _("%(what)s “%(asked)s”: nothing of it is published here.")
            % {"what": what, "asked": asked[:40]},
            remedy=_("Choose among those of the form."),
        )
    return asked


def segments_of(indicator: str) -> list[str]:
    """The segments for which an indicator is published by commune."""
    found = [
        segment
        for table in closed_list.TABLES
        if indicator in table.indicators and "commune" in table.area_kinds and not table.detail
        for segment in table.segments
    ]
    return list(dict.fromkeys(found)) or [ALL]


def trades(publication: Publication) -> dict[str, str]:
    """The trades of craft present in the territory, by their official label."""
    rows = publication.observed().filter(
        indicator="register.stock", area_kind="epci", segment="craft_rm"
    )
    codes = rows.exclude(activity=ALL).values_list("activity", flat=True).distinct()
    return dict(sorted(((code, label(code)) for code in codes), key=lambda one: one[1]))


def _periods(publication: Publication, indicator: str, segment: str, activity: str) -> list[str]:
    """The years published by commune, what may still change first, so that the last is sure."""
    rows = publication.observed().filter(
        indicator=indicator, area_kind="commune", segment=segment, activity=activity
    )
    told = set(rows.exclude(status=UNOBSERVED).values_list("period", "status"))
    unsure = {period for period, status in told if status == PROVISIONAL}
    return sorted({period for period, _status in told}, key=lambda one: (one not in unsure, one))
