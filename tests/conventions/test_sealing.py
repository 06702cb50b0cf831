"""The database itself refuses to change what a signed text says, whatever asks it."""

# ruff: noqa: S608 -- names of our own tables
from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from maillage.conventions import sealing
from maillage.conventions.models import Convention, Version
from tests.doors import signed_texts_open
from tests.factories import conventions as make
from tests.factories.accounts import organisation
from tests.ledger.tampering import postgresql, run, sqlite

pytestmark = pytest.mark.django_db
TRIGGERS = (
    list(sealing._sqlite_statements())
    if connection.vendor == "sqlite"
    else list(sealing._postgresql_triggers())
)


@pytest.fixture
def signed() -> Convention:
    """A signed text beside a draft that says as much."""
    make.convention_of(organisation("epci"), slug="draft", signed=False)
    return make.loaded()


def ids(slug: str, table: str) -> str:
    """The rows of a convention's text in one table, as SQL."""
    version = (
        "SELECT v.id FROM conventions_version v JOIN conventions_convention c"
        f" ON c.id = v.convention_id WHERE c.slug = '{slug}'"
    )
    if table == sealing.VERSION:
        return version
    if table == sealing.PARTNERS:
        actions = f"SELECT id FROM conventions_action WHERE version_id IN ({version})"
        return f"SELECT id FROM {table} WHERE action_id IN ({actions})"
    return f"SELECT id FROM {table} WHERE version_id IN ({version})"


def column(table: str) -> str:
    return "organisation_id" if table == sealing.PARTNERS else "doubt"


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="signed text never changes"), transaction.atomic():
        run(statement)


@pytest.mark.parametrize("table", sealing.TABLES)
def test_no_row_of_a_signed_text_is_updated(signed: Convention, table: str) -> None:
    assert run(ids("test-2019", table))
    change = f"UPDATE {table} SET {column(table)} = {column(table)} WHERE id IN"
    refused(f"{change} ({ids('test-2019', table)})")
    run(f"{change} ({ids('draft', table)})")


@pytest.mark.parametrize("table", sealing.TABLES)
def test_no_row_of_a_signed_text_is_deleted(signed: Convention, table: str) -> None:
    refused(f"DELETE FROM {table} WHERE id IN ({ids('test-2019', table)})")


@pytest.mark.parametrize("table", [*sealing.LINES, sealing.PARTNERS])
def test_no_row_of_a_draft_slips_into_a_signed_text(signed: Convention, table: str) -> None:
    """Moving a line is an update whose new version is the signed one."""
    place, holder = (
        ("action_id", "conventions_action")
        if table == sealing.PARTNERS
        else ("version_id", sealing.VERSION)
    )
    into = ids("test-2019", holder)
    refused(f"UPDATE {table} SET {place} = ({into}) WHERE id IN ({ids('draft', table)})")


@pytest.mark.parametrize("table", [*sealing.LINES, sealing.PARTNERS])
def test_no_row_is_inserted_into_a_signed_text(signed: Convention, table: str) -> None:
    found = connection.introspection.get_table_description(connection.cursor(), table)
    names = [c.name for c in found if c.name != "id"]
    place, holder = (
        ("action_id", "conventions_action")
        if table == sealing.PARTNERS
        else ("version_id", sealing.VERSION)
    )
    values = {place: f"({ids('test-2019', holder)})"}
    picked = ", ".join(values.get(name, name) for name in names)
    refused(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {picked} FROM {table}"
        f" WHERE id IN ({ids('draft', table)})"
    )


def test_a_signed_text_is_not_made_a_draft_again(signed: Convention) -> None:
    refused("UPDATE conventions_version SET recorded_at = NULL WHERE recorded_at IS NOT NULL")


def test_signing_is_the_one_change_that_leads_out_of_a_draft(signed: Convention) -> None:
    at = "(SELECT max(recorded_at) FROM conventions_version)"
    run(
        f"UPDATE conventions_version SET recorded_at = {at} WHERE id IN ({ids('draft', sealing.VERSION)})"
    )
    refused(f"DELETE FROM conventions_target WHERE id IN ({ids('draft', 'conventions_target')})")


def test_a_draft_is_struck_out_whole(signed: Convention) -> None:
    Version.objects.get(convention__slug="draft").delete()
    assert list(Version.objects.values_list("convention__slug", flat=True)) == ["test-2019"]


