"""The published cells of a territory as files, with the dictionary of their columns."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.figures.models import Publication
from maillage.figures.observations.packing import packed
from maillage.figures.witnessed import PLACE
from maillage.kernel.text import Words

COLUMNS = (
    "indicator", "version", "area_kind", "area", "period", "activity", "segment", "value", "numerator",
    "denominator", "n", "status",
)  # fmt: skip
_SAID = (*COLUMNS[:7], "said", "top", "bottom", "units", "status")
_KINDS = ("string", "int16", *("string",) * 5, *("float64",) * 3, "int64", "string")
_WORDS = {
    "indicator": Words("code de l’indicateur", "code of the indicator"),
    "version": Words("version de sa règle", "version of its rule"),
    "area_kind": Words("commune, sector, epci ou qpv", "commune, sector, epci or qpv"),
    "area": Words("code INSEE, clé du secteur ou SIREN", "INSEE code, key of the sector or SIREN"),
    "period": Words("année, ou mois AAAA-MM", "year, or month YYYY-MM"),
    "activity": Words(
        "division ou sous-classe de la NAF rév. 2\u00a0; all\u00a0: toutes",
        "division or subclass of NAF rev. 2; all: every one",
    ),
    "segment": Words(
        "segment du registre\u00a0; all\u00a0: tous", "segment of the register; all: every one"
    ),
    "value": Words(
        "la valeur\u00a0; un taux est une fraction de 1", "the value; a rate is a fraction of 1"
    ),
    "numerator": Words("ce qu’un taux compte", "what a rate counts"),
    "denominator": Words("à quoi il le rapporte", "what it divides it by"),
    "n": Words("unités comptées", "units counted"),
    "status": Words(
        "V publié, P provisoire, A moins de 3 unités, B une seule pèse 85 % ou plus, D masqué pour un voisin ou pour ce qui a changé, "
        "U pas encore observé\u00a0; les nombres d’une cellule A, B, D ou U sont vides",
        "V published, P provisional, A fewer than 3 units, B one alone weighs 85% or more, D masked for a neighbour or for what changed, "
        "U not observed yet; the numbers of a cell A, B, D or U are empty",
    ),
}


def dictionary() -> list[tuple[str, str, Words]]:
    """Each column of the files: its name, its type, what it holds."""
    return [(name, kind, _WORDS[name]) for name, kind in zip(COLUMNS, _KINDS, strict=True)]


def rows(publication: Publication) -> Iterator[list[object]]:
    """Every published cell, in a stable order."""
    for row in publication.observed().published().order_by(*PLACE).iterator():
        yield [row[name] for name in _SAID]


def parquet(publication: Publication) -> bytes:
    """The same as a Parquet file."""
    return packed(dict(zip(COLUMNS, _KINDS, strict=True)), rows(publication))
