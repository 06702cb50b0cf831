"""Opening a programme of support, saying its stages and who hands lists in."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.cohorts.models import MACHINE, Allowed, Programme, StageList
from maillage.cohorts.permissions import can_change_programme, can_open_programme
from maillage.cohorts.vocabulary import USUAL, Counted, Stage
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed


def open_programme(
    *,
    name: str,
    fingerprint: str,
    structures: Collection[Organisation],
    by: Actor,
    once: str | None = None,
) -> Programme:
    """Open a programme with the usual stages; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor opens no programmes.
        Invalid: no name, or what is told of the key is no fingerprint.
        Conflict: the organisation has a programme of this name.
    """
    if not can_open_programme(by):
        raise NotAllowed(_("Your role does not allow this."))
    told = _checked(name, fingerprint)
    if once and (found := _made(once)):
        return found
    try:
        return _open(*told, structures, by, once)
    except IntegrityError as twin:
        if once and (found := _made(once)):
            return found
        raise Conflict(_("Your organisation has a programme of this name.")) from twin


def _made(once: str) -> Programme | None:
    return Programme.objects.visible_to(MACHINE).filter(once=once).first()


@ledger.action
def _open(
    name: str, fingerprint: str, structures: Collection[Organisation], by: Actor, once: str | None
) -> Programme:
    made = Programme.objects.create(
        organisation=by.acting_for(),
        name=name,
        fingerprint=fingerprint,
        opened_at=clock.now(),
        once=once,
    )
    _write_stages(made, USUAL)
    name_structures(programme=made, structures=structures, by=by)
    return made


def _checked(name: str, fingerprint: str) -> tuple[str, str]:
    told, mark = " ".join(name.split()), fingerprint.strip().lower()
    if not told:
        message = _("A programme has a name.")
        raise Invalid(message, fields={"name": message})
    if not re.fullmatch("[0-9a-f]{16}", mark):
        message = _("A fingerprint has 16 digits or letters a to f: “pseudonymise” prints it.")
        raise Invalid(message, fields={"fingerprint": message})
    return told[:120], mark


@ledger.action
def change_stages(
    *, programme: Programme, stages: Sequence[Stage], version: int, by: Actor
) -> StageList:
    """Say the stages anew: a new version of the list; what was told under the former one stays.

    Raises:
        NotAllowed: another organisation's programme.
        Invalid: no stage, a stage that counts as nothing known, or two that are called alike.
        Conflict: somebody changed the programme meanwhile.
    """
    found = _locked(programme, by)
    if found.version != version:
        raise Conflict(_("Somebody changed this programme meanwhile."))
    _check_stages(stages)
    found.version += 1
    found.save(update_fields=["version"])
    return _write_stages(found, stages)


def _check_stages(stages: Sequence[Stage]) -> None:
    told = [spelling for stage in stages for spelling in stage.spellings]
    if not stages or len(told) != len(set(told)) or any(not one.strip() for one in told):
        message = _("Each stage has words of its own.")
        raise Invalid(message, fields={"stages": message})
    if any(stage.counts_as not in Counted.values or len(stage.code) > 40 for stage in stages):
        message = _("Each stage counts as one of the seven known.")
        raise Invalid(message, fields={"stages": message})


def _write_stages(programme: Programme, stages: Sequence[Stage]) -> StageList:
    return StageList.objects.create(
        programme=programme,
        number=programme.stage_lists.count() + 1,
        stages=[stage.as_dict() for stage in stages],
        made_at=clock.now(),
    )


@ledger.action
def name_structures(
    *, programme: Programme, structures: Collection[Organisation], by: Actor
) -> None:
    """Say which structures hand lists in from now on; what the others told stays.

    Raises:
        NotAllowed: another organisation's programme.
    """
    found, now = _locked(programme, by), clock.now()
    named = {one.pk for one in structures}
    rows = Allowed.objects.filter(programme=found)
    rows.filter(ended_at=None).exclude(organisation__in=named).update(ended_at=now)
    rows.filter(organisation__in=named).update(ended_at=None)
    known = set(rows.values_list("organisation", flat=True))
    Allowed.objects.bulk_create(
        Allowed(programme=found, organisation=one, allowed_at=now)
        for one in structures
        if one.pk not in known
    )


@ledger.action
def close_programme(*, programme: Programme, by: Actor) -> Programme:
    """Take no more lists: what was told stays, and counts.

    Raises:
        NotAllowed: another organisation's programme.
    """
    found = _locked(programme, by)
    if found.closed_at is None:
        found.closed_at = clock.now()
        found.save(update_fields=["closed_at"])
    return found


def _locked(programme: Programme, by: Actor) -> Programme:
    every = Programme.objects.visible_to(MACHINE)
    found = every.select_for_update().get(pk=programme.pk)
    if not can_change_programme(by, found):
        raise NotAllowed(_("Your role does not allow this."))
    return found
