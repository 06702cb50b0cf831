"""What stands of a series for a territory as a table, with the dictionary of its columns."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.kernel.text import Words
from maillage.register.activities import label
from maillage.series.declared import WHOLE, Shape
from maillage.series.reading import Standing

_WORDS = {
    "series": Words("code de la série", "code of the series"),
    "publisher": Words("organisme qui la publie", "body that publishes it"),
    "area_kind": Words("sorte de zone, au sens de l’éditeur", "kind of area, as the publisher means it"),
    "area": Words("code de la zone", "code of the area"),
    "area_name": Words("son nom, tel que publié", "its name, as published"),
    "detail": Words("ce qui la partage (métier, activité), sinon vide", "what splits it (trade, activity), else blank"),
    "detail_name": Words("ce détail en clair", "that detail in words"),
    "period": Words("AAAA, AAAA-Qn ou AAAA-MM", "YYYY, YYYY-Qn or YYYY-MM"),
    "value": Words("la valeur publiée, vide si l’éditeur n’en donne pas", "the published value, blank if there is none"),
    "unit": Words("son unité", "its unit"),
    "mark": Words("le signe que l’éditeur met à la place d’une valeur", "the mark that the publisher puts in place of a value"),
    "provisional": Words("1 si elle peut encore changer", "1 if it may still change"),
    "vintage": Words("date du fichier", "day of the file"),
    "before": Words("ce qu’un fichier plus ancien disait d’autre", "what an older file said otherwise"),
    "before_vintage": Words("date de ce fichier", "day of that file"),
    "source": Words("adresse où le fichier a été pris", "address where the file was had"),
    "licence": Words("licence de réutilisation", "licence of reuse"),
    "invented": Words("1 si les valeurs sont inventées, pour l’exemple", "1 if the values are invented, as an example"),
}  # fmt: skip
COLUMNS = tuple(_WORDS)
ALL_TOGETHER = Words("tous ensemble", "all together")


def dictionary() -> list[tuple[str, Words]]:
    """Each column: its name, what it holds."""
    return list(_WORDS.items())


def rows(standing: Standing) -> Iterator[list[object]]:
    """Every value that stands, by area, detail and period."""
    series = standing.series
    for one in standing.told:
        file = one.file
        yield [
            series.code, series.publisher, series.area_kind, one.area, one.area_name, one.detail,
            _detail(standing, one.detail), one.period, one.value, series.unit.en, one.flag, one.is_provisional, file.vintage, one.before, one.before_on, file.url, file.licence,
            file.is_invented,
        ]  # fmt: skip


def _detail(standing: Standing, code: str) -> str:
    """A detail in words: one of those of the series, the official name of an activity, or nothing."""
    if standing.series.shape is Shape.RANKS:
        return label(code)
    known = {WHOLE: ALL_TOGETHER, **standing.series.details}.get(code)
    return str(known) if known else ""
