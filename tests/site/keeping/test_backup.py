"""A backup holds everything the instance owns, of one moment, or is not there at all."""

from __future__ import annotations

import gzip
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from maillage import __version__, ledger
from maillage.accounts.models import Organisation, Person
from maillage.kernel.errors import Conflict, Invalid
from maillage.site.keeping import backup, files, leaving, manifest, restore, snapshot, tables
from maillage.site.models import Backup, last_backup
from tests.doors import ledger_open
from tests.factories import ledger as acts
from tests.site.keeping.conftest import Kept, filled
from tests.site.keeping.harm import files_of_at_most, killed_at, let_files_grow_to
from tests.site.keeping.instances import Empty, Place, at, copied, rows

pytestmark = pytest.mark.usefixtures("anywhere")


def made(out: Path, passphrase: str = "", tell: Callable[[str], object] = len) -> backup.Reading:
    return backup.make(out, passphrase=passphrase, tell=tell)


def lines(folder: Path, table: str) -> list[str]:
    return (
        gzip.decompress((folder / f"tables/{table}.tsv.gz").read_bytes()).decode().split("\n")[:-1]
    )


@pytest.fixture
def here(kept: Kept, tmp_path: Path) -> Iterator[Place]:
    """A copy of the instance, to be spoilt."""
    with at(copied(kept.place, tmp_path / "home")) as place:
        yield place


@pytest.fixture
def small(empty: Empty) -> Iterator[Place]:
    """An instance of one organisation, on the database of the run."""
    with at(empty()) as place:
        Organisation.objects.create(name="Chambre", kind="chamber")
        yield place
    empty.take_back(place)


@pytest.fixture
def apart(empty: Empty) -> Iterator[Place]:
    """Another, whose tables are spoilt."""
    with at(empty()) as place:
        Organisation.objects.create(name="Chambre", kind="chamber")
        yield place


# What is in it


def test_a_backup_says_what_it_holds_and_from_when(kept: Kept) -> None:
    content = json.loads((kept.backup / manifest.NAME).read_text())["content"]

    assert content["product"] == __version__
    assert content["database"] == "sqlite"
    assert content["heads"] == [head._asdict() for head in kept.heads]
    assert content["ledger"]["acts"] == sum(head.seq for head in kept.heads)
    assert content["ledger"]["broken"] == []
    assert content["tables"]["ledger_act"]["rows"] == content["ledger"]["acts"]
    assert "ledger.0002_seal" in content["migrations"]


def test_every_row_of_every_table_is_a_line(kept: Kept) -> None:
    content = restore.Backup(kept.backup, tell=len).content
    with at(kept.place):
        for table in tables.at(content.nodes):
            [(count,)] = rows(table.name, "count(*)")
            assert len(lines(kept.backup, table.name)) == count == content.tables[table.name].rows


def test_lines_are_in_the_order_of_their_rows(kept: Kept) -> None:
    content = restore.Backup(kept.backup, tell=len).content
    rank = content.tables["ledger_act"].columns.index("id")
    numbers = [int(line.split("\t")[rank]) for line in lines(kept.backup, "ledger_act")]

    assert numbers == sorted(numbers)


def test_what_is_told_on_the_way_names_each_table(kept: Kept) -> None:
    told = [line for line in kept.said if line.startswith("ledger_act: ")]

    assert len(told) == 2  # once for the backup, once for the export
    assert len(set(told)) == 1


def test_what_passes_is_not_kept(kept: Kept) -> None:
    found = {path.name.split(".")[0] for path in (kept.backup / "tables").iterdir()}

    assert not found & set(tables.LEFT_OUT)
    assert "register_search" not in found


def test_the_files_of_the_instance_are_kept_but_those_that_say_why(kept: Kept) -> None:
    found = [
        str(path.relative_to(kept.backup / "files"))
        for path in (kept.backup / "files").rglob("*.gz")
    ]

    assert found == ["heads/été 2020.txt.gz"]


def test_the_secret_is_kept_only_where_a_passphrase_closes_it(small: Place, tmp_path: Path) -> None:
    (small.home / files.SECRET).write_text("open sesame")
    (small.home / "note").write_text("a note")

    assert list(made(tmp_path / "open").content.files) == ["note"]
    words = "a passphrase of the tests"
    closed = made(tmp_path / "closed", words)
    assert list(closed.content.files) == ["note", files.SECRET]
    found = restore.Backup(tmp_path / "closed", passphrase=words, tell=len)
    assert b"".join(found.file(files.SECRET)) == b"open sesame"
    assert not [
        p for p in (tmp_path / "closed").rglob("*") if p.is_file() and b"sesame" in p.read_bytes()
    ]


