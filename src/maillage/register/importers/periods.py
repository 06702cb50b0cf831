"""`parse`: a line of StockEtablissementHistorique → one dated period of an establishment. Pure.

The file has no diffusion status: whether its signs may be kept is known from the establishment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from maillage.register.importers import cells
from maillage.register.importers.cells import BadCell
from maillage.register.importers.parsing import picker

COLUMNS = (
    "siret", "dateDebut", "dateFin", "etatAdministratifEtablissement",
    "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement", "enseigne1Etablissement", "enseigne2Etablissement",
    "enseigne3Etablissement", "denominationUsuelleEtablissement",
)  # fmt: skip

Doubts = list[tuple[str, str, str]]


class PeriodFacts(NamedTuple):
    """What a line tells; `ends_on` is its last day, empty for the period that goes on."""

    starts_on: str | None
    ends_on: str | None
    state: str
    activity: str
    nomenclature: str
    employer: str
    trade_name: str
    usual_name: str


def period_picker(header: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """The cells that `read_period` expects."""
    return picker(header, COLUMNS)


def read_period(picked: Sequence[str]) -> tuple[str, PeriodFacts, Doubts]:
    """The SIRET of a line, its period, and the doubts on it.

    Raises:
        BadCell: the line cannot be taken.
    """
    siret, start, end, state, activity, nomenclature, employer, sign1, sign2, sign3, usual = picked
    siret = cells.identifier(siret, 14, "siret")
    if state not in {"A", "F"}:
        raise BadCell("etatAdministratifEtablissement", "state", state)
    doubts: Doubts = []
    starts_on = _day(start, "dateDebut", doubts)
    ends_on = _day(end, "dateFin", doubts)
    if starts_on and ends_on and ends_on < starts_on:
        raise BadCell("dateFin", "period_in_disorder", end)
    codes = _codes(activity, nomenclature, employer)
    trade_name = cells.words(sign1, sign2, sign3, limit=160)
    usual_name = cells.words(usual, limit=100)
    return siret, PeriodFacts(starts_on, ends_on, state, *codes, trade_name, usual_name), doubts


@lru_cache(maxsize=1 << 14)
def _codes(activity: str, nomenclature: str, employer: str) -> tuple[str, str, str]:
    return (
        cells.code(activity, 6, "activitePrincipaleEtablissement"),
        cells.code(nomenclature, 8, "nomenclatureActivitePrincipaleEtablissement"),
        employer if employer in {"O", "N"} else "",
    )


def _day(text: str, column: str, doubts: Doubts) -> str | None:
    """The ISO day; None when blank or before INSEE's time, which is told as a doubt."""
    try:
        found = cells.day(text)
    except ValueError as problem:
        raise BadCell(column, "date", text) from problem
    if found is None:
        doubts.append((column, "implausible_date", text))
    return found or None
