"""Street walks: prepared, changed, called off. Planning: what is said on the way enters by visits, as any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.actions.team import check_team
from maillage.outreach.models import StreetWalk, ways


@dataclass(frozen=True, slots=True)
class Walk:
    """Which streets, when, and with whom; names as one types them."""

    streets: tuple[str, ...]
    day: date
    adviser: Person
    artisan: str = ""
    mayor: str = ""

    @classmethod
    def of(cls, walk: StreetWalk) -> Walk:
        """The walk as recorded."""
        return cls(tuple(walk.streets), walk.day, walk.adviser, walk.artisan, walk.mayor)

    def write_on(self, walk: StreetWalk) -> None:
        """Put it on the record.

        Raises:
            Invalid: it has no street, or its streets are of several communes.
        """
        communes = {ways.split(one)[0] for one in self.streets}
        if len(communes) != 1:
            message = (
                _("A walk is of one commune: its mayor comes along.")
                if communes
                else _("Name a street at least.")
            )
            raise Invalid(message, fields={"streets": message})
        walk.commune = communes.pop()
        walk.streets = list(self.streets)
        walk.day, walk.adviser = self.day, self.adviser
        walk.artisan, walk.mayor = self.artisan.strip(), self.mayor.strip()


def prepare_walk(*, plan: Walk, by: Actor, once: str | None = None) -> StreetWalk:
    """Prepare a walk; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: the day is over, a street is missing, or the adviser is none of the organisation.
        Conflict: the key was used for another walk.
    """
    if not permissions.can_report_visit(by):
        raise NotAllowed(_("Advisers, officers and service managers prepare street walks."))
    _check(plan, by)
    walk = StreetWalk(organisation=by.acting_for(), once=once)
    plan.write_on(walk)
    if found := _sent_before(walk, by):
        return found
    try:
        return _save(walk=walk)
    except IntegrityError:
        if found := _sent_before(walk, by):
            return found
        raise


def _check(plan: Walk, by: Actor) -> None:
    check_team(by, [plan.adviser.pk])
    if plan.day < clock.today():
        gone = _("This day is over.")
        raise Invalid(gone, fields={"day": gone})


@ledger.action
def _save(*, walk: StreetWalk) -> StreetWalk:
    walk.save(force_insert=True)
    return walk


def _sent_before(walk: StreetWalk, by: Actor) -> StreetWalk | None:
    if walk.once is None:
        return None
    found = StreetWalk.objects.visible_to(by).filter(once=walk.once).first()
    if found is None or Walk.of(found) == Walk.of(walk):
        return found
    raise Conflict(_("This form was already sent with other answers."))


@ledger.action
def change_walk(*, walk: StreetWalk, plan: Walk, version: int, by: Actor) -> StreetWalk:
    """Change a walk that is still to come.

    Raises:
        NotAllowed: another organisation prepares it.
        Invalid: as `prepare_walk`.
        Conflict: it was called off, or somebody changed it meanwhile.
    """
    found = _locked(walk, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this walk while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    _check(plan, by)
    plan.write_on(found)
    found.version += 1
    found.save()
    return found


@ledger.action
def call_off_walk(*, walk: StreetWalk, by: Actor) -> StreetWalk:
    """Call a walk off; it stays on the list, said to be so.

    Raises:
        NotAllowed: another organisation prepares it.
        Conflict: it was called off already.
    """
    found = _locked(walk, by)
    found.called_off_at = clock.now()
    found.version += 1
    found.save(update_fields=["called_off_at", "version"])
    return found


def _locked(walk: StreetWalk, by: Actor) -> StreetWalk:
    rows = StreetWalk.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.filter(pk=walk.pk, organisation_id=by.organisation_id).first()
    if found is None or not permissions.can_report_visit(by):
        raise NotAllowed(_("Those who go and see firms for its organisation prepare a walk."))
    if found.called_off_at is not None:
        raise Conflict(_("This walk was called off."))
    return found
