"""Know a line's form when it is sent twice."""

from __future__ import annotations

from django.db import migrations, models

LINES = ("party", "deliberation", "axis", "action", "target", "budgetline")


class Migration(migrations.Migration):
    # The seal of signed texts is laid after every migrate (`sealing.py`), not here: on SQLite a later
    # migration of the same run could not rebuild a table that a trigger reads.
    dependencies = [("conventions", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name=name,
            name="once",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="sending"),
        )
        for name in LINES
    ]
