"""Following firms: put in a portfolio, followed otherwise, handed over with their history, left."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.actions.team import check_team
from maillage.outreach.models import FollowedFirm, Handover
from maillage.outreach.models.portfolios import Ended, Every, Family
from maillage.register.models import Establishment, LegalUnit


def follow_firm(
    *,
    establishment: Establishment,
    family: str,
    every: int,
    by: Actor,
    adviser: Person | None = None,
    once: str | None = None,
) -> FollowedFirm:
    """Put a firm in an adviser's portfolio, one's own unless another is named; planning, so no act is recorded.

    Raises:
        NotAllowed: the actor follows no firm, or fills the portfolio of a colleague without running the team.
        Invalid: this person sees no firm for the organisation, or the portfolio or the pace is none.
        Conflict: the firm is followed already, or the key was used for another one.
    """
    if by.person is None or not permissions.can_report_visit(by):
        raise NotAllowed(_("Advisers, officers and service managers follow firms."))
    taker = adviser or by.person
    if taker != by.person and not permissions.can_run_campaign(by):
        raise NotAllowed(_("Officers and service managers fill the portfolio of a colleague."))
    check_team(by, [taker.pk])
    followed = FollowedFirm(
        organisation=by.acting_for(),
        legal_unit=establishment.legal_unit,
        establishment=establishment,
        adviser=taker,
        family=_one_of(Family, family, "family"),
        every=_one_of(Every, every, "every"),
        since=clock.today(),
        once=once,
    )
    return _sent_before(followed, by) or _saved_once(followed, by)


def _saved_once(followed: FollowedFirm, by: Actor) -> FollowedFirm:
    try:
        return _save(followed=followed)
    except IntegrityError:
        if found := _sent_before(followed, by):
            return found
        raise Conflict(
            _("Your organisation follows this firm already."),
            remedy=_("Find it in the portfolios, then hand it over if need be."),
        ) from None


@ledger.action
def _save(*, followed: FollowedFirm) -> FollowedFirm:
    followed.save(force_insert=True)
    return followed


def _sent_before(followed: FollowedFirm, by: Actor) -> FollowedFirm | None:
    if followed.once is None:
        return None
    found = FollowedFirm.objects.visible_to(by).filter(once=followed.once).first()
    if found is None or found.legal_unit_id == followed.legal_unit_id:
        return found
    raise Conflict(_("This form was already sent with other answers."))


def _one_of(choices: type[Family | Every], given: str | int, field: str) -> str | int:
    if given not in choices.values:
        message = _("Choose one of the list.")
        raise Invalid(message, fields={field: message})
    return given


@ledger.action
def change_following(
    *, followed: FollowedFirm, family: str, every: int, version: int, by: Actor
) -> FollowedFirm:
    """Move a firm to another portfolio of the same adviser, or talk to it more or less often.

    Raises:
        NotAllowed: neither one's own, nor, for who runs the team, of a colleague.
        Invalid: the portfolio or the pace is none.
        Conflict: it is no longer followed, or somebody changed it meanwhile.
    """
    found = _locked(followed, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this firm’s follow-up while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    found.family = str(_one_of(Family, family, "family"))
    found.every = int(_one_of(Every, every, "every"))
    found.version += 1
    found.save(update_fields=["family", "every", "version"])
    return found


@ledger.action
def hand_over(*, followed: FollowedFirm, to: Person, by: Actor) -> FollowedFirm:
    """Pass a firm to another adviser; who followed it until now stays in its history.

    Raises:
        NotAllowed: neither one's own, nor, for who runs the team, of a colleague.
        Invalid: this person sees no firm for the organisation.
        Conflict: it is no longer followed.
    """
    found = _locked(followed, by)
    check_team(by, [to.pk])
    _pass(found, to, by)
    return found


def _pass(followed: FollowedFirm, to: Person, by: Actor) -> None:
    if followed.adviser_id == to.pk or by.person is None:
        return
    Handover.objects.create(
        followed=followed,
        giver_id=followed.adviser_id,
        taker=to,
        day=clock.today(),
        decided_by=by.person,
    )
    followed.adviser = to
    followed.version += 1
    followed.save(update_fields=["adviser", "version"])


@ledger.action
def hand_over_all(*, giver: Person, to: Person, by: Actor) -> int:
    """Pass every firm that somebody follows to another adviser, as when they leave; how many.

    Raises:
        NotAllowed: the actor does not run the team.
        Invalid: the one who takes over sees no firm for the organisation, or is the same.
    """
    if not permissions.can_run_campaign(by):
        raise NotAllowed(_("Officers and service managers hand over the portfolio of a colleague."))
    check_team(by, [to.pk])
    if giver == to:
        message = _("Choose somebody else.")
        raise Invalid(message, fields={"to": message})
    mine = FollowedFirm.objects.visible_to(by).current().filter(adviser=giver)
    rows = list(mine.filter(organisation_id=by.organisation_id).select_for_update(of=("self",)))
    for followed in rows:
        _pass(followed, to, by)
    return len(rows)


@ledger.action
def stop_following(*, followed: FollowedFirm, because: str, by: Actor) -> FollowedFirm:
    """Leave a firm, with a reason; its history stays.

    Raises:
        NotAllowed: neither one's own, nor, for who runs the team, of a colleague.
        Invalid: the reason is none.
        Conflict: it is no longer followed.
    """
    found = _locked(followed, by)
    if because not in Ended.values:
        message = _("Choose one of the list.")
        raise Invalid(message, fields={"because": message})
    found.ended_on, found.ended_because = clock.today(), because
    found.version += 1
    found.save(update_fields=["ended_on", "ended_because", "version"])
    return found


def carry_following(before: LegalUnit, real: Establishment, by: Actor) -> None:
    """A followed firm that was added by hand is, once matched, the firm of the register; followed there too, it is followed once."""
    own = FollowedFirm.objects.visible_to(by).current().filter(organisation_id=by.organisation_id)
    found = own.select_for_update(of=("self",)).filter(legal_unit=before).first()
    if found is None:
        return
    if own.filter(legal_unit=real.legal_unit).exists():
        found.ended_on, found.ended_because = clock.today(), Ended.OTHER
    else:
        found.establishment, found.legal_unit = real, real.legal_unit
    found.version += 1
    found.save()


def _locked(followed: FollowedFirm, by: Actor) -> FollowedFirm:
    rows = FollowedFirm.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.filter(pk=followed.pk).first()
    if found is None or not permissions.can_follow(by, found):
        raise NotAllowed(_("The adviser who follows a firm, or who runs the team, decides on it."))
    if found.ended_on is not None:
        raise Conflict(_("This firm is no longer followed."))
    return found
