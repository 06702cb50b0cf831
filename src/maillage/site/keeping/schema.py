"""The schema of what leaves: a Data Package, in which each table says what its columns are and mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any

from django.apps import apps
from django.utils import translation

from maillage.site.keeping.backup import Reading
from maillage.site.keeping.tables import Column, Table

NAME = "datapackage.json"
NULL = r"\N"
_ABOUT = (
    "Everything an instance of Maillage owns, one table a file, as CSV and as Parquet. Values are"
    " exact and meant for programs: open the CSV files in a spreadsheet as text only, for a cell may"
    " begin like a formula. `maillage import_all` reads the CSV files into an empty instance, whose"
    " figures are then the same. Passwords are not in it. In a text that may say nothing, the cell"
    r" \N says nothing, and a text that begins with a backslash is given one more."
)
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "integer": {"type": "integer"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean", "trueValues": ["t"], "falseValues": ["f"]},
    "day": {"type": "date"},
    "instant": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    "key": {"type": "string"},
    "json": {"type": "string", "contentMediaType": "application/json"},
    "number": {"type": "number"},
    "binary": {"type": "string", "example": r"\x6f6b"},
}


def missing(column: Column) -> str:
    """What a cell holds where its column says nothing: a text may be empty, and mean it."""
    return NULL if column.null and column.form == "text" else ""


def described(made: Reading) -> Iterator[bytes]:
    """The description of an export that was written: its tables, their columns, what they mean."""
    with translation.override("fr"):
        told = {
            "profile": "data-package",
            "name": "maillage",
            "description": _ABOUT,
            "created": made.content.made_at,
            "resources": [
                resource for table in made.tables for resource in _resources(made, table)
            ],
        }
    yield json.dumps(told, indent=1, ensure_ascii=False).encode()


def _resources(made: Reading, table: Table) -> Iterator[dict[str, Any]]:
    options, about = _model(table)
    for kind in ("csv", "parquet"):
        path = f"{kind}/{table.name}.{kind}"
        told: dict[str, Any] = {
            "name": f"{table.name}.{kind}",
            "path": path,
            "format": kind,
            "title": str(options.verbose_name) if options else table.name,
            "description": about,
            "bytes": made.written[path].bytes,
            "hash": f"sha256:{made.written[path].sha256}",
        }
        if kind == "csv":
            told["encoding"], told["dialect"] = "utf-8", {"lineTerminator": "\r\n"}
            fields = {f.column: f for f in options.local_concrete_fields} if options else {}
            told["schema"] = {
                "fields": [_field(column, fields.get(column.name)) for column in table.columns],
                "primaryKey": table.key,
                "foreignKeys": [_leads_to(f) for f in fields.values() if f.is_relation],
            }
        yield told


def _model(table: Table) -> tuple[Any, str]:
    """The model as it is today; a database not yet migrated may have tables that it has no more."""
    try:
        model = apps.get_model(table.model)
    except LookupError:
        return None, ""
    return model._meta, getdoc(model) or ""  # noqa: SLF001 -- the framework's own description


def _field(column: Column, field: Any) -> dict[str, Any]:
    told = {"name": column.name, **_TYPES[column.form]}
    told["constraints"] = {"required": not column.null}
    told["missingValues"] = [missing(column)] if column.null else []
    if field is not None:
        choices = ", ".join(f"{value}: {label}" for value, label in field.flatchoices)
        told["title"] = str(field.verbose_name)
        told["description"] = " ".join(filter(None, (str(field.help_text), choices)))
    return told


def _leads_to(field: Any) -> dict[str, Any]:
    to = field.target_field
    table = to.model._meta.db_table  # noqa: SLF001
    return {
        "fields": field.column,
        "reference": {"resource": f"{table}.csv", "fields": to.column},
    }
