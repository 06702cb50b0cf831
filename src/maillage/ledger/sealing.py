"""The seal of the table of acts: the database itself refuses to change what was recorded.

`UPDATE`, `DELETE`, an `INSERT` over an act that exists and, on PostgreSQL, `TRUNCATE` are refused,
and so is a reversal that breaks its rule. SQLite drops the triggers of a table when a migration
rebuilds it, so the seal is put back after every migration and looked at when the product starts and
when the chain is verified.

`INSERT OR REPLACE` deletes a row without firing the DELETE trigger unless the connection has set
`recursive_triggers`; ours do, and a trigger of its own refuses it on connections that have not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TABLE = "ledger_act"


class SealBroken(RuntimeError):  # noqa: N818 -- the name says what happened
    """The table of acts is open: something removed or altered the triggers that protect it."""


_REVERSAL = """SELECT 1 FROM ledger_act AS reversed
    WHERE reversed.id = NEW.reverses_id AND reversed.keeper_id = NEW.keeper_id
      AND reversed.occurred_on = NEW.occurred_on AND reversed.reverses_id IS NULL"""
_REFUSED = "ledger: an act is never changed nor removed, it is reversed"
_NOT_A_REVERSAL = "ledger: a reversal has the keeper and the day of the act, which is no reversal"

_SQLITE = {
    "ledger_act_no_update": f"""CREATE TRIGGER ledger_act_no_update BEFORE UPDATE ON ledger_act
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    "ledger_act_no_delete": f"""CREATE TRIGGER ledger_act_no_delete BEFORE DELETE ON ledger_act
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    "ledger_act_no_replace": f"""CREATE TRIGGER ledger_act_no_replace BEFORE INSERT ON ledger_act
WHEN EXISTS (SELECT 1 FROM ledger_act WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM ledger_act WHERE key = NEW.key)
  OR EXISTS (SELECT 1 FROM ledger_act WHERE keeper_id = NEW.keeper_id AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM ledger_act WHERE once = NEW.once)
  OR EXISTS (SELECT 1 FROM ledger_act WHERE reverses_id = NEW.reverses_id)
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",  # noqa: S608 -- our own words only
    "ledger_act_reversal": f"""CREATE TRIGGER ledger_act_reversal BEFORE INSERT ON ledger_act
WHEN NEW.reverses_id IS NOT NULL AND NOT EXISTS ({_REVERSAL})
BEGIN SELECT RAISE(ABORT, '{_NOT_A_REVERSAL}'); END""",
}

_PG_FUNCTIONS = {
    "ledger_act_refuse": f"BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END",
    "ledger_act_check_reversal": f"""BEGIN
  IF NOT EXISTS ({_REVERSAL}) THEN
    RAISE EXCEPTION '{_NOT_A_REVERSAL}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END""",
}
_PG_TRIGGERS = {
    # Statement triggers: they fire even when no row would be touched, and on ON CONFLICT DO UPDATE.
    "ledger_act_no_change": "BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_act"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_act_refuse()",
    "ledger_act_reversal": "BEFORE INSERT ON ledger_act FOR EACH ROW"
    " WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION ledger_act_check_reversal()",
}


def triggers(vendor: str) -> list[str]:
    """The names of the triggers that make the seal on an engine."""
    return list(_SQLITE if vendor == "sqlite" else _PG_TRIGGERS)


def seal(using: str = "default") -> None:
    """Put the seal on the table of acts, whatever was there."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, statement in _SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statement)
        else:
            _seal_postgresql(cursor)


def _seal_postgresql(cursor: CursorWrapper) -> None:
    for name, body in _PG_FUNCTIONS.items():
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $seal${body}$seal$"
        )
    for name, rest in _PG_TRIGGERS.items():
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
        cursor.execute(f"CREATE TRIGGER {name} {rest}")
        # ALWAYS: also in a session that plays a replica, where ordinary triggers sleep.
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")
    cursor.execute(f"REVOKE ALL ON {TABLE} FROM PUBLIC")
    # UPDATE stays granted to the owner: foreign keys lock the rows they point to with that right.
    cursor.execute(f"REVOKE DELETE, TRUNCATE ON {TABLE} FROM CURRENT_USER")


def assert_sealed(using: str = "default") -> None:
    """One cheap look at the catalogue: every trigger is there, awake and word for word ours.

    Raises:
        SealBroken: the table is open, and how.
    """
    connection = connections[using]
    found, wanted = (_sqlite if connection.vendor == "sqlite" else _postgresql)(connection)
    if open_doors := sorted(name for name, text in wanted.items() if found.get(name) != text):
        raise SealBroken(f"the table of acts is not sealed: {', '.join(open_doors)}")


def _sqlite(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
        )
        found = dict(cursor.fetchall())
        cursor.execute("PRAGMA recursive_triggers")
        found["recursive_triggers"] = str(cursor.fetchone()[0])
    return found, {**_SQLITE, "recursive_triggers": "1"}


def _postgresql(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled::text || ' ' || proname || ' ' || prosrc"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal",
            [TABLE],
        )
        found = dict(cursor.fetchall())
    wanted = {}
    for trigger, rest in _PG_TRIGGERS.items():
        function = rest.rsplit(" ", 1)[1].removesuffix("()")
        wanted[trigger] = f"A {function} {_PG_FUNCTIONS[function]}"
    return found, wanted


def exists(using: str = "default") -> bool:
    """Whether the table of acts is there (a migration may have stopped before it)."""
    connection = connections[using]
    return TABLE in connection.introspection.table_names()
