"""A floor or a target without amount is refused by the database too: a CHECK lets NULL pass otherwise."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("conventions", "0002_line_once")]

    operations = [
        migrations.RemoveConstraint(
            model_name="target", name="conventions_target_amount_when_promised"
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=Q(amount__isnull=True, kind="monitor")
                | Q(amount__gt=0, amount__isnull=False, kind__in=("floor", "target")),
                name="conventions_target_amount_when_promised",
            ),
        ),
    ]
