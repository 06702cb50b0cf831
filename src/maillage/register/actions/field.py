"""Firms met in the field before INSEE tells of them: added, then reconciled."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.register import indexing
from maillage.register.actions.loads import forget_names, mark_undone
from maillage.register.models import Establishment, LegalUnit, Load, Source, Spell
from maillage.register.segments import Place, place_bits


@transaction.atomic
def add_provisional(
    *,
    name: str,
    commune: str,
    by: Actor,
    street_number: str = "",
    street: str = "",
    postcode: str = "",
    commune_label: str = "",
    activity: str = "",
    lon: float | None = None,
    lat: float | None = None,
    since: date | None = None,
    is_natural_person: bool = False,
) -> Establishment:
    """Add a firm that the register does not know yet, as an adviser found it at its door.

    It counts as a firm of its own until it is reconciled. Its start is the day it was met, or `since`.

    Raises:
        Invalid: the name or the commune is missing.
    """
    _require_name_and_commune(name, commune)
    nomenclature = "NAFRev2" if activity else ""
    unit = LegalUnit.objects.create(
        name=name.strip(),
        is_natural_person=is_natural_person,
        activity=activity,
        nomenclature=nomenclature,
        provisional=True,
    )
    place = Establishment.objects.create(
        legal_unit=unit, is_headquarters=True, trade_name=name.strip()[:160],
        street_number=street_number.strip(), street=street.strip(), postcode=postcode.strip(),
        commune=commune, commune_label=commune_label.strip(), activity=activity,
        nomenclature=nomenclature, lon=lon, lat=lat, provisional=True,
    )  # fmt: skip
    indexing.refresh([place.pk])
    _tell(place, since or clock.today(), by)
    return place


def _require_name_and_commune(name: str, commune: str) -> None:
    if not name.strip():
        raise Invalid(_("A firm needs a name."), remedy=_("Write the name read on the door."))
    if not commune.strip():
        raise Invalid(_("A firm needs a commune."), remedy=_("Choose the commune."))


def _tell(place: Establishment, since: date, by: Actor) -> None:
    """The load of one firm met in the field, and its spell."""
    now = clock.now()
    load = Load.objects.create(
        source=Source.FIELD,
        vintage=clock.today(),
        state=Load.State.ACTIVE,
        loaded_by=by.person_id,
        staged_at=now,
        activated_at=now,
        settled_at=now,
        counts={"new": 1},
    )
    facts = Place("", place.activity, place.nomenclature, "", "")
    Spell.objects.create(
        establishment=place,
        legal_unit=place.legal_unit,
        load=load,
        starts_on=since,
        state=Spell.State.ACTIVE,
        commune=place.commune,
        activity=place.activity,
        nomenclature=place.nomenclature,
        segments=place_bits(facts),
    )


@transaction.atomic
def reconcile(*, provisional: Establishment, establishment: Establishment, by: Actor) -> None:
    """Say that a firm added in the field is this establishment of the register.

    Its own load is undone, so that from now on it is counted once; as of before, figures are unchanged.
    The domain that recorded acts on it reverses and records them again.

    Raises:
        Invalid: the first is not provisional, or the second is.
        Conflict: it was reconciled with another one meanwhile.
    """
    found = Establishment.objects.select_for_update().get(pk=provisional.pk)
    if not found.provisional or establishment.provisional:
        raise Invalid(
            _("Only a firm added in the field is reconciled, with a firm of the register.")
        )
    if found.reconciled_to_id == establishment.pk:
        return
    if found.reconciled_to_id is not None:
        raise Conflict(_("This firm was already reconciled with another one."))
    found.reconciled_to = establishment
    found.save(update_fields=["reconciled_to"])
    provisional.reconciled_to = establishment
    if not establishment.is_open:
        forget_names(found)
    own = Load.objects.filter(source=Source.FIELD, spells__establishment=found)
    for load in own.filter(state=Load.State.ACTIVE).distinct():
        mark_undone(load, by)
