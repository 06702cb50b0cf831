"""Project leaders: written down with little, changed, forgotten when they ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.models import Project
from maillage.desks.models.places import MACHINE
from maillage.desks.models.welcomes import NAMELESS
from maillage.desks.permissions import can_hold_desk, can_read_person
from maillage.desks.vocabulary import Basis, Forgetting
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

LONGEST_PSEUDONYM = 36


@dataclass(frozen=True, slots=True)
class Leader:
    """What is written of somebody with a project: as little as serves to call back."""

    basis: str = Basis.MISSION
    name: str = ""
    phone: str = ""
    email: str = ""
    activity: str = ""
    commune: str = ""
    district: str = ""
    pseudonym: str = ""

    def check(self) -> None:
        """Refuse what does not hold together.

        Raises:
            Invalid: a contact without a name, no lawful basis.
        """
        if self.basis not in Basis.values:
            message = _("Say by what right the name is written down.")
            raise Invalid(message, fields={"basis": message})
        if not self.name.strip() and (self.phone.strip() or self.email.strip()):
            message = _("A contact goes with a name.")
            raise Invalid(message, fields={"name": message})

    def write_on(self, project: Project) -> None:
        """Put it on the record; a card shown keeps its pseudonym."""
        for name, value in asdict(self).items():
            if name != "pseudonym":
                setattr(project, name, value.strip())


def meet_leader(*, leader: Leader, on: date, by: Actor, once: str | None = None) -> Project:
    """Write a project leader down; one who shows a card known here is found again, and what was not known is added.

    Raises:
        NotAllowed: the actor holds no desk.
        Invalid: what is written does not hold together.
        Conflict: the key was used elsewhere.
    """
    if not can_hold_desk(by):
        raise NotAllowed(_("Only who works in the field writes down project leaders."))
    leader.check()
    if found := _known(leader, by, once):
        return (
            found if once and found.once == once else _complete(project=found, leader=leader, by=by)
        )
    project = Project(organisation=by.acting_for(), noted_at=clock.now(), last_met_on=on, once=once)
    if leader.pseudonym.strip():
        project.pseudonym = leader.pseudonym.strip().upper()[:LONGEST_PSEUDONYM]
    leader.write_on(project)
    try:
        with transaction.atomic():
            project.save(force_insert=True)
    except IntegrityError:
        if found := _known(leader, by, once):
            return found
        raise
    return project


def _known(leader: Leader, by: Actor, once: str | None) -> Project | None:
    every = Project.objects.visible_to(MACHINE)
    if once and (found := every.filter(once=once).first()):
        if found.organisation_id != by.organisation_id:
            raise Conflict(_("This form was already sent by another organisation."))
        return found
    shown = leader.pseudonym.strip().upper()
    return every.filter(organisation=by.organisation_id, pseudonym=shown).first() if shown else None


@ledger.action
def _complete(*, project: Project, leader: Leader, by: Actor) -> Project:
    """Write what is told now where nothing is written; what is written stays, and who was forgotten stays so."""
    found = locked(project, by)
    told = {name: getattr(leader, name).strip() for name in NAMELESS if not getattr(found, name)}
    told = {name: text for name, text in told.items() if text}
    if found.forgotten_at is not None or not told:
        return found
    if "name" in told:
        told["basis"] = leader.basis
    for name, text in told.items():
        setattr(found, name, text)
    found.version += 1
    found.save(update_fields=[*told, "version"])
    return found


@ledger.action
def change_leader(*, project: Project, leader: Leader, version: int, by: Actor) -> Project:
    """Set what is written of somebody right; what was recorded of them stays as it was known.

    Raises:
        NotAllowed: another organisation's.
        Invalid: what is written does not hold together.
        Conflict: somebody changed it meanwhile, or the person was forgotten.
    """
    leader.check()
    found = locked(project, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this page while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    if found.forgotten_at is not None:
        raise Conflict(_("This person asked not to be written down any more."))
    leader.write_on(found)
    found.version += 1
    found.save()
    return found


@ledger.action
def forget_leader(*, project: Project, reason: str, by: Actor) -> Project:
    """The person objects, or asks to be erased: who and where they are goes at once, what was counted stays.

    Raises:
        NotAllowed: another organisation's.
        Invalid: the reason is none of ours.
        Conflict: it is done already.
    """
    if reason not in Forgetting.values:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})
    found = locked(project, by)
    if found.forgotten_at is not None:
        raise Conflict(_("This person was forgotten already."))
    for name, value in NAMELESS.items():
        setattr(found, name, value)
    found.forgotten_at, found.forgotten_because = clock.now(), reason
    found.version += 1
    found.save()
    return found


def locked(project: Project, by: Actor) -> Project:
    """The project under lock, as it stands now, for somebody who may read whose it is.

    Raises:
        NotAllowed: another organisation's.
    """
    rows = Project.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=project.pk).first()
    if found is None or not can_read_person(by, found):
        raise NotAllowed(_("Only the organisation that met this person follows their project."))
    return found
