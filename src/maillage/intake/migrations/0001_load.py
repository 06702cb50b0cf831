"""The journal of loads moves here from the register, with its rows: nothing is written again."""

import django.db.models.deletion
from django.db import migrations, models

import maillage.kernel.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = [("register", "0006_loads_leave")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Load",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.UUIDField(default=maillage.kernel.identifiers.uuid7, editable=False, unique=True, verbose_name="key")),
                        ("source", models.CharField(max_length=20, verbose_name="source")),
                        ("vintage", models.DateField(blank=True, null=True, verbose_name="data date")),
                        ("territory", models.CharField(blank=True, default="", max_length=40, verbose_name="territory")),
                        ("state", models.CharField(default="staging", max_length=10, verbose_name="state")),
                        ("digest", models.CharField(blank=True, db_index=True, default="", max_length=64, verbose_name="fingerprint")),
                        ("files", models.JSONField(blank=True, default=list, verbose_name="files")),
                        ("counts", models.JSONField(blank=True, default=dict, verbose_name="counts")),
                        ("progress", models.JSONField(blank=True, default=dict, verbose_name="progress")),
                        ("loaded_by", models.BigIntegerField(blank=True, null=True, verbose_name="loaded by")),
                        ("staged_at", models.DateTimeField(verbose_name="begun at")),
                        ("activated_at", models.DateTimeField(blank=True, null=True, verbose_name="active since")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
                        ("undone_by", models.BigIntegerField(blank=True, null=True, verbose_name="undone by")),
                    ],
                    options={"verbose_name": "load", "verbose_name_plural": "loads", "ordering": ["-id"],
                             "constraints": [models.UniqueConstraint(condition=models.Q(("state", "staging")), fields=("state",), name="register_one_load_at_a_time"), models.CheckConstraint(condition=models.Q(models.Q(("activated_at", None), ("state__in", ["staging", "discarded"])), models.Q(("activated_at__isnull", False), ("state", "active"), ("undone_at", None)), models.Q(("activated_at__isnull", False), ("state", "undone"), ("undone_at__gte", models.F("activated_at"))), _connector="OR"), name="register_load_state_matches_its_instants")]},
                ),
                migrations.CreateModel(
                    name="Reject",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("file", models.CharField(max_length=200, verbose_name="file")),
                        ("line", models.PositiveBigIntegerField(verbose_name="line")),
                        ("column", models.CharField(blank=True, default="", max_length=100, verbose_name="column")),
                        ("code", models.CharField(max_length=40, verbose_name="reason")),
                        ("value", models.CharField(blank=True, default="", max_length=60, verbose_name="value read")),
                        ("is_warning", models.BooleanField(default=False, verbose_name="warning")),
                        ("load", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rejects", to="intake.load")),
                    ],
                    options={"verbose_name": "refused row", "verbose_name_plural": "refused rows", "ordering": ["id"]},
                ),
            ],
        ),
    ]
