"""Whoever leaves takes everything, in files that say what they hold, and finds the same figures elsewhere."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from pyarrow import parquet

from maillage import ledger
from maillage.accounts.models import Person
from maillage.register.segments import CRAFT_RM
from maillage.site.keeping import leaving, restore, tables, values
from maillage.site.keeping.tables import Column, Table
from tests.site.keeping.conftest import Kept
from tests.site.keeping.instances import Empty, Place, at, rows, told
from tests.site.keeping.spoilt import DOCUMENTS, LOADS, NUMBERS, TEXTS

pytestmark = pytest.mark.usefixtures("anywhere")


@pytest.fixture(scope="module")
def described(kept: Kept) -> dict[str, Any]:
    return json.loads((kept.export / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def imported(kept: Kept, empty: Empty, django_db_blocker: Any) -> Place:
    """The instance read back from the CSV files, on the database of the run; tests read it only."""
    with django_db_blocker.unblock(), at(empty()) as place:
        restore.put_back(leaving.Export(kept.export, tell=len), tell=len)
    return place


@pytest.fixture
def there(imported: Place) -> Iterator[Place]:
    with at(imported):
        yield imported


def cells(kept: Kept, table: str) -> list[dict[str, str]]:
    with (kept.export / f"csv/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(kept: Kept, table: str) -> dict[str, list[Any]]:
    """A table as its Parquet file holds it."""
    return parquet.read_table(kept.export / f"parquet/{table}.parquet").to_pydict()


# T77: the way back


def test_every_figure_and_every_head_is_the_same(
    there: Place, kept: Kept, figured: dict[str, Any]
) -> None:
    assert told() == figured
    assert ledger.heads() == kept.heads
    assert ledger.verify(kept.heads).is_valid


def test_leaving_again_gives_the_same_files(there: Place, kept: Kept, tmp_path: Path) -> None:
    again = leaving.leave(tmp_path / "again", tell=len)
    before = restore.manifest.read(kept.export, restore.manifest.EXPORT)
    first = before.opened(None)

    assert again.content.tables == first.tables
    assert again.content.files == first.files
    named = {name for name in again.written if name != "datapackage.json"}
    assert {name: again.written[name] for name in named} == {n: before.files[n] for n in named}


def test_people_come_back_without_their_passwords(there: Place, kept: Kept) -> None:
    people = Person.objects.all()

    assert people
    assert not any(person.has_usable_password() for person in people)
    assert not [p for p in kept.export.rglob("*") if p.is_file() and b"argon2" in p.read_bytes()]
    with at(kept.place):
        assert any(person.has_usable_password() for person in Person.objects.all())


def test_a_table_says_the_same_in_an_export_and_in_a_backup(kept: Kept) -> None:
    backup = restore.Backup(kept.backup, tell=len).content.tables
    export = leaving.Export(kept.export, tell=len).content.tables

    assert {name for name in backup if backup[name] != export[name]} == {"accounts_person"}


# CSV


def test_texts_that_could_spoil_a_cell_are_whole(kept: Kept) -> None:
    names = [row["name"] for row in cells(kept, "register_legalunit")]

    assert names[-len(TEXTS) :] == list(TEXTS)


def table(form: str, *, null: bool) -> Table:
    return Table("t", "c", (Column("c", form, null),), "tests.t")


CELLS = [
    ("text", True, None, "\\N"),
    ("text", True, "", ""),
    ("text", True, "\\N", "\\\\N"),
    ("text", True, "\\", "\\\\"),
    ("text", False, "\\N", "\\N"),
    ("text", False, "", ""),
    ("integer", True, None, ""),
    ("boolean", True, None, ""),
    ("json", True, '{"a":"\\n"}', '{"a": "\\n"}'),
    ("binary", False, b"\x0a", "\\x0a"),
    ("text", False, "=1+1", "=1+1"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "null", "value", "cell"), CELLS)
def test_a_cell_says_what_the_value_is_and_reads_back(
    tmp_path: Path, form: str, null: bool, value: object, cell: str
) -> None:
    of = table(form, null=null)
    lines = b"".join(values.lines(of, [[(value,)]]))
    path = tmp_path / "t.csv"
    path.write_bytes(b"".join(leaving._as_csv(of, values.cells([lines]))))

    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["c"], [cell]]
    assert b"".join(leaving._from_csv(of, path)) == lines


def test_a_table_of_more_than_a_batch_reads_back_whole(tmp_path: Path) -> None:
    of = table("text", null=True)
    given = [(None if n % 3 == 0 else f"{n}\r\n",) for n in range(2_501)]
    lines = b"".join(values.lines(of, [given]))
    path = tmp_path / "t.csv"
    path.write_bytes(b"".join(leaving._as_csv(of, values.cells([lines]))))

    assert b"".join(leaving._from_csv(of, path)) == lines


# Parquet


def test_parquet_holds_as_many_rows_of_every_table(kept: Kept) -> None:
    content = leaving.Export(kept.export, tell=len).content
    for name, table in content.tables.items():
        found = parquet.read_metadata(kept.export / f"parquet/{name}.parquet")
        assert found.num_rows == table.rows


def test_parquet_has_the_types_of_the_values(kept: Kept) -> None:
    found = parquet.read_schema(kept.export / "parquet/ledger_act.parquet")
    types = {field.name: str(field.type) for field in found}

    assert types["id"] == types["segments"] == "int64"
    assert types["occurred_on"] == "date32[day]"
    assert types["recorded_at"] == "timestamp[us, tz=UTC]"
    assert types["in_qpv"] == "bool"
    assert types["kind"] == types["key"] == "string"
    assert found.field("once").nullable
    assert not found.field("kind").nullable


def test_parquet_holds_the_values_themselves(kept: Kept) -> None:
    assert columns(kept, "register_legalunit")["name"][-len(TEXTS) :] == list(TEXTS)
    assert set(NUMBERS) <= set(columns(kept, "register_establishment")["lon"])
    outlines = columns(kept, "places_outline")
    exact = dict(zip(outlines["code"], outlines["exact"], strict=True))
    assert (exact["99000"], exact["99001"]) == (b"", bytes(range(256)))
    loads = columns(kept, LOADS)
    documents = [json.loads(text) for text in loads["counts"][-len(DOCUMENTS) :]]
    assert documents == list(DOCUMENTS)
    assert loads["staged_at"][-1] == datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)


def test_parquet_says_nothing_where_nothing_is_known(kept: Kept) -> None:
    units = columns(kept, "register_legalunit")
    with at(kept.place):
        found = rows("register_legalunit", "siren, created_on", "ORDER BY id")

    assert units["siren"] == [siren for siren, _ in found]
    assert units["created_on"] == [day for _, day in found]
    assert None in units["siren"]
    assert "" not in units["siren"]


def test_parquet_alone_gives_a_figure(kept: Kept, figured: dict[str, Any]) -> None:
    """Whoever left counts prospected firms with any engine: visits and calls done, not reversed."""
    acts = columns(kept, "ledger_act")
    names = ("id", "kind", "reverses_id", "segments", "legal_unit_id")
    reversed_ = set(acts["reverses_id"])
    firms = {
        firm
        for id_, kind, reverses, segments, firm in zip(*map(acts.get, names), strict=True)
        if kind in ("outreach.visit_done", "outreach.call_done")
        and reverses is None and id_ not in reversed_ and segments & CRAFT_RM.mask
    }  # fmt: skip

    [[_by, value, *_]] = figured["outreach.firms_prospected@1"]
    assert len(firms) == value > 0


def test_a_table_of_more_than_a_group_is_whole(tmp_path: Path) -> None:
    of, number = table("integer", null=True), leaving._GROUP + 1
    batches = ([[str(n)] for n in range(at_, at_ + 1_000)] for at_ in range(0, number, 1_000))
    for _batch in leaving._Parquet(tmp_path / "t.parquet", of).over(batches):
        pass

    found = parquet.ParquetFile(tmp_path / "t.parquet")
    assert found.read().to_pydict()["c"] == list(range(21_000))
    assert found.num_row_groups == 2


# The schema


def test_the_schema_describes_every_table_in_both_forms(
    kept: Kept, described: dict[str, Any]
) -> None:
    names = {resource["name"] for resource in described["resources"]}

    assert names == {f"{t.name}.{kind}" for t in tables.of(apps) for kind in ("csv", "parquet")}
    for resource in described["resources"]:
        assert (kept.export / resource["path"]).stat().st_size == resource["bytes"]
        assert resource["hash"].startswith("sha256:")
        assert resource["title"]
        assert resource["description"]


def test_the_schema_says_what_each_column_is_and_means(described: dict[str, Any]) -> None:
    [acts] = [r for r in described["resources"] if r["name"] == "ledger_act.csv"]
    fields = {field["name"]: field for field in acts["schema"]["fields"]}

    assert list(fields) == list(cells_of(acts))
    assert fields["recorded_at"]["type"] == "datetime"
    assert fields["in_qpv"]["trueValues"] == ["t"]
    assert fields["once"]["missingValues"] == ["\\N"]
    assert fields["quantity"]["missingValues"] == [""]
    assert fields["theme"]["missingValues"] == []
    assert fields["key"]["constraints"] == {"required": True}
    assert fields["occurred_on"]["title"] == "jour"
    assert "What a partner really did" in acts["description"]
    assert acts["schema"]["primaryKey"] == "id"
    keeper = {"resource": "accounts_organisation.csv", "fields": "id"}
    assert {"fields": "keeper_id", "reference": keeper} in acts["schema"]["foreignKeys"]


def cells_of(resource: dict[str, Any]) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def test_the_choices_of_a_column_are_spelled_out(described: dict[str, Any]) -> None:
    [people] = [r for r in described["resources"] if r["name"] == "accounts_membership.csv"]
    [role] = [f for f in people["schema"]["fields"] if f["name"] == "role"]

    assert "adviser: " in role["description"]


def test_cells_are_what_the_schema_says(kept: Kept, described: dict[str, Any]) -> None:
    """A reader that knows the schema only reads every cell of every table."""
    read = {"integer": int, "number": float, "date": date.fromisoformat, "string": str}
    for resource in described["resources"]:
        if resource["format"] == "csv":
            for row in cells(kept, resource["name"].removesuffix(".csv")):
                for field in resource["schema"]["fields"]:
                    cell = row[field["name"]]
                    if cell not in field["missingValues"] and field["type"] in read:
                        read[field["type"]](cell)
                    assert cell in ("t", "f", "") or field["type"] != "boolean"
                    if field["constraints"]["required"]:
                        assert cell not in field["missingValues"]


def test_a_table_that_the_models_have_no_more_is_still_described() -> None:
    gone = Table("gone_table", "id", (Column("id", "integer", null=False),), "gone.table")
    options, about = leaving.schema._model(gone)

    assert (options, about) == (None, "")
    assert leaving.schema._field(gone.columns[0], None)["type"] == "integer"


# Loaded by nobody else


def test_what_writes_parquet_is_loaded_by_that_command_only() -> None:
    program = (
        "import django, sys; django.setup(); import maillage.site.wsgi, maillage.site.keeping.leaving;"
        "print([n for n in ('duckdb', 'pyarrow', 'pandas') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
