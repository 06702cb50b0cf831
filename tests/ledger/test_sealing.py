"""The database itself refuses to change what was recorded, whatever asks it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from maillage import ledger
from maillage.ledger import sealing
from maillage.ledger.apps import _seal_after_migrate
from maillage.ledger.models import Act
from tests.doors import ledger_open, unseal
from tests.factories import accounts, ledger as factory
from tests.ledger.tampering import kept, postgresql, run, sqlite

pytestmark = pytest.mark.django_db

ALL = Act.objects.unscoped(reason="tests of the seal")


def refused(statement: str, message: str = "never changed") -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        run(statement)


def columns() -> str:
    return ", ".join(f.column for f in Act._meta.concrete_fields if not f.primary_key)


def test_an_update_is_refused() -> None:
    factory.act()
    refused("UPDATE ledger_act SET amount_cents = 1")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ALL.update(amount_cents=1)


def test_a_deletion_is_refused() -> None:
    factory.act()
    refused("DELETE FROM ledger_act")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ALL.delete()


def test_a_model_neither_saves_nor_deletes_an_act() -> None:
    factory.act()
    with pytest.raises(TypeError, match="recorded by"):
        kept()[0].save()
    with pytest.raises(TypeError, match="never deleted"):
        kept()[0].delete()


@sqlite
@pytest.mark.parametrize(
    "collision",
    [
        "id",
        "key",
        "keeper_id, seq",
        "once",
        "reverses_id",
    ],
)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_an_insertion_over_an_act_is_refused_on_any_connection(
    collision: str, recursive_triggers: str
) -> None:
    """REPLACE deletes the row in its way silently where `recursive_triggers` is off."""
    first = factory.act(once="form-1")
    factory.reversal(first)
    row = kept()[1 if collision == "reverses_id" else 0]
    kept_columns = {name.strip() for name in collision.split(",")}
    fresh = {
        "id": "1000",
        "key": "'0190a0000000700080000000000000aa'",
        "seq": "1000",
        "once": "NULL",
        "reverses_id": "NULL",
        "reason_code": "''",
    }
    if collision == "reverses_id":
        del fresh["reason_code"]
    names = [f.column for f in Act._meta.concrete_fields]
    values = [name if name in kept_columns else fresh.get(name, name) for name in names]
    run(f"PRAGMA recursive_triggers={recursive_triggers}")
    try:
        refused(
            f"INSERT OR REPLACE INTO ledger_act ({', '.join(names)})"  # noqa: S608
            f" SELECT {', '.join(values)} FROM ledger_act WHERE id = {row.pk}"
        )
    finally:
        run("PRAGMA recursive_triggers=ON")
    assert len(kept()) == 2


def test_an_upsert_is_refused() -> None:
    factory.act()
    values = f"SELECT {columns()} FROM ledger_act WHERE true"  # noqa: S608
    refused(
        f"INSERT INTO ledger_act ({columns()}) {values}"
        " ON CONFLICT (key) DO UPDATE SET amount_cents = 1"
    )


@postgresql
def test_emptying_the_table_is_refused() -> None:
    factory.act()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    refused("TRUNCATE ledger_act CASCADE")
    refused("TRUNCATE accounts_organisation CASCADE", "never change")  # whichever seal comes first


@postgresql
def test_a_session_that_plays_a_replica_is_refused_too() -> None:
    factory.act()
    run("SET session_replication_role = replica")
    try:
        refused("DELETE FROM ledger_act")
    finally:
        run("SET session_replication_role = origin")


@postgresql
def test_a_role_that_owns_nothing_extraordinary_may_neither_delete_nor_truncate() -> None:
    rights = run(
        "SELECT has_table_privilege('public', 'ledger_act', 'SELECT'),"
        " (SELECT relacl::text FROM pg_class WHERE relname = 'ledger_act')"
    )
    ((public, granted),) = rights
    owner = granted.strip("{}").partition("=")[2].partition("/")[0]
    assert not public
    assert "w" in owner  # UPDATE: foreign keys lock rows with it; the trigger refuses the rest
    assert not {"d", "D"} & set(owner)


REVERSALS = {
    "another keeper": ("keeper_id", "(SELECT max(id) FROM accounts_organisation)"),
    "another day": ("occurred_on", "'2001-01-01'"),
    "an act that is a reversal": ("reverses_id", "(SELECT max(id) FROM ledger_act)"),
}


@pytest.mark.parametrize("rule", sorted(REVERSALS))
def test_the_database_refuses_a_reversal_that_breaks_its_rule(rule: str) -> None:
    act = factory.act()
    factory.act()
    factory.reversal(act)
    column, value = REVERSALS[rule]
    accounts.organisation()
    fresh = {
        "key": "'0190a000-0000-7000-8000-0000000000aa'",
        "seq": "1000",
        "reverses_id": "(SELECT min(id) + 1 FROM ledger_act)",
        column: value,
    }
    if rule != "an act that is a reversal":
        fresh["reverses_id"] = str(kept()[0].pk)
    names = [f.column for f in Act._meta.concrete_fields if not f.primary_key]
    values = ", ".join(fresh.get(name, name) for name in names)
    refused(
        f"INSERT INTO ledger_act ({columns()})"  # noqa: S608
        f" SELECT {values} FROM ledger_act WHERE reason_code <> ''",
        "keeper and the day",
    )


def test_a_sealed_table_is_found_sealed() -> None:
    sealing.assert_sealed()


@pytest.mark.parametrize("rank", [0, 1])
def test_a_missing_trigger_is_named(rank: int) -> None:
    name = sealing.triggers(connection.vendor)[rank]
    on = "" if connection.vendor == "sqlite" else " ON ledger_act"
    run(f"DROP TRIGGER {name}{on}")
    with pytest.raises(ledger.SealBroken, match=name):
        sealing.assert_sealed()


def test_a_trigger_that_does_something_else_is_named() -> None:
    name = sealing.triggers(connection.vendor)[0]
    if connection.vendor == "sqlite":
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON ledger_act BEGIN SELECT 1; END")
    else:
        run(f"ALTER TABLE ledger_act DISABLE TRIGGER {name}")
    with pytest.raises(ledger.SealBroken, match=name):
        sealing.assert_sealed()


@sqlite
def test_a_connection_that_forgot_recursive_triggers_is_named() -> None:
    run("PRAGMA recursive_triggers=OFF")
    try:
        with pytest.raises(ledger.SealBroken, match="recursive_triggers"):
            sealing.assert_sealed()
    finally:
        run("PRAGMA recursive_triggers=ON")


def test_the_look_at_the_seal_is_cheap(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        sealing.assert_sealed()


def test_every_migrate_puts_the_seal_back() -> None:
    unseal()
    _seal_after_migrate(using="default")
    sealing.assert_sealed()


@sqlite
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_the_table_leaves_it_sealed() -> None:
    """SQLite rebuilds a table to alter a column, and drops its triggers without a word."""
    factory.act()
    with connection.schema_editor() as editor:
        editor._remake_table(Act)
    with pytest.raises(ledger.SealBroken):
        sealing.assert_sealed()
    call_command("migrate", verbosity=0)
    sealing.assert_sealed()
    assert len(kept()) == 1
    assert ledger.verify(ledger.heads()).is_valid


@pytest.mark.django_db(transaction=True)
def test_the_migration_of_the_first_day_seals_the_table() -> None:
    unseal()
    module = __import__("maillage.ledger.migrations.0002_seal", fromlist=["seal"])
    with connection.schema_editor() as editor:
        module.seal(apps, editor)
    sealing.assert_sealed()


def test_a_migrate_that_stops_before_the_ledger_seals_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "TABLE", "ledger_not_yet")
    assert not sealing.exists()
    _seal_after_migrate(using="default")


def test_the_door_of_the_tests_closes_behind_them() -> None:
    factory.act()
    with ledger_open():
        run("UPDATE ledger_act SET amount_cents = 1")
    refused("UPDATE ledger_act SET amount_cents = 2")
