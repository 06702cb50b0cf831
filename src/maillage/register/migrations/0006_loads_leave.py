"""The tables of loads and refused rows take the name of `intake`, which keeps them from now on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("register", "0005_forget_withdrawn_forms")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("load", "intake_load"),
                migrations.AlterModelTable("reject", "intake_reject"),
            ],
        ),
    ]
