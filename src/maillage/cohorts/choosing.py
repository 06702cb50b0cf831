"""Which programme a list is for, and which deposit it corrects."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.cohorts.models import MACHINE, CohortLine, Programme, ProgrammeQuerySet
from maillage.intake.models import Load
from maillage.kernel.errors import Invalid


def programmes_of(by: Actor) -> ProgrammeQuerySet:
    """Those whose lists the structure hands in today."""
    return Programme.objects.open_to(by.organisation_id).order_by("name", "pk")


def programme_of(by: Actor, given: Mapping[str, str]) -> Programme:
    """The programme that a deposit names, or the only one that the structure has.

    Raises:
        Invalid: it has none, several, or not this one.
    """
    rows = list(programmes_of(by))
    if asked := given.get("programme", "").strip():
        rows = [one for one in rows if asked in {one.name, str(one.key)}]
    if len(rows) != 1:
        raise Invalid(
            _("The structure hands in lists for several programmes, or for none of this name."),
            remedy=_("Name the programme; who answers for it says which structures take part."),
        )
    return rows[0]


def corrected(by: Actor, given: Mapping[str, str], programme: Programme) -> int | None:
    """The deposit of this structure that another corrects.

    Raises:
        Invalid: the structure has no such deposit for this programme.
    """
    if not (asked := given.get("corrects", "")):
        return None
    own = Load.objects.visible().filter(source="cohort", organisation=by.organisation_id)
    found = own.filter(pk=int(asked)).values_list("pk", flat=True).first()
    told = CohortLine.objects.visible_to(MACHINE).filter(load=found)
    if found is None or told.exclude(programme=programme).exists():
        message = _("Your structure has no such deposit.")
        raise Invalid(message, fields={"corrects": message})
    return found
