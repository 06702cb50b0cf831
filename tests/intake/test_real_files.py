"""Files that were really published, when they lie beside the checkout: all of them are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maillage.intake.reading.limits import Refused
from maillage.intake.reading.parent import events

SHARED = Path(os.environ.get("MAILLAGE_SHARED", Path(__file__).parents[3] / "shared")) / "data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")

# The file, its tables that hold rows, its rows (header included where the file has one), what was found.
FILES = (
    ("subsidies/column_name_variants.csv", 1, 142, {"encoding": "utf-8-sig", "separator": ";"}),
    ("subsidies/format_subventions_exemple_etalab.csv", 1, 3, {"separator": ","}),
    ("subsidies/scdl_import_fixture.csv", 1, 10, {"separator": ";"}),
    ("subsidies/somme_subventions_2022_latin1.csv", 1, 19, {"separator": ";"}),
    ("subsidies/scdl_import_fixture.xlsx", 3, 20, {"kind": "xlsx"}),
    ("subsidies/decp_2019_reduced.json", 1, 15, {"kind": "json"}),
    ("sirene/derived_StockEtablissement_59_62.csv", 1, 164, {"separator": ","}),
    ("sirene/derived_StockUniteLegale_59_62.csv", 1, 145, {"separator": ","}),
    ("sirene/stock_l2_2017_real_rows.csv", 1, 5, {"kind": "csv"}),
    ("geography/communes-59-nord_cog2018.geojson", 1, 648, {"kind": "geojson"}),
    ("geography/epci_59_62.geojson", 1, 35, {"kind": "geojson"}),
    ("enterprises/siae_real_shared.csv", 1, 1953, {"kind": "csv"}),
    ("transit/gtfs_static_sample-feed-1.zip", 11, 85, {"kind": "csv"}),
)


def read(path: Path) -> tuple[set[str], list[list[str]], dict]:
    """The tables that hold rows, all rows, and what was said of the file."""
    table, tables, rows, said = "", set(), [], {}
    for event in events(path, path.name):
        if event[0] == "table":
            table = event[1]
        elif event[0] == "said":
            said |= event[1]
        else:
            tables.add(table)
            rows += [cells for _line, cells in event[1]]
    return tables, rows, said


@pytest.mark.parametrize(("name", "tables", "count", "found"), FILES, ids=lambda one: str(one)[:40])
def test_a_published_file_is_read_whole(name: str, tables: int, count: int, found: dict) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")

    read_tables, rows, said = read(path)

    assert len(read_tables) == tables
    assert len(rows) == count
    assert found.items() <= said.items()
    assert all(isinstance(cell, str) for row in rows for cell in row)


def test_codes_keep_all_their_digits() -> None:
    path = SHARED / "sirene" / "derived_StockEtablissement_59_62.csv"
    if not path.is_file():
        pytest.skip("the register's sample is not here")

    _tables, (header, *rows), _said = read(path)

    at = header.index("siret")
    assert all(len(row[at]) == 14 and row[at].isdigit() for row in rows)


def test_a_list_without_rows_is_refused_in_words() -> None:
    path = SHARED / "apis" / "recherche_entreprises" / "search-aga.json"
    if not path.is_file():
        pytest.skip("the answer of the interface is not here")

    with pytest.raises(Refused) as why:
        read(path)

    assert why.value.code == "no_list"