def test_a_convention_with_a_signed_text_is_not_deleted_in_passing(signed: Convention) -> None:
    with pytest.raises(IntegrityError, match="signed text"), transaction.atomic():
        signed.delete()


@sqlite
def test_a_replacement_over_a_signed_line_is_refused(signed: Convention) -> None:
    refused("INSERT OR REPLACE INTO conventions_axis SELECT * FROM conventions_axis")
    refused("INSERT OR REPLACE INTO conventions_version SELECT * FROM conventions_version")


@postgresql
@pytest.mark.parametrize("table", sealing.TABLES)
def test_the_tables_are_not_emptied(signed: Convention, table: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    refused(f"TRUNCATE {table} CASCADE")


@postgresql
def test_the_seal_holds_in_a_session_that_plays_a_replica(signed: Convention) -> None:
    run("SET session_replication_role = replica")
    try:
        refused("DELETE FROM conventions_axis WHERE doubt = ''")
    finally:
        run("SET session_replication_role = origin")


def test_the_tests_door_opens_and_closes(signed: Convention) -> None:
    with signed_texts_open():
        run("UPDATE conventions_version SET words = 'changed'")
    assert set(Version.objects.values_list("words", flat=True)) == {"changed"}
    sealing.assert_sealed()
    refused("UPDATE conventions_version SET words = 'again' WHERE recorded_at IS NOT NULL")


@pytest.mark.parametrize("rank", [0, -1])
def test_a_missing_trigger_is_named(rank: int) -> None:
    name = TRIGGERS[rank]
    table = "" if connection.vendor == "sqlite" else sealing._postgresql_triggers()[name][0]
    run(f"DROP TRIGGER {name}" + (f" ON {table}" if table else ""))
    with pytest.raises(sealing.SealBroken, match=name):
        sealing.assert_sealed()


def test_a_trigger_that_does_something_else_is_named() -> None:
    if connection.vendor == "sqlite":
        name = "conventions_axis_sealed_update"
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON conventions_axis BEGIN SELECT 1; END")
    else:
        name = "conventions_axis_sealed"
        run(f"ALTER TABLE conventions_axis DISABLE TRIGGER {name}")
    with pytest.raises(sealing.SealBroken, match=name):
        sealing.assert_sealed()


def test_the_seal_is_laid_again_after_every_migrate() -> None:
    sealing.lift()
    with pytest.raises(sealing.SealBroken):
        sealing.assert_sealed()
    sealing.seal_after_migrate()
    sealing.assert_sealed()


@sqlite
def test_sqlite_can_rebuild_the_tables_of_texts_once_the_seal_is_lifted(
    signed: Convention,
) -> None:
    """With the seal on, renaming the rebuilt table fails: another table's trigger reads it."""
    sealing.lift_before_migrate()
    run("CREATE TABLE rebuilt AS SELECT * FROM conventions_version")
    run("ALTER TABLE rebuilt RENAME TO rebuilt_again")
    assert run("SELECT count(*) FROM rebuilt_again") == [(2,)]
    assert not [
        1
        for (n,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        if n.startswith("conventions_")
    ]
    sealing.seal_after_migrate()


def test_nothing_is_sealed_before_the_tables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "TABLES", ("conventions_of_another_age",))
    monkeypatch.setattr(sealing, "seal", lambda _using: pytest.fail("sealed too early"))
    sealing.seal_after_migrate()


@pytest.mark.django_db(transaction=True)
def test_migrate_leaves_the_texts_sealed() -> None:
    sealing.lift()
    call_command("migrate", "conventions", verbosity=0)
    sealing.assert_sealed()


def test_a_line_s_sending_is_unique(signed: Convention) -> None:
    once = uuid4().hex
    axes = f"SELECT id FROM conventions_axis WHERE id IN ({ids('draft', 'conventions_axis')})"
    run(f"UPDATE conventions_axis SET once = '{once}' WHERE id IN ({axes})")
    with pytest.raises(IntegrityError), transaction.atomic():
        run(
            "INSERT INTO conventions_axis (version_id, code, title, words, rank, source, doubt, edition, once)"
            f" SELECT version_id, 'other', title, words, rank, source, doubt, edition, once"
            f" FROM conventions_axis WHERE once = '{once}'"
        )
