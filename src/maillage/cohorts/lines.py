"""What opening a figure tells of cohorts: to who answers for the programme, and of no name since there is none."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.cohorts.models import MACHINE, CohortLine, Pseudonym
from maillage.cohorts.permissions import can_read_whole


def steps(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The persons and lines among these that the actor reads whole.

    A structure reads none here, not even its own: beside the acts of another one of the same person, its own would tell who
    else knows that person.
    """
    found = {}
    persons = Pseudonym.objects.filter(key__in=source_keys).select_related("programme")
    for one in persons:
        if can_read_whole(actor, one.programme):
            found[str(one.key)] = ledger.Line(
                title=_("Person %(mark)s") % {"mark": str(one.key)[-8:]}, detail=str(one.programme)
            )
    lines = CohortLine.objects.visible_to(MACHINE).filter(key__in=source_keys)
    for line in lines.select_related("programme", "organisation"):
        if can_read_whole(actor, line.programme):
            found[str(line.key)] = ledger.Line(
                title=_("Line without day of birth"), detail=str(line.programme), who=str(line.organisation)
            )  # fmt: skip
    return found
