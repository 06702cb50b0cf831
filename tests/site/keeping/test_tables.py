"""What is kept: every table of every model, but those that are named with their reason."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from maillage.kernel.errors import Invalid
from maillage.site import environment, settings
from maillage.site.keeping import files, tables


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def every_model() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [m for m in found if m._meta.managed and not m._meta.proxy]


def test_every_table_is_kept_or_says_why_not() -> None:
    kept = {table.name for table in tables.of(apps)}

    assert kept | set(tables.LEFT_OUT) == {model._meta.db_table for model in every_model()}
    assert not kept & set(tables.LEFT_OUT)
    assert all(len(reason.split()) >= 4 for reason in tables.LEFT_OUT.values())


def test_every_column_of_a_table_is_kept_in_a_form() -> None:
    described = {table.name: table for table in tables.of(apps)}
    for model in every_model():
        if model._meta.db_table in described:
            columns = [field.column for field in model._meta.local_concrete_fields]
            assert described[model._meta.db_table].names == columns


def test_a_key_to_another_table_has_the_form_of_what_it_points_to() -> None:
    forms = {t.name: {c.name: c.form for c in t.columns} for t in tables.of(apps)}

    assert forms["ledger_head"]["keeper_id"] == "integer"
    assert forms["ledger_act"]["reverses_id"] == "integer"
    assert forms["ledger_act"]["recorded_at"] == "instant"
    assert forms["places_outline"]["exact"] == "binary"


@pytest.mark.django_db
def test_only_what_is_made_again_belongs_to_no_model() -> None:
    """A table made by hand would be in no backup: it must be derived, and made again on restoring."""
    of_models = {model._meta.db_table for model in every_model()}
    index = re.compile(r"register_(search\w*|wordform)|django_migrations")

    assert not [
        name
        for name in set(connection.introspection.table_names()) - of_models
        if not index.fullmatch(name)
    ]


def test_the_migrations_of_today_describe_the_models_of_today(loader: MigrationLoader) -> None:
    told, is_ = tables.at(loader.graph.nodes, loader), tables.of(apps)

    assert [(t.name, t.key, set(t.columns)) for t in told] == [
        (t.name, t.key, set(t.columns)) for t in is_
    ]


def test_the_migrations_of_an_earlier_day_describe_the_tables_of_that_day(
    loader: MigrationLoader,
) -> None:
    earlier = loader.graph.forwards_plan(("outreach", "0001_outreach"))
    then = {table.name: table.names for table in tables.at(earlier, loader)}

    assert "version" not in then["outreach_campaign"]
    assert "version" in {t.name: t.names for t in tables.of(apps)}["outreach_campaign"]


def test_columns_are_read_in_the_order_in_which_they_were_written() -> None:
    [heads] = [table for table in tables.of(apps) if table.name == "ledger_head"]
    turned = heads.ordered(sorted(heads.names))

    assert turned.names == sorted(heads.names)
    assert set(turned.columns) == set(heads.columns)
    for other in (heads.names[1:], [*heads.names, "more"], []):
        with pytest.raises(Invalid, match="not those of its migrations"):
            heads.ordered(other)


def test_an_unknown_migration_tells_of_a_newer_version(loader: MigrationLoader) -> None:
    with pytest.raises(Invalid, match="newer version"):
        tables.at([("ledger", "9999_of_tomorrow")], loader)


def test_one_is_asked_to_migrate_to_the_last_migration_of_each_app(loader: MigrationLoader) -> None:
    wanted = tables.leaves(loader.graph.nodes, loader)

    assert wanted == sorted(loader.graph.leaf_nodes())
    first = ("ledger", "0001_initial")
    assert [
        n for n in tables.leaves(loader.graph.forwards_plan(first), loader) if n[0] == "ledger"
    ] == [first]


def test_a_database_without_migrations_has_no_tables() -> None:
    assert tables.at([]) == []


def test_what_leaves_says_no_secret() -> None:
    described = {table.name: table.discreet() for table in tables.of(apps)}
    instead = {
        f"{table.name}.{column.name}": column.instead
        for table in described.values()
        for column in table.columns
        if column.instead
    }

    assert instead == tables.SECRET_COLUMNS
    named = [f"{t.name}.{n}" for t in described.values() for n in t.names if "password" in n]
    assert named == list(tables.SECRET_COLUMNS)


def test_what_never_leaves_is_kept_by_backups_and_says_why() -> None:
    assert set(tables.NEVER_LEAVES) <= {table.name for table in tables.of(apps)}
    assert all(len(reason.split()) >= 4 for reason in tables.NEVER_LEAVES.values())


def test_every_variable_that_could_open_something_is_a_secret() -> None:
    opening = re.compile(r"SECRET|PASS|TOKEN|KEY|DATABASE_URL")
    named = {v.name: v.secret for v in environment.VARIABLES.values()}

    assert settings.HOME
    assert {name for name in named if opening.search(name)} == {n for n, s in named.items() if s}


def test_every_file_left_out_says_why() -> None:
    assert all(len(reason.split()) >= 4 for reason in files.LEFT_OUT.values())
