"""How a file of any series comes in: what is asked with it, what it changes, what it writes; each importer adds its columns.

An importer tells what a row says (`Told`), why it cannot be taken (`BadCell`), or that it is no business of the series (None:
set aside, and counted).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.urls import reverse

from maillage import places
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Option, Row, Run
from maillage.kernel.text import Words
from maillage.series import actions
from maillage.series.declared import Series
from maillage.series.models import SeriesLine
from maillage.series.values import Said, period

YES = {"oui": "yes", "yes": "yes"}
_ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says: of which area, of which detail of it, what of which periods."""

    area: str
    values: tuple[Said, ...]
    area_name: str = ""
    detail: str = ""

    @property
    def since(self) -> str:
        """The first period that it tells."""
        return min((one.period for one in self.values), default="")


Tell: TypeAlias = Callable[[Row, Mapping[str, str]], Told | BadCell | None]
Key: TypeAlias = tuple[str, str]


def _address(cell: str) -> str:
    found = cell.strip()
    if not found.startswith(("https://", "http://")) or len(found) > 500 or " " in found:
        raise BadCell("", "address", found)
    return found


def importer(
    series: Series,
    columns: tuple[Column, ...],
    tell: Tell,
    *,
    identity: Callable[[Row], Hashable],
    reasons: Mapping[str, Words] | None = None,
) -> Importer:
    """The importer of a series, from its columns and what a row of them says."""
    return Importer(
        name=series.code,
        words=series.title,
        about=series.file,
        columns=columns,
        diff=lambda rows, run: _diff(series, tell, rows, run),
        apply=lambda rows, run: _apply(series, tell, rows, run),
        discard=lambda run: actions.drop_lines(load=run.load),
        identity=identity,
        leads_to=lambda _run: f"{reverse('series:index')}#{series.code}",
        options=OPTIONS,
        kinds=KINDS,
        reasons=REASONS | dict(reasons or {}),
    )


def _diff(series: Series, tell: Tell, rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each row says something new, revises what was said, or repeats it; why it cannot be taken."""
    told = [tell(row, run.given) for row in rows]
    taken = [one for one in told if isinstance(one, Told)]
    areas, details = {one.area for one in taken}, {one.detail for one in taken}
    known = places.communes(areas) if series.area_kind == "commune" else dict.fromkeys(areas)
    before: dict[Key, dict[str, list[Any]]] = defaultdict(dict)
    own: set[tuple[str, str, str]] = set()
    for line in actions.told_before(series.code, areas, details, run.load):
        if line.file.load_id == run.load:
            own.add((line.area, line.detail, line.since))
        else:
            before[line.area, line.detail] |= {one[0]: one for one in line.said}
    return [
        _ASIDE if one is None
        else one if isinstance(one, BadCell)
        else BadCell("area", "unknown_commune", one.area) if one.area not in known
        else BadCell("", "no_value") if not one.values
        else BadCell("", "duplicate") if (one.area, one.detail, one.since) in own
        else _kind(one, before[one.area, one.detail])
        for one in told
    ]  # fmt: skip


def _kind(told: Told, before: Mapping[str, list[Any]]) -> str:
    both = [(one.kept(), before[one.period]) for one in told.values if one.period in before]
    if any(now != then for now, then in both):
        return "changed"
    return "unchanged" if len(both) == len(told.values) else "new"


def _apply(series: Series, tell: Tell, rows: Sequence[Row], run: Run) -> None:
    """Write what the rows of a chunk say; nobody sees it yet."""
    lines = [
        SeriesLine(
            number=row.line,
            area=one.area,
            area_name=one.area_name,
            detail=one.detail,
            since=one.since,
            said=[said.kept() for said in sorted(one.values)],
        )
        for row in rows
        if isinstance(one := tell(row, run.given), Told)
    ]
    given = run.given
    about: dict[str, str | bool | date] = {
        "vintage": cells.day(given["vintage"]),
        "url": given.get("url") or series.page,
        "licence": given.get("licence") or series.licence,
        "is_invented": bool(given.get("invented")),
    }
    actions.take_lines(load=run.load, series=series.code, about=about, lines=lines)


OPTIONS = (
    Option(
        "vintage",
        Words("Date du fichier", "Day of the file"),
        Words(
            "Le jour auquel son éditeur le date\u00a0: un fichier plus récent remplace ce que le précédent montrait.",
            "The day its publisher dates it: a newer file replaces what the one before showed.",
        ),
        cells.day,
        needed=True,
        sort="date",
    ),
    Option(
        "provisional_from",
        Words("Provisoire depuis", "Provisional from"),
        Words(
            "La première période que l’éditeur dit provisoire, si le fichier ne le dit pas lui-même\u00a0: 2020, 2020-T1 ou 2020-03.",
            "The first period that the publisher says is provisional, if the file does not say it: 2020, 2020-Q1 or 2020-03.",
        ),
        period,
    ),
    Option(
        "url",
        Words("Adresse où il a été pris", "Address where it was had"),
        Words(
            "Si ce n’est pas la page habituelle de l’éditeur.",
            "If it is not the usual page of the publisher.",
        ),
        _address,
    ),
    Option(
        "licence",
        Words("Licence", "Licence"),
        Words(
            "Si l’éditeur l’a changée depuis.",
            "If the publisher has changed it since.",
        ),
        cells.text(120),
    ),
    Option(
        "invented",
        Words("Valeurs inventées", "Invented values"),
        Words(
            "Écrivez oui si le fichier n’est qu’un exemple\u00a0: les pages le diront.",
            "Write yes if the file is only an example: pages will say so.",
        ),
        cells.one_of(YES),
    ),
)
KINDS = {
    "new": Words("Ce qui n’était pas connu", "What was not known"),
    "changed": Words("Révisé par l’éditeur", "Revised by the publisher"),
    "unchanged": Words("Déjà dit", "Said already"),
    _ASIDE: Words("Hors de la série, laissé de côté", "Out of the series, set aside"),
}
REASONS = {
    "period": Words(
        "ce n’est pas une période\u00a0: écrivez 2020, 2020-T1 ou 2020-03",
        "this is no period: write 2020, 2020-Q1 or 2020-03",
    ),
    "address": Words(
        "ce n’est pas une adresse\u00a0: copiez-la de la barre du navigateur, elle commence par https://",
        "this is no address: copy it from the bar of the browser, it begins with https://",
    ),
    "unknown_commune": Words(
        "cette commune n’est pas connue\u00a0: vérifiez son code INSEE, ou chargez la géographie de l’année du fichier",
        "this commune is not known: check its INSEE code, or load the geography of the file’s year",
    ),
    "no_value": Words(
        "aucune période n’a de valeur\u00a0: prenez le fichier entier, ou retirez la ligne",
        "no period has a value: take the whole file, or take the line out",
    ),
}
