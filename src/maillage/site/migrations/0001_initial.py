"""The pulse of long-running processes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("process", models.CharField(max_length=40, unique=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={"verbose_name": "process pulse"},
        ),
    ]
