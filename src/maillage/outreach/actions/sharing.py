"""Sharing a list out among advisers: what each says of themselves, and a proposal applied in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.actions.campaigns import BATCH, locked_campaign
from maillage.outreach.actions.team import check_team
from maillage.outreach.models import AdviserProfile, Campaign, ListedFirm
from maillage.outreach.models.profiles import LONGEST_WEEK, Language


@dataclass(frozen=True, slots=True)
class Said:
    """What an adviser says of themselves."""

    communes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    weekly_hours: int = 0

    @classmethod
    def of(cls, profile: AdviserProfile) -> Said:
        """What was said last."""
        return cls(
            tuple(profile.communes),
            tuple(profile.languages),
            tuple(profile.activities),
            profile.weekly_hours,
        )

    def fields(self) -> dict[str, Any]:
        """The same as the record holds it."""
        return {
            "communes": list(self.communes),
            "languages": list(self.languages),
            "activities": list(self.activities),
            "weekly_hours": self.weekly_hours,
        }


@ledger.action
def say_profile(*, person: Person, said: Said, version: int, by: Actor) -> AdviserProfile:
    """Say how an adviser goes and sees firms: oneself, or who runs the team; version 0 when nothing was said yet.

    Raises:
        NotAllowed: neither oneself, nor, for who runs the team, a colleague.
        Invalid: a language is none of the list, or the week is too long.
        Conflict: somebody said otherwise meanwhile.
    """
    _check_saying(person, by)
    _check_said(said)
    rows = AdviserProfile.objects.visible_to(by).filter(organisation_id=by.organisation_id)
    found = rows.select_for_update(of=("self",)).filter(person=person).first()
    if version != (found.version if found else 0):
        raise Conflict(
            _("Somebody changed this profile while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    profile = found or AdviserProfile(organisation=by.acting_for(), person=person, version=0)
    for name, value in said.fields().items():
        setattr(profile, name, value)
    profile.said_at = clock.now()
    profile.version += 1
    profile.save()
    return profile


def _check_saying(person: Person, by: Actor) -> None:
    if not permissions.can_say_profile(by, person):
        raise NotAllowed(_("One says one’s own profile; who runs the team, those of all."))
    check_team(by, [person.pk])


def _check_said(said: Said) -> None:
    if set(said.languages) - set(Language.values):
        message = _("Choose one of the list.")
        raise Invalid(message, fields={"languages": message})
    if not 0 <= said.weekly_hours <= LONGEST_WEEK:
        week = _("From 0 to %(hours)s hours a week.") % {"hours": LONGEST_WEEK}
        raise Invalid(week, fields={"weekly_hours": week})


@ledger.action
def share_out(*, campaign: Campaign, given: Mapping[int, int], by: Actor) -> int:
    """Give each of these lines, by its row, to an adviser, by theirs; how many. Planning, so no act is recorded.

    A line whose firm is settled stays with who settled it: it was seen meanwhile, which is told by the number.

    Raises:
        NotAllowed: another organisation runs the campaign.
        Invalid: one of them sees no firm for the organisation.
        Conflict: a line is of another list.
    """
    found = locked_campaign(campaign, by)
    check_team(by, given.values())
    lines = ListedFirm.objects.visible_to(by).filter(campaign=found)
    waiting = set(lines.not_yet_seen().values_list("pk", flat=True))
    if set(given) - set(lines.values_list("pk", flat=True)):
        raise Conflict(_("A firm of this share is not on the list."))
    shares: dict[int, list[int]] = defaultdict(list)
    for line, person in given.items():
        if line in waiting:
            shares[person].append(line)
    for person, theirs in shares.items():
        for first in range(0, len(theirs), BATCH):
            lines.filter(pk__in=theirs[first : first + BATCH]).update(adviser_id=person)
    return sum(map(len, shares.values()))
