"""Files of external series in the layout of the real ones; every value is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maillage.intake.models import Load
from maillage.series import reading
from maillage.series.declared import series_of
from maillage.series.reading import Standing
from tests.factories import intake
from tests.intake import files

VINTAGE = "2020-06-25"
ZONE = "unemployment_zone"
QUARTERS = ("2019-T2", "2019-T3", "2019-T4", "2020-T1")
Cells = Sequence[object]


def zones(
    rows: Mapping[str, Cells] | Sequence[Cells],
    quarters: Sequence[str] = QUARTERS,
    head: Sequence[str] = ("ZE2020", "LIBZE2020", "REG", "LIBREG"),
) -> list[Cells]:
    """The sheet `txcho_ze`: five lines of title, then a row a zone (`{"3290 Lille": (9.1, …)}`)."""
    told = rows.items() if isinstance(rows, Mapping) else ()
    lines = [[*name.split(" ", 1), "32", "Hauts-de-France", *cells] for name, cells in told]
    return [
        ["Taux de chômage localisés par zone d'emploi"],
        ["Source : Insee, taux de chômage localisés (valeurs inventées pour un essai)"],
        ["Note : données corrigées des variations saisonnières, en moyenne trimestrielle, en %"],
        ["Mise en ligne : 25/06/2020"],
        ["Zonage : zones d'emploi 2020"],
        [*head, *quarters],
        *(lines or rows),
    ]


def workbook(rows: Mapping[str, Cells], **layout: Any) -> bytes:
    """The workbook of INSEE: a sheet of notes beside that of zones."""
    notes = [["Documentation"], ["Champ : France hors Mayotte"]]
    return files.as_xlsx(("Documentation", notes), ("txcho_ze", zones(rows, **layout)))


RATES: dict[str, Cells] = {
    "3290 Lille": (9.3, 9.2, 9.1, 8.9),
    "3291 Roubaix - Tourcoing": (12.8, 12.7, 12.4, 12.0),
    "3292 Lens - Hénin": (12.9, 12.8, 12.8, "nd"),
}


def loaded(
    content: bytes | None = None, *, source: str = ZONE, name: str = "fichier.xlsx", **given: str
) -> Load:
    """A file that was loaded; the usual workbook of zones if none is told."""
    asked = {"vintage": VINTAGE} | given
    return intake.applied(content or workbook(RATES), source=source, name=name, **asked)


def stands(source: str = ZONE, areas: Sequence[str] = ("3290",)) -> Standing:
    """What is shown of a series for some areas."""
    series = series_of(source)
    assert series is not None
    return reading.standing(series, reading.files_of([source]).get(source, []), areas)


def said(source: str = ZONE, areas: Sequence[str] = ("3290",)) -> dict[str, float | None]:
    """Its values by period, of areas without details."""
    return {one.period: one.value for one in stands(source, areas).told}


def refused(load: Load) -> list[tuple[int, str, str]]:
    """Line, column and reason of what a load refused."""
    return list(load.rejects.order_by("line").values_list("line", "column", "code"))
