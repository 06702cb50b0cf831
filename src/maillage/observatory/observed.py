"""What the public reads of an observatory: the newest publication of a territory, and its cells.

Pages, files and maps of the observatories read here and nowhere else, so that none can say what
secrecy hid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from maillage.figures.models import HIDDEN, Publication, StockVintage
from maillage.figures.observations.observing import ALL, DOMINATED, FEW, PROVISIONAL, UNOBSERVED
from maillage.figures.secrecy import CLASSES
from maillage.kernel.periods import Period

SUBJECT = "observatory"
WENT = "outreach.firms_visited"
"""The figure of acts laid over the observatory's map: where did we go."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One published cell; every number is None when it is hidden."""

    indicator: str
    area_kind: str
    area: str
    period: str
    activity: str
    segment: str
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether secrecy keeps its numbers back."""
        return self.status in HIDDEN and self.status != UNOBSERVED

    @property
    def is_provisional(self) -> bool:
        """Whether later files may change it."""
        return self.status == PROVISIONAL

    @property
    def why(self) -> str:
        """Why it is hidden, in the words of its class."""
        if not self.is_hidden:
            return ""
        if self.status in {FEW, DOMINATED}:
            return str(CLASSES["statistical"].words)
        return _(
            "it would tell a masked value: a neighbouring one, or what changed since it was said"
        )


def days_of(vintage: StockVintage) -> Period:
    """The days over which acts are laid beside a vintage: the year of its stock and the one before."""
    return Period(date(vintage.as_of.year - 1, 1, 1), vintage.as_of)


def subject_of(territory: str) -> str:
    """The name under which the publications of a territory's observatory are kept."""
    return f"{SUBJECT}:{territory}"


def territory_of(subject: str) -> str:
    """The SIREN in that name."""
    return subject.partition(":")[2]


def newest(territory: str) -> Publication | None:
    """The newest publication of a territory's observatory."""
    found = Publication.objects.about(subject_of(territory)).select_related("vintage")
    return found.filter(vintage__isnull=False).defer("vintage__lacking").first()


def published_territories() -> list[Publication]:
    """The newest publication of each territory that has an observatory."""
    every = Publication.objects.filter(vintage__isnull=False).select_related("vintage")
    every = every.defer("vintage__lacking")
    kept: dict[str, Publication] = {}
    for one in every.order_by("-published_at", "-id"):
        kept.setdefault(one.subject, one)
    return [kept[subject] for subject in sorted(kept)]


def cells(
    publication: Publication,
    indicators: Collection[str],
    *,
    kinds: Collection[str] = (),
    areas: Collection[str] = (),
    segments: Collection[str] = (ALL,),
    activities: Collection[str] | None = (ALL,),
    periods: Collection[str] = (),
    length: int = 4,
) -> list[Observed]:
    """Published cells, by area then period; `activities=None` asks for all but the total."""
    rows = publication.observed().filter(indicator__in=indicators, segment__in=segments)
    rows = (
        rows.filter(activity__in=activities)
        if activities is not None
        else rows.exclude(activity=ALL)
    )
    for name, wanted in (("area_kind", kinds), ("area", areas), ("period", periods)):
        if wanted:
            rows = rows.filter(**{f"{name}__in": wanted})
    if not periods:
        rows = rows.filter(period__regex=r"^\d{4}$" if length == 4 else r"^\d{4}-\d{2}$")
    told = rows.published().order_by("indicator", "area", "activity", "period")
    return [_observed(row) for row in told]


def _observed(row: dict[str, Any]) -> Observed:
    return Observed(
        row["indicator"], row["area_kind"], row["area"], row["period"], row["activity"], row["segment"],
        row["status"], row["said"], row["top"], row["bottom"], row["units"],
    )  # fmt: skip


def last_year(rows: Iterable[Observed], *, whole: bool = True) -> str:
    """The newest period of some cells; the newest that is over when `whole`."""
    told = [row.period for row in rows if not (whole and row.is_provisional)]
    return max(told, default="")
