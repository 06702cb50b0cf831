"""Writes of external series: what a file told, taken and dropped as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from maillage.intake.models import Load
from maillage.series.models import SeriesFile, SeriesLine


def take_lines(
    *,
    load: int,
    series: str,
    about: Mapping[str, str | bool | date],
    lines: Sequence[SeriesLine],
) -> int:
    """Write the lines of a chunk; nobody sees them before their load is active. How many."""
    file, _made = SeriesFile.objects.get_or_create(
        load_id=load, defaults={"series": series, **about}
    )
    for one in lines:
        one.file = file
    return len(SeriesLine.objects.bulk_create(lines))


def drop_lines(*, load: int) -> None:
    """Remove what an abandoned load had written; nobody had seen any of it."""
    SeriesFile.objects.filter(load=load).delete()


def told_before(
    series: str, areas: Iterable[str], details: Iterable[str], load: int
) -> list[SeriesLine]:
    """What the files that stand, and this load itself, tell of these areas and details, the oldest vintage first.

    A file is read chunk by chunk: by area alone, one sorted by detail would have every chunk read the whole series.
    """
    counts = Q(file__load__in=Load.objects.visible()) | Q(file__load=load)
    rows = SeriesLine.objects.filter(
        counts, file__series=series, area__in=set(areas), detail__in=set(details)
    )
    return list(rows.select_related("file").order_by("file__vintage", "file__load_id"))
