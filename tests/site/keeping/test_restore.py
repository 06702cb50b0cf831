"""A restored instance is the one that was kept, and one that is not restored is left as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection, connections, transaction

from maillage import ledger, register
from maillage.accounts.actors import System
from maillage.accounts.models import Access, Organisation
from maillage.figures.models import Publication
from maillage.kernel.errors import Conflict, Invalid
from maillage.places.models import Outline
from maillage.register import erasing
from maillage.register.models import Erasure, LegalUnit, Load
from maillage.site import health, instance, server
from maillage.site.keeping import backup, files, restore, tables
from maillage.site.models import Instance
from tests.site.keeping.conftest import Kept, filled
from tests.site.keeping.harm import files_of_at_most, killed_at
from tests.site.keeping.instances import Empty, Place, at, copied, rows, told
from tests.site.keeping.spoilt import NUMBERS, TEXTS
from tests.site.keeping.test_altered import forged, put

pytestmark = pytest.mark.usefixtures("anywhere")


@pytest.fixture(scope="module")
def restored(kept: Kept, empty: Empty, django_db_blocker: Any) -> Place:
    """The instance that was kept, put back on the database of the run; tests read it only."""
    with django_db_blocker.unblock():
        return filled(kept.backup, empty())


@pytest.fixture
def there(restored: Place) -> Iterator[Place]:
    with at(restored):
        yield restored


def put_back(folder: Path, tell: Callable[[str], object] = len) -> None:
    restore.put_back(restore.Backup(folder, tell=len), tell=tell)


def refused(folder: Path, said: str, fault: type[Exception] = Invalid) -> None:
    """It is refused, and the instance is as empty as it was."""
    with pytest.raises(fault, match=said):
        put_back(folder)
    assert_empty()


def assert_empty() -> None:
    assert not [t.name for t in tables.of(apps) if rows(t.name, where="LIMIT 1")]
    assert files.unfinished() is None
    assert list(files.kept(with_secret=False)) == []


# The same


def test_every_figure_is_the_same(there: Place, figured: dict[str, Any]) -> None:
    found = told()

    assert found == figured
    assert any(value for _by, value, *_ in found["mel-cma-2019"])


def test_every_chain_ends_as_it_did_and_verifies(there: Place, kept: Kept) -> None:
    verdict = ledger.verify(kept.heads)

    assert ledger.heads() == kept.heads
    assert verdict.is_valid
    assert verdict.acts == sum(head.seq for head in kept.heads)


def test_everything_written_once_is_sealed_again(there: Place) -> None:
    health.assert_sealed()
    for change in (
        "UPDATE ledger_act SET quantity = 1",
        "DELETE FROM figures_publication",
        "UPDATE accounts_access SET why = ''",
        "UPDATE conventions_version SET amount_cents = 1 WHERE recorded_at IS NOT NULL",
    ):
        with pytest.raises(Exception, match=r"never|append-only"), connection.cursor() as cursor:
            cursor.execute(change)


def test_what_was_published_still_is(there: Place) -> None:
    assert Publication.objects.get().figures.exists()


def test_values_that_could_spoil_are_as_they_were(there: Place) -> None:
    units = LegalUnit.objects.filter(siren=None).order_by("id")

    assert [unit.name for unit in units if not unit.provisional][-len(TEXTS) :] == list(TEXTS)
    numbers = {place.lon for unit in units for place in unit.establishments.all()}
    assert set(NUMBERS) <= numbers
    assert bytes(Outline.objects.get(code="99001").exact) == bytes(range(256))
    documents = [load.counts for load in Load.objects.filter(state="failed")]
    assert {"nested": [[], {}, [{"z": 0, "y": {"k" * 40: "v"}}]]} in documents


def test_firms_are_found_by_their_names_again(there: Place) -> None:
    name = LegalUnit.objects.exclude(siren=None).exclude(name="").order_by("id")[0].name

    assert register.search(name, actor=System("a test"))


def test_a_demonstration_keeps_its_time(there: Place, kept: Kept) -> None:
    assert Instance.objects.count() == 1
    assert instance.shift() is not None


def test_what_was_left_out_is_empty_or_made_again(there: Place) -> None:
    for table in ("site_pulse", "django_session", "accounts_bucket", "site_backup"):
        assert rows(table) == []
    assert rows("django_content_type")


def test_files_come_back_for_their_owner_only(there: Place) -> None:
    path = there.home / "heads" / "été 2020.txt"

    assert path.read_text(encoding="utf-8") == "# maillage heads\n"
    assert path.stat().st_mode & 0o077 == 0
    assert not (there.home / "static").exists()
    assert not (there.home / "secret_key").exists()


def test_a_number_that_was_given_is_not_given_again(there: Place) -> None:
    """A journal still names it: its row is gone, and another must not be taken for it."""
    gone = Access.objects.unscoped(reason="a test reads the journal").get(
        resource="visit", why="\t"
    )
    last = Organisation.objects.order_by("id").last()

    assert gone.organisation_id > last.pk
    with transaction.atomic():
        made = Organisation.objects.create(name="After", kind="chamber")
        assert made.pk > gone.organisation_id
        transaction.set_rollback(True)


def test_indexes_and_foreign_keys_are_those_of_an_instance_never_restored(
    there: Place, empty: Empty
) -> None:
    here = laid()
    with at(empty()):
        assert laid() == here
    assert len(here) > 100


def laid() -> set[tuple[Any, ...]]:
    if connection.vendor == "sqlite":
        return set(rows("sqlite_master", "type, name, sql", "WHERE name NOT LIKE 'sqlite%'"))
    found = rows("pg_indexes", "indexname, indexdef", "WHERE schemaname = 'public'")
    keys = rows(
        "pg_constraint", "conname, pg_get_constraintdef(oid)", "WHERE contype IN ('f','c','u')"
    )
    triggers = rows("pg_trigger", "tgname, tgenabled::text", "WHERE NOT tgisinternal")
    return {*found, *keys, *triggers}


def test_a_closed_backup_brings_the_secret_of_the_instance(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    words = "a passphrase of the tests"
    with at(kept.place):
        backup.make(tmp_path / "closed", passphrase=words, tell=len)
    place = empty()
    place.home.mkdir(exist_ok=True)
    (place.home / files.SECRET).write_text("made at the first start")

    filled(tmp_path / "closed", place, passphrase=words)
    assert (place.home / files.SECRET).read_text() == "the secret of the instance"


def test_a_broken_chain_is_restored_as_it_was_kept(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    """Nothing is lost because somebody touched it: it is put back, and said to be broken as before."""
    with at(copied(kept.place, tmp_path / "home")):
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER ledger_act_no_delete")
            cursor.execute("DELETE FROM ledger_act WHERE id = (SELECT max(id) FROM ledger_act)")
        known = backup.make(tmp_path / "broken", passphrase="", tell=len).content.ledger
    assert [one["what"] for one in known["broken"]] == ["cut"]

    with at(filled(tmp_path / "broken", empty())):
        assert [one.what for one in ledger.verify().broken] == ["cut"]


# Refused


@pytest.fixture
def bare(empty: Empty) -> Iterator[Place]:
    """A migrated and empty instance."""
    with at(empty()) as place:
        yield place
    empty.take_back(place)


@pytest.fixture
def copy(kept: Kept, tmp_path: Path) -> Path:
    return shutil.copytree(kept.backup, tmp_path / "copy")


def test_nothing_is_restored_over_what_is_there(kept: Kept, bare: Place) -> None:
    Organisation.objects.create(name="Chambre", kind="chamber")

    with pytest.raises(Conflict, match=r"accounts_organisation holds rows.*Give an empty one"):
        put_back(kept.backup)
    assert Organisation.objects.count() == 1
    assert ledger.heads() == []


def test_a_database_prepared_for_another_version_is_refused(copy: Path, bare: Place) -> None:
    def earlier(document: dict[str, Any]) -> None:
        document["content"]["migrations"].remove("site.0003_backup")

    refused(forged(copy, earlier), "do not migrate it first", Conflict)


def test_heads_that_are_not_those_of_the_acts_are_refused(copy: Path, bare: Place) -> None:
    def shorter(document: dict[str, Any]) -> None:
        document["content"]["heads"].pop()

    refused(forged(copy, shorter), "heads of the ledger are not those")


def test_a_ledger_that_verifies_otherwise_is_refused(copy: Path, bare: Place) -> None:
    refused(
        forged(copy, lambda d: put(d, "content", "ledger", "acts", to=1)),
        "does not verify as it did",
    )


def replaced(folder: Path, table: str, change: Callable[[bytes], bytes]) -> Path:
    """A backup whose table says something else, and whose sums are right."""
    found = restore.Backup(folder, tell=len)
    [of] = [one for one in found.tables if one.name == table]
    content = change(b"".join(found.lines(of)))
    name = f"tables/{table}.tsv.gz"
    (folder / name).unlink()
    tally = backup.Tally()
    stored = backup.members.write(folder / name, backup.members.pressed(tally.over([content])))

    def told(document: dict[str, Any]) -> None:
        document["files"][name] = {"bytes": stored.bytes, "sha256": stored.sha256}
        sum_ = tally.sum()
        kept_as = {"bytes": sum_.bytes, "sha256": sum_.sha256}
        put(document, "content", "tables", table, "content", to=kept_as)

    return forged(folder, told)


WRONG: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a foreign key that leads nowhere": ("register_establishment", lambda _: b""),
    "the same row twice": ("accounts_organisation", lambda b: b + b),
    "a value of another kind": ("ledger_act", lambda b: b.replace(b"2019-", b"someday-")),
    "a row against its constraint": ("site_instance", lambda b: b"7" + b[1:]),
    "an act edited": (
        "ledger_act",
        lambda b: b.replace(b"outreach.visit_done", b"outreach.call_done", 1),
    ),
}


@pytest.mark.parametrize(("table", "change"), WRONG.values(), ids=WRONG)
def test_rows_that_do_not_hold_together_are_refused(
    copy: Path, bare: Place, table: str, change: Callable[[bytes], bytes]
) -> None:
    """Whoever can write the sums can write the rows: the database and the chains have the last word."""
    refused(replaced(copy, table, change), r"refuses what was kept|verify|are not those")


def test_another_file_of_the_same_name_is_not_written_over(kept: Kept, bare: Place) -> None:
    path = bare.home / "heads" / "été 2020.txt"
    path.parent.mkdir()
    path.write_text("another")

    with pytest.raises(Conflict, match=r"is there already.*Move it away"):
        put_back(kept.backup)
    assert path.read_text() == "another"
    assert rows("accounts_organisation") == []


def test_a_file_that_cannot_be_written_takes_everything_back(kept: Kept, bare: Place) -> None:
    (bare.home / "heads").write_text("where a folder should be")

    with pytest.raises(Conflict, match="could not be written"):
        put_back(kept.backup)
    assert rows("accounts_organisation") == []


def test_a_full_disk_leaves_the_instance_empty(kept: Kept, bare: Place) -> None:
    """Of the database where it is a file; elsewhere, of the folder of the instance."""
    size = 200_000 if connection.vendor == "sqlite" else 8
    with files_of_at_most(size), pytest.raises((Invalid, Conflict), match=r"disk|written"):
        put_back(kept.backup)

    assert_empty()
    put_back(kept.backup)
    assert ledger.heads() == kept.heads


def test_a_file_already_put_back_by_a_killed_restore_is_taken_as_it_is(
    kept: Kept, bare: Place
) -> None:
    (bare.home / "heads").mkdir()
    (bare.home / "heads" / "été 2020.txt").write_text("# maillage heads\n", encoding="utf-8")

    put_back(kept.backup)
    assert ledger.heads() == kept.heads


# Killed


def in_the_files(folder: Path) -> Callable[[Callable[[str], None]], None]:
    """A restore that tells when its files are written, just before everything is committed."""

    def work(tell: Callable[[str], None]) -> None:
        write = files.put_back
        files.put_back = lambda *how: (write(*how), tell("files are there"))
        put_back(folder)

    return work


MOMENTS: dict[str, tuple[str, Callable[[Path], Callable[[Callable[[str], None]], None]]]] = {
    "in the middle of the rows": (
        "ledger_act:",
        lambda folder: lambda tell: put_back(folder, tell),
    ),
    "after the last row": ("site_instance:", lambda folder: lambda tell: put_back(folder, tell)),
    "after the files": ("files are there", in_the_files),
}


@pytest.mark.parametrize(("word", "work"), MOMENTS.values(), ids=MOMENTS)
def test_a_restore_that_is_killed_leaves_an_empty_instance_that_is_not_served(
    kept: Kept, bare: Place, word: str, work: Callable[[Path], Callable[..., None]]
) -> None:
    connections["default"].close()
    killed_at(word, work(kept.backup))

    assert rows("accounts_organisation") == []
    assert json.loads((bare.home / files.NOTE).read_text())["from"] == str(kept.backup)
    with pytest.raises(CommandError, match=r"has not ended; nothing of it.*\n.*run it again"):
        server.refuse_unready()
    status, body = health.report()
    assert (status, list(body)) == (503, ["status", "version", "restore"])

    put_back(kept.backup)
    assert ledger.heads() == kept.heads
    assert server.refuse_unready() is None


def test_a_restore_under_way_is_not_served(kept: Kept, bare: Place) -> None:
    seen: list[str | None] = []
    put_back(kept.backup, lambda _: seen.append(files.unfinished()))

    assert "has not ended" in str(seen[0])
    assert files.unfinished() is None


# Who was erased since the backup


def test_who_was_erased_after_the_backup_is_forgotten_again(
    kept: Kept, empty: Empty, figured: dict[str, Any], tmp_path: Path
) -> None:
    with at(kept.place):
        unit = LegalUnit.objects.exclude(siren=None).filter(diffusion="O").first()
        assert unit is not None
        salt = "a salt of the test"
        digest = erasing._digest(salt, str(unit.siren))
    line = {"unit": str(unit.key), "digest": digest, "salt": salt, "at": "2020-06-30T10:00:00+00:00", "reason": "Asked"}  # fmt: skip
    (tmp_path / "list.jsonl").write_text(json.dumps(line) + "\n")
    place, said = empty(), list[str]()
    with at(place):
        there = restore.Backup(kept.backup, tell=len)
        restore.put_back(there, tell=said.append, erasures=tmp_path / "list.jsonl")
        again = LegalUnit.objects.get(key=unit.key)
        assert again.is_erased
        assert (again.name, again.siren) == ("", None)
        assert (place.home / erasing.FILE).exists()
        assert told() == figured
        server.refuse_unready()  # nothing left to forget
        assert Erasure.objects.count() == 1
    assert "1 firms erased since were forgotten again" in said[-1]
    empty.take_back(place)


def test_a_restore_killed_before_it_forgot_is_made_good_when_the_instance_is_served(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    place = empty()
    with at(place):
        restore.put_back(restore.Backup(kept.backup, tell=len), tell=len)
        unit = LegalUnit.objects.exclude(siren=None).filter(diffusion="O").first()
        assert unit is not None
        line = {"unit": str(unit.key), "digest": "", "salt": "", "at": "2020-06-30T10:00:00+00:00", "reason": "Asked"}  # fmt: skip
        (place.home / erasing.FILE).write_text(json.dumps(line) + "\n")
        server.refuse_unready()
        assert LegalUnit.objects.get(key=unit.key).is_erased
    empty.take_back(place)


def test_a_list_that_is_none_stops_a_restore_before_it_begins(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    (tmp_path / "list.jsonl").write_text("nothing of the kind")
    place = empty()
    with at(place):
        with pytest.raises(Invalid, match="no list of erasures"):
            restore.put_back(
                restore.Backup(kept.backup, tell=len), tell=len, erasures=tmp_path / "list.jsonl"
            )
        assert_empty()
    empty.take_back(place)
