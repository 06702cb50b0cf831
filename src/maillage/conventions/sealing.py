"""The seal of signed texts: the database itself refuses to change, add to or remove what a signed version says.

A draft is free; signing is the one change that leads out of it. SQLite drops the triggers
of a table that a migration rebuilds, and cannot rebuild a table that another's trigger reads: there the
seal is lifted before each migrate and laid again after it. On PostgreSQL the trigger takes a share of the
lock that signing holds, so no line slips into a text while it is being signed.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

VERSION = "conventions_version"
LINES = (
    "conventions_party",
    "conventions_deliberation",
    "conventions_axis",
    "conventions_action",
    "conventions_target",
    "conventions_budgetline",
)
PARTNERS = "conventions_action_partners"
TABLES = (VERSION, *LINES, PARTNERS)
REFUSED = "conventions: a signed text never changes, it is amended"


class SealBroken(RuntimeError):  # noqa: N818 -- the name says what happened
    """Signed texts are open: something removed or altered the triggers that protect them."""


def _signed(table: str, row: str) -> str:
    """Whether a row, old or new, belongs to a signed version."""
    if table == VERSION:
        return f"{row}.recorded_at IS NOT NULL"
    version = f"{row}.version_id"
    if table == PARTNERS:
        version = f"(SELECT version_id FROM conventions_action WHERE id = {row}.action_id)"  # noqa: S608
    return f"EXISTS (SELECT 1 FROM {VERSION} WHERE id = {version} AND recorded_at IS NOT NULL)"  # noqa: S608


def _sqlite_statements() -> dict[str, str]:
    """A REPLACE passes as a DELETE: our connections set `recursive_triggers` (the ledger asserts it)."""
    made: dict[str, str] = {}
    for table in TABLES:
        old, new = _signed(table, "OLD"), _signed(table, "NEW")
        refusals = {"update": old if table == VERSION else f"{old} OR {new}", "delete": old}
        if table != VERSION:
            refusals["insert"] = new
        for event, when in refusals.items():
            name = f"{table}_sealed_{event}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
    return made


_REFUSE = f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';"


def _body(of: str) -> str:
    """Refuse a row whose version, old or new, is signed; wait for whoever is signing it."""
    look = f"SELECT recorded_at INTO signed FROM {VERSION} WHERE id = {of} FOR SHARE;"  # noqa: S608
    old, new = look.replace("ROW", "OLD"), look.replace("ROW", "NEW")
    test = f"IF signed IS NOT NULL THEN {_REFUSE} END IF;"
    return (
        f"DECLARE signed timestamptz; BEGIN IF TG_OP <> 'INSERT' THEN {old} {test} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {new} {test} RETURN NEW; END IF; RETURN OLD; END"
    )


_FUNCTIONS = {
    "conventions_sealed_line": _body("ROW.version_id"),
    "conventions_sealed_partner": _body(
        "(SELECT version_id FROM conventions_action WHERE id = ROW.action_id)"
    ),
    "conventions_sealed_version": f"BEGIN IF OLD.recorded_at IS NOT NULL THEN {_REFUSE} END IF;"
    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END",
    "conventions_sealed_emptying": f"BEGIN {_REFUSE} END",
}


def _postgresql_triggers() -> dict[str, tuple[str, str, str]]:
    """Each trigger with its table, its events and its function."""
    made = {}
    for table in TABLES:
        kind = {VERSION: "version", PARTNERS: "partner"}.get(table, "line")
        events = "UPDATE OR DELETE" if table == VERSION else "INSERT OR UPDATE OR DELETE"
        function = f"conventions_sealed_{kind}"
        made[f"{table}_sealed"] = (table, f"BEFORE {events} ON {table} FOR EACH ROW", function)
        made[f"{table}_sealed_emptying"] = (
            table,
            f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
            "conventions_sealed_emptying",
        )
    return made


def seal(using: str = "default") -> None:
    """Lay the seal, whatever was there."""
    connection = connections[using]
    lift(using)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in _sqlite_statements().values():
                cursor.execute(statement)
            return
        for name, body in _FUNCTIONS.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $seal${body}$seal$"
            )
        for name, (table, when, function) in _postgresql_triggers().items():
            cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def lift(using: str = "default") -> None:
    """Take the seal off: before SQLite rebuilds tables, and for the tests' door."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _sqlite_statements():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, (table, _when, _function) in _postgresql_triggers().items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def assert_sealed(using: str = "default") -> None:
    """One look at the catalogue: every trigger is there, awake and word for word ours.

    Raises:
        SealBroken: signed texts are open, and how.
    """
    connection = connections[using]
    found, wanted = (_sqlite if connection.vendor == "sqlite" else _postgresql)(connection)
    if open_doors := sorted(name for name, text in wanted.items() if found.get(name) != text):
        raise SealBroken(f"signed texts are not sealed: {', '.join(open_doors)}")


def _sqlite(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall()), _sqlite_statements()


def _postgresql(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled::text || ' ' || proname || ' ' || prosrc"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND proname LIKE 'conventions_sealed_%%'",
            [],
        )
        found = dict(cursor.fetchall())
    triggers = _postgresql_triggers().items()
    return found, {name: f"A {of} {_FUNCTIONS[of]}" for name, (_t, _w, of) in triggers}


def lift_before_migrate(using: str = "default", **_: Any) -> None:
    """Framework hook: let SQLite rebuild the tables of texts."""
    if connections[using].vendor == "sqlite":
        lift(using)


def seal_after_migrate(using: str = "default", **_: Any) -> None:
    """Framework hook: lay the seal again, and look at it."""
    if set(TABLES) <= set(connections[using].introspection.table_names()):
        seal(using)
        assert_sealed(using)