def test_a_backup_tells_how_the_instance_was_set_and_no_secret(
    small: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "maillage@cma.example")
    monkeypatch.setenv("SECRET_KEY", "open sesame")
    monkeypatch.setenv("MAILLAGE_BACKUP_PASSPHRASE", "open sesame too")

    told = made(tmp_path / "out").content.settings
    assert told["DEFAULT_FROM_EMAIL"] == "maillage@cma.example"
    assert "sesame" not in (tmp_path / "out" / manifest.NAME).read_text()


def test_nobody_else_reads_a_backup(kept: Kept) -> None:
    assert {path.stat().st_mode & 0o077 for path in kept.backup.rglob("*.gz")} == {0}


def test_the_same_instance_gives_the_same_files(kept: Kept, here: Place, tmp_path: Path) -> None:
    again = made(tmp_path / "again")
    before = restore.Backup(kept.backup, tell=len).content

    assert again.content.tables == before.tables
    assert {name: (tmp_path / "again" / name).read_bytes() for name in again.written} == {
        name: (kept.backup / name).read_bytes() for name in again.written
    }


def test_a_chain_that_is_broken_is_kept_and_known_to_be(here: Place, tmp_path: Path) -> None:
    act = ledger.Act.objects.unscoped(reason="a test breaks it").order_by("id").first()
    with ledger_open(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_act SET quantity = 99, unit = 'x' WHERE id = %s", [act.pk])

    broken = made(tmp_path / "out").content.ledger["broken"]
    assert [one["what"] for one in broken] == ["edited"]
    assert last_backup().detail == "1 chains of acts do not verify"


# One moment


@contextmanager
def another() -> Iterator[Any]:
    """Another connection to the same database, as another process has."""
    mine, settings = connections["default"], connections["default"].settings_dict
    connections["default"] = other = mine.__class__(settings, "default")
    try:
        yield other
    finally:
        other.close()
        connections["default"] = mine


def test_what_is_written_meanwhile_waits_for_nobody_and_is_not_in_it(
    small: Place, tmp_path: Path
) -> None:
    """The writer commits while the backup is read, halfway through its tables."""

    def write_meanwhile(line: str) -> None:
        if line.startswith("accounts_access:"):
            with another():
                Organisation.objects.create(name="Meanwhile", kind="chamber")
                Person.objects.create_user("meanwhile@cma.example")

    content = made(tmp_path / "out", tell=write_meanwhile).content

    assert content.tables["accounts_organisation"].rows == 1
    assert content.tables["accounts_person"].rows == 0
    assert Organisation.objects.count() == 2


def test_acts_recorded_before_the_ledger_was_verified_do_not_spoil_it(
    small: Place, empty: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = acts.act(acts.PAYMENT)

    def then_look() -> list[str]:
        with another():
            acts.act(acts.PAYMENT, by=recorded.keeper)
        return []

    monkeypatch.setattr(backup.health, "pending_migrations", then_look)
    content = made(tmp_path / "out").content
    monkeypatch.undo()

    assert content.ledger == {"acts": 1, "chains": 1, "broken": []}
    with at(filled(tmp_path / "out", empty())):
        assert [head.seq for head in ledger.heads()] == [1]


def test_the_copy_that_is_read_has_no_name_and_a_forgotten_one_is_swept(here: Place) -> None:
    old, young = (here.home / snapshot.COPY.replace("*", name) for name in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (0, 0))

    with snapshot.taken() as taken:
        assert taken.fetch("SELECT 1") == [(1,)]
        assert list(here.home.glob(snapshot.COPY)) == [young]


def test_a_database_not_yet_migrated_is_kept_as_it_stands(
    apart: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An update is installed before its migrations: the backup before them must still be made."""
    call_command("migrate", "site", "0002", verbosity=0)

    content = made(tmp_path / "out").content

    assert "site.0003_backup" not in content.migrations
    assert content.ledger is None
    assert "could not be noted" in caplog.text


# Where it goes


@pytest.mark.parametrize("make", [made, lambda out: leaving.leave(out, tell=len)])
def test_nothing_is_written_over_what_is_there(
    small: Place, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept")
    for out in (tmp_path / "out", tmp_path / "out" / "mine"):
        with pytest.raises(Conflict, match="not empty"):
            make(out)
    assert (tmp_path / "out" / "mine").read_text() == "kept"

    with pytest.raises(Invalid, match="in the folder of the instance"):
        make(small.home / "backups" / "today")
    assert not (small.home / "backups").exists()


def test_an_empty_folder_will_do(small: Place, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    assert made(tmp_path / "out").content.rows == 1


def test_a_database_that_holds_nothing_is_not_backed_up(empty: Empty, tmp_path: Path) -> None:
    with at(empty(migrated=False)), pytest.raises(Conflict, match="maillage migrate"):
        made(tmp_path / "out")


def test_a_link_is_refused_rather_than_forgotten(small: Place, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (small.home / "letters").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Invalid, match=r"letters is a link.*Put what it leads to"):
        made(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_that_goes_meanwhile_is_gone(
    small: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of a load goes when the load ends, at any moment."""
    (small.home / "stays").write_text("here")
    monkeypatch.setattr(files, "kept", lambda **_: iter(["went", "stays"]))

    assert list(made(tmp_path / "out").content.files) == ["stays"]


# What goes wrong


def test_a_full_disk_leaves_nothing_and_says_so(small: Place, tmp_path: Path) -> None:
    """On SQLite there is no room for the copy already; on PostgreSQL, for the first file."""
    (tmp_path / "out").mkdir()
    with files_of_at_most(16), pytest.raises(Conflict, match="Make room"):
        made(tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []
    assert not list(small.home.glob(snapshot.COPY))
    assert made(tmp_path / "out").content.rows == 1


@pytest.mark.parametrize("make", [made, lambda out, tell: leaving.leave(out, tell=tell)])
def test_a_disk_that_fills_halfway_leaves_nothing(
    here: Place, tmp_path: Path, make: Callable[..., object]
) -> None:
    def fill(line: str) -> None:
        if line.startswith("conventions_"):
            let_files_grow_to(16)

    with files_of_at_most(1 << 30), pytest.raises(Conflict, match="could not be written"):
        make(tmp_path / "out", tell=fill)
    assert not (tmp_path / "out").exists()


def test_a_backup_that_is_killed_is_none(kept: Kept, here: Place, tmp_path: Path) -> None:
    out, before = tmp_path / "out", last_backup()
    connections["default"].close()
    killed_at("ledger_act:", lambda tell: made(out, tell=tell))

    assert (out / "tables" / "ledger_act.tsv.gz").exists()
    with pytest.raises(Invalid, match="never finished"):
        restore.Backup(out, tell=len)
    with pytest.raises(Conflict, match="not empty"):
        made(out)
    assert Backup.objects.filter(outcome="running").count() == 1
    assert last_backup() == before is not None


def test_a_value_that_cannot_be_said_is_told_with_its_table(here: Place, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_vintage SET loaded_at = 'yesterday'")

    with pytest.raises(Invalid, match="places_vintage: “yesterday” is not an instant"):
        made(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bytes_that_are_no_text_are_told(here: Place, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_commune SET name = CAST(x'ff' AS TEXT)")

    with pytest.raises(Conflict, match="could not be read"):
        made(tmp_path / "out")


def test_a_database_away_is_said(
    small: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(backup, "_described", away)
    with pytest.raises(Conflict, match="could not be read: server closed"):
        made(tmp_path / "out")
    assert not (tmp_path / "out").exists()


# What is noted of it


def test_each_backup_is_noted_with_its_outcome(small: Place, tmp_path: Path) -> None:
    assert last_backup() is None
    written = made(tmp_path / "out")
    with pytest.raises(Conflict):
        made(tmp_path / "out")

    failed, done = Backup.objects.all()
    assert (done.outcome, done.rows, done.bytes) == ("done", 1, written.bytes)
    assert done.folder == str(tmp_path / "out")
    assert done.began_at <= done.ended_at
    assert not done.closed
    assert failed.outcome == "failed"
    assert "not empty" in failed.detail
    assert last_backup() == done
    assert str(done).startswith("done 20")


def test_a_backup_is_made_even_where_nothing_can_be_noted(
    apart: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE site_backup")
    caplog.set_level(logging.WARNING)

    assert made(tmp_path / "out").content.rows == 1
    assert "The outcome of the backup could not be noted" in caplog.text


def test_a_backup_of_a_restored_instance_is_that_of_the_first(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    """Whichever database it went through: from SQLite here, and from PostgreSQL when it runs there."""
    place = filled(kept.backup, empty())
    with at(place):
        again = made(tmp_path / "again")
    first = restore.Backup(kept.backup, tell=len)

    assert again.content.tables == first.content.tables
    assert again.content.heads == first.content.heads
    assert again.content.ledger == first.content.ledger
    assert again.written == first._manifest.files
    if place.url:  # and back
        with at(filled(tmp_path / "again", Place(tmp_path / "back"))):
            assert made(tmp_path / "third").written == again.written
