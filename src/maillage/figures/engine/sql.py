"""Compiling for the application's own database, and running on the framework's own connection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import connection, models
from ibis.backends.sql.compilers import PostgresCompiler, SQLiteCompiler
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from sqlglot import exp

from maillage.figures.engine.parameters import Template, Value

_COMPILERS: dict[str, type[SQLGlotCompiler]] = {
    "sqlite": SQLiteCompiler,
    "postgresql": PostgresCompiler,
}
_TYPES = {
    "BooleanField": "boolean",
    "DateField": "string",
    "DateTimeField": "string",
    "UUIDField": "string",
    "CharField": "string",
    "TextField": "string",
    "SlugField": "string",
}


@cache
def table(model: type[models.Model]) -> ir.Table:
    """The unbound Ibis table of a model: integers as integers, days and instants as they are written.

    Days and instants stay text to Ibis, so that no dialect wraps them in functions of its own and the
    database compares them with the bound value as it stores them.
    """
    meta = model._meta  # noqa: SLF001 -- the framework's own documented door to a model's fields
    columns = {
        field.column: _TYPES.get(field.get_internal_type(), "int64")
        for field in meta.concrete_fields
        if field.column
    }
    return ibis.table(columns, name=meta.db_table)


def compile_template(
    expression: ir.Table, numbers: list[str], *, vendor: str = "", once: bool = False
) -> Template:
    """Compile an expression once for a database; the template is then bound as often as wanted.

    `once`: what the expression reads in several places is computed once, and not again in each.
    """
    compiler = _COMPILERS[vendor or connection.vendor]()
    tree = compiler.to_sqlglot(expression)
    for node in tree.find_all(exp.CTE):
        node.set("materialized", once)  # a page of records must be able to stop early
    for node in tree.find_all(exp.Ordered):
        # The database's own order of nulls, so that an index serves; ordered columns hold none.
        large = compiler.dialect.NULL_ORDERING == "nulls_are_large"
        node.set("nulls_first", large == bool(node.args.get("desc")))
    return Template.of(tree.sql(dialect=compiler.dialect), numbers)


def _adapted(value: Value) -> Value:
    """Instants are given to the database in the very form in which it stores them."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value) or ""
    return value


def run(template: Template, values: Mapping[str, Value]) -> list[dict[str, Any]]:
    """The rows of a compiled expression under these values, as dictionaries."""
    sql, bound = template.bind({name: _adapted(value) for name, value in values.items()})
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
