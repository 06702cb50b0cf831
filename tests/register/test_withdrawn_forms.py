"""A firm met at its door, matched, and later withdrawn from diffusion: what was read there goes too."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from maillage import register
from maillage.accounts.actors import System
from maillage.register import actions, bulk
from maillage.register.models import Load, PendingChange
from tests.factories import register as firms

pytestmark = pytest.mark.django_db

BY = System("test")


@pytest.mark.parametrize("target", ["e", "u"])
def test_the_name_read_at_the_door_goes_when_the_matched_firm_withdraws_later(target):
    form = register.add_provisional(
        name="La Forge", commune="59350", street="RUE NEUVE", lon=3.0, lat=50.6, by=BY
    )
    kept = register.add_provisional(name="Le Fournil", commune="59350", by=BY)
    real = firms.establishment(trade_name="ATELIER", unit_name="SARL ATELIER")
    register.reconcile(provisional=form, establishment=real, by=BY)
    register.reconcile(provisional=kept, establishment=firms.establishment(), by=BY)
    blank = {"e": {"trade_name": "", "street": "", "street_number": ""}, "u": {"name": ""}}
    load = Load.objects.create(source="sirene", staged_at=firms.LONG_AGO)
    PendingChange.objects.create(
        load=load, target=target, withdraws=True, fields=blank[target] | {"diffusion": "P"},
        target_id=real.pk if target == "e" else real.legal_unit_id,
    )  # fmt: skip

    actions.activate(load=load)

    form.refresh_from_db()
    kept.refresh_from_db()
    left = (form.trade_name, form.street, form.lon, form.lat, form.legal_unit.name)
    assert left == ("", "", None, None, "")
    assert form.display_name == "Entreprise non diffusible"
    assert kept.display_name == "Le Fournil"
    words = {row[0] for row in bulk.fetch("SELECT word FROM register_wordform")}
    assert "forge" not in words
    assert "fournil" in words


@pytest.mark.parametrize("hidden", ["place", "unit"])
def test_what_was_read_before_that_mend_goes_when_the_instance_is_brought_up_to_date(hidden):
    form = register.add_provisional(
        name="La Forge", commune="59350", street="RUE NEUVE", lon=3.0, lat=50.6, by=BY
    )
    open_form = register.add_provisional(name="Le Fournil", commune="59350", by=BY)
    alone = register.add_provisional(name="La Menuiserie", commune="59350", by=BY)
    real = firms.establishment()
    register.reconcile(provisional=form, establishment=real, by=BY)
    register.reconcile(provisional=open_form, establishment=firms.establishment(), by=BY)
    withdrawn = real if hidden == "place" else real.legal_unit
    for name in ("name", "trade_name", "street", "street_number"):
        if hasattr(withdrawn, name):
            setattr(withdrawn, name, "")
    withdrawn.diffusion = "P"
    withdrawn.save()

    import_module("maillage.register.migrations.0005_forget_withdrawn_forms").forget(
        apps, connection.schema_editor()
    )

    for place in (form, open_form, alone):
        place.refresh_from_db()
    left = (form.trade_name, form.street, form.lon, form.lat, form.legal_unit.name)
    assert left == ("", "", None, None, "")
    assert not form.is_open
    assert (open_form.display_name, alone.display_name) == ("Le Fournil", "La Menuiserie")
    words = {row[0] for row in bulk.fetch("SELECT word FROM register_wordform")}
    assert "forge" not in words
    assert {"fournil", "menuiserie"} <= words
