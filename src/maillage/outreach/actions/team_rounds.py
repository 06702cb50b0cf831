"""The rounds of a team on one day, accepted at once by who runs the campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import touring, waiting
from maillage.outreach.actions.campaigns import locked_campaign
from maillage.outreach.actions.kept_rounds import keep
from maillage.outreach.actions.team import check_team
from maillage.outreach.models import Campaign, KeptRound


@ledger.action
def accept_rounds(
    *,
    campaign: Campaign,
    day: date,
    asked: Sequence[KeptRound],
    tour: touring.Tour,
    once: UUID,
    by: Actor,
) -> list[KeptRound]:
    """Keep the rounds of several advisers as they were read; planning, so no act is recorded. Sent twice, done once.

    `asked` is how each goes, one unsaved round each; `tour` what was read, which is kept as it is or not at all. A firm given to nobody is given to whom its round was given; each
    round takes the place of the one that its adviser had for this campaign that day.

    Raises:
        NotAllowed: another organisation runs the campaign.
        Invalid: the day is over, or one of them sees no firm for the organisation.
        Conflict: what was read does not hold any more (`touring.held_to`), or the key was used.
    """
    found = locked_campaign(campaign, by)
    if before := accepted(once, by):
        if any(one.campaign_id != found.pk or one.day != day for one in before):
            raise Conflict(_("This form was already sent with other answers."))
        return before
    if day < clock.today():
        gone = _("This day is over.")
        raise Invalid(gone, fields={"day": gone})
    check_team(by, [one.adviser_id for one in asked])
    outings = touring.outings_of(asked)
    tour = touring.held_to(found, outings, day, tour)
    _give(found, day, asked, tour)
    mine = KeptRound.objects.visible_to(by).filter(campaign=found, day=day)
    mine.filter(adviser__in=[one.adviser_id for one in asked]).delete()
    for kept, outing in zip(asked, outings, strict=True):
        kept.campaign, kept.organisation, kept.day = found, by.acting_for(), day
        kept.accepted_by, kept.batch = by.person, once
        keep(kept, tour, outing, by=by)
    return list(asked)


def accepted(once: UUID, by: Actor) -> list[KeptRound]:
    """The rounds that were accepted under a key, by those who run the campaigns of the organisation."""
    return list(KeptRound.objects.visible_to(by).filter(batch=once))


def _give(campaign: Campaign, day: date, asked: Sequence[KeptRound], tour: touring.Tour) -> None:
    """Give to each adviser the firms of their round that were given to nobody."""
    advisers = {one.adviser.email: one.adviser_id for one in asked}
    free = waiting.free_lines(campaign, list(advisers.values()), day)
    for route in tour.plan.routes:
        theirs = [tour.firms[call.stop].pk for call in route.calls]
        free.filter(establishment__in=theirs, adviser=None).update(
            adviser_id=advisers[route.vehicle]
        )
