"""Wipe what was read at the door of firms that had withdrawn their diffusion before loads did it.

Since then each load wipes it as it becomes active (`actions.loads.activate`).
"""

from django.db import migrations
from django.db.models import Q

from maillage.register import indexing

HIDDEN = "P"


def forget(apps, schema_editor):
    """Leave of such a firm its commune and its activity, as INSEE's partial diffusion asks."""
    establishments = apps.get_model("register", "Establishment").objects
    units = apps.get_model("register", "LegalUnit").objects
    withdrawn = ~Q(reconciled_to__diffusion="O") | ~Q(reconciled_to__legal_unit__diffusion="O")
    matched = establishments.filter(withdrawn, reconciled_to__isnull=False)
    forms = dict(matched.values_list("pk", "legal_unit_id"))
    units.filter(pk__in=forms.values()).update(
        name="", trade_names="", acronym="", diffusion=HIDDEN
    )
    establishments.filter(pk__in=forms).update(
        trade_name="", usual_name="", complement="", street_number="", street="",
        lon=None, lat=None, diffusion=HIDDEN,
    )  # fmt: skip
    indexing.remove(forms)


class Migration(migrations.Migration):
    dependencies = [("register", "0004_reconciled_places")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
