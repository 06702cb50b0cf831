"""Seal the table of acts: from its first day, the database refuses to change what was recorded."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from maillage.ledger import sealing


def seal(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place (and again after every migrate, see `apps.py`)."""
    sealing.seal(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
