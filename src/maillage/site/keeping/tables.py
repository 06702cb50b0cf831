"""Which tables are kept, in which columns: read from the migrations, so that no list can forget one.

Every table of every model is kept unless it is named below with the reason why not. What a backup
holds is described as the migrations of its day describe it: a later version reads an earlier backup by
laying the tables of that day, filling them, and migrating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from maillage.kernel.errors import Invalid

Node = tuple[str, str]

LEFT_OUT: Mapping[str, str] = {
    "accounts_bucket": "sign-in attempts of the last minutes: they end by themselves",
    "account_emailconfirmation": "links sent a moment ago: another is asked for",
    "auth_group": "not used: rights come from roles (ADR 0004)",
    "auth_group_permissions": "not used: rights come from roles (ADR 0004)",
    "auth_permission": "written by every migration",
    "django_content_type": "written by every migration",
    "django_session": "a restored session would open the door that its owner has closed since",
    "django_tasks_database_dbtaskresult": "a job restored would do a second time what was done",
    "ledger_verification": "what this machine read again: the next one reads for itself",
    "site_backup": "what this machine did: the next one makes its own backups",
    "site_pulse": "what the processes of this machine say",
}
"""The tables that no backup holds, each with its reason; they are empty or made again on restoring.

So are the tables that belong to no model: the index of the search (`register.indexing` makes it
again from the names) and the list of migrations (the manifest says it).
"""

SECRET_COLUMNS: Mapping[str, str] = {"accounts_person.password": "!"}
"""What leaves with no export, and what stands for it in the instance that reads one.

A person then signs in by a code sent to their address, and chooses a password again.
"""

NEVER_LEAVES: Mapping[str, str] = {
    "outreach_signal": "what firms told of their difficulties in confidence: it is in no export (ADR 0033)",
}
"""The tables whose rows no export takes along: they stand there empty. A backup keeps them, as it keeps all."""

_FORMS = {
    form: [f"{name}Field" for name in names.split()]
    for form, names in {
        "integer": "Auto BigAuto SmallAuto Integer BigInteger SmallInteger PositiveInteger"
        " PositiveBigInteger PositiveSmallInteger",
        "text": "Char Text Slug Email URL File FilePath",
        "boolean": "Boolean",
        "day": "Date",
        "instant": "DateTime",
        "key": "UUID",
        "json": "JSON",
        "number": "Float",
        "binary": "Binary",
    }.items()
}
FORM_OF = {field: form for form, fields in _FORMS.items() for field in fields}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the form its values are written in, whether it may say nothing.

    `instead` is what is written in place of every value, when the values are nobody else's business.
    """

    name: str
    form: str
    null: bool
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table that is kept: its columns, the one by which its rows are ordered, its model."""

    name: str
    key: str
    columns: tuple[Column, ...]
    model: str
    numbered: bool = True

    @property
    def names(self) -> list[str]:
        """The names of its columns, in their order."""
        return [column.name for column in self.columns]

    def ordered(self, names: list[str]) -> Table:
        """The same table, its columns in the order in which they were written.

        Raises:
            Invalid: they are other columns.
        """
        known = {column.name: column for column in self.columns}
        if sorted(names) != sorted(known):
            raise Invalid(f"The columns of {self.name} are not those of its migrations.")
        return replace(self, columns=tuple(known[name] for name in names))

    def discreet(self) -> Table:
        """The same table, whose secrets are not read."""
        columns = (
            replace(column, instead=SECRET_COLUMNS.get(f"{self.name}.{column.name}", ""))
            for column in self.columns
        )
        return replace(self, columns=tuple(columns))


def at(nodes: Iterable[Node], loader: MigrationLoader | None = None) -> list[Table]:
    """The tables that are kept of a database that has received these migrations.

    Raises:
        Invalid: this version does not know some of these migrations: a newer one wrote them.
    """
    loader = loader or MigrationLoader(None, ignore_no_migrations=True)
    wanted = sorted(nodes)
    if unknown := [
        f"{app}.{name}" for app, name in wanted if (app, name) not in loader.graph.nodes
    ]:
        raise Invalid(
            f"A newer version of Maillage wrote this: {unknown[0]} is unknown here.",
            remedy="Install that version, or a later one.",
        )
    return of(loader.project_state(wanted).apps) if wanted else []


def of(registry: Apps) -> list[Table]:
    """The tables that are kept of these models, by name."""
    found = registry.get_models(include_auto_created=True)
    # A model that stands for another has no table of its own.
    own = (m for m in found if m._meta.managed and not m._meta.proxy)  # noqa: SLF001
    kept = (m for m in own if m._meta.db_table not in LEFT_OUT)  # noqa: SLF001
    return sorted(map(_table, kept), key=lambda table: table.name)


def leaves(nodes: Iterable[Node], loader: MigrationLoader) -> list[Node]:
    """The last migration of each app among these: what a migration is asked to go to."""
    wanted = set(nodes)
    followed = {
        parent.key
        for node in wanted
        for parent in loader.graph.node_map[node].parents
        if parent.key[0] == node[0]
    }
    return sorted(wanted - followed)


def _table(model: type[models.Model]) -> Table:
    options = model._meta  # noqa: SLF001 -- the framework's own description of a model
    columns = [Column(str(f.column), _form(f), f.null) for f in options.local_concrete_fields]
    return Table(
        options.db_table,
        str(options.pk.column),
        tuple(columns),
        options.label_lower,
        numbered=isinstance(options.pk, models.AutoField),
    )


def _form(field: models.Field) -> str:  # type: ignore[type-arg]
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return FORM_OF[field.get_internal_type()]
