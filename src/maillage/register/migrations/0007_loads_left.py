"""What points to a load points to `intake`; in the database the constraints already followed the table."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0006_loads_leave"), ("intake", "0001_load")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "spell", "load", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="spells", to="intake.load"),
                ),
                migrations.AlterField(
                    "pendingchange", "load", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pending", to="intake.load"),
                ),
                migrations.AlterField(
                    "establishment", "absent_since", models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="intake.load"),
                ),
                migrations.DeleteModel("Reject"),
                migrations.DeleteModel("Load"),
            ],
        ),
    ]
