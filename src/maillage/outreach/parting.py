"""What a share of a list looks like before it is applied: who would see how many, where, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from maillage import places
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import permissions
from maillage.outreach.models import AdviserProfile, Campaign, ListedFirm
from maillage.outreach.models.campaigns import ListedFirmQuerySet
from maillage.outreach.models.profiles import FULL_WEEK
from maillage.outreach.sharing import Adviser, Line, Proposal, propose
from maillage.outreach.sharing.reasons import POINTS, Criterion

WORDS = {
    Criterion.SECTOR: _("in their sector"),
    Criterion.LANGUAGE: _("in the language asked for"),
    Criterion.SKILL: _("of an activity they know"),
    Criterion.ABLE: _("because they have time"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shared out: what nobody has, or all that is not yet seen; a language that some communes call for."""

    everything: bool = False
    language: str = ""
    communes: tuple[str, ...] = ()

    def language_in(self, commune: str) -> str:
        """The language called for in a commune."""
        return self.language if not self.communes or commune in self.communes else ""


@dataclass(frozen=True, slots=True)
class Part:
    """What an adviser would have: how many more, beside what is theirs already, and for which reasons."""

    person: Person
    hours: int
    load: int
    taken: int
    why: Sequence[tuple[str, int, int]]  # the criterion in words, its points, for how many firms

    @property
    def after(self) -> int:
        """How many would then be theirs."""
        return self.load + self.taken


@dataclass(frozen=True)
class Town:
    """Who would see the firms of a commune."""

    code: str
    name: str
    parts: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Share:
    """A proposal, and the people it speaks of."""

    proposal: Proposal
    people: Mapping[int, Person]
    advisers: Sequence[Adviser] = field(default_factory=tuple)

    @cached_property
    def parts(self) -> list[Part]:
        """What each would have, by name."""
        counts: dict[int, Counter[Criterion]] = defaultdict(Counter)
        taken: Counter[int] = Counter()
        for one in self.proposal.given:
            taken[one.adviser.key] += 1
            counts[one.adviser.key].update(reason.criterion for reason in one.reasons)
        return [
            Part(
                self.people[one.key], one.hours, one.load, taken[one.key],
                [(str(WORDS[c]), POINTS[c], counts[one.key][c]) for c in Criterion if counts[one.key][c]],
            )
            for one in self.advisers
        ]  # fmt: skip

    @cached_property
    def towns(self) -> list[Town]:
        """Who would be where, commune by commune."""
        found: dict[str, Counter[int]] = defaultdict(Counter)
        for one in self.proposal.given:
            found[one.line.commune][one.adviser.key] += 1
        names = places.commune_names(found)
        towns = [
            Town(
                code,
                names[code],
                [(str(self.people[key]), count) for key, count in counts.most_common()],
            )
            for code, counts in found.items()
        ]
        return sorted(towns, key=lambda town: town.name)

    def pairs(self, otherwise: Mapping[str, int]) -> dict[int, int]:
        """Which line to whom, what the manager decided otherwise for a commune included."""
        return {
            one.line.key: otherwise.get(one.line.commune, one.adviser.key)
            for one in self.proposal.given
        }


def share(campaign: Campaign, actor: Actor, asked: Asked) -> Share:
    """The share proposed of a list among those who go and see firms today."""
    rows = to_share(campaign, actor, asked)
    lines = [
        Line(key, commune, activity, asked.language_in(commune))
        for key, commune, activity in rows.order_by("rank").values_list(
            "pk", "commune", "establishment__activity"
        )
    ]
    people = team(actor)
    advisers = _advisers(actor, people, {line.key for line in lines})
    return Share(propose(lines, advisers), {one.pk: one for one in people}, advisers)


def to_share(campaign: Campaign, actor: Actor, asked: Asked) -> ListedFirmQuerySet:
    """The lines not yet seen that nobody has, or somebody who left; or all of them."""
    waiting = ListedFirm.objects.visible_to(actor).filter(campaign=campaign).not_yet_seen()
    return (
        waiting
        if asked.everything
        else waiting.exclude(adviser__in=permissions.field_team(actor).values("person"))
    )


def orphans(campaign: Campaign, actor: Actor) -> int:
    """How many firms not yet seen are given to somebody who no longer sees firms for the organisation."""
    return to_share(campaign, actor, Asked()).exclude(adviser=None).count()


def team(actor: Actor) -> list[Person]:
    """Advisers of today, and the officers and managers who said that they go and see firms."""
    said = AdviserProfile.objects.visible_to(actor).filter(
        organisation_id=actor.organisation_id, weekly_hours__gt=0
    )
    advisers = permissions.field_team(actor).filter(role=Role.ADVISER).values("person")
    going = Person.objects.filter(pk__in=advisers) | Person.objects.filter(
        pk__in=said.values("person")
    )
    return list(
        going.filter(pk__in=permissions.field_team(actor).values("person"))
        .distinct()
        .order_by("name", "pk")
    )


def _advisers(actor: Actor, people: Sequence[Person], shared: set[int]) -> list[Adviser]:
    own = AdviserProfile.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    said = {one.person_id: one for one in own}
    loads = _loads(actor, shared)
    found = []
    for person in people:
        one = said.get(person.pk)
        found.append(
            Adviser(
                key=person.pk,
                communes=frozenset(one.communes if one else ()),
                languages=frozenset(one.languages if one else ()),
                activities=tuple(one.activities if one else ()),
                hours=one.weekly_hours if one else FULL_WEEK,
                load=loads.get(person.pk, 0),
            )
        )
    return found


def _loads(actor: Actor, shared: set[int]) -> dict[int, int]:
    """The firms that each still has to see in campaigns that go on, those that are shared out now left aside."""
    running = Campaign.objects.owned_by(actor).filter(
        frozen_at__isnull=False, ends_on__gte=clock.today()
    )
    lines = ListedFirm.objects.visible_to(actor).filter(campaign__in=running).not_yet_seen()
    theirs = lines.exclude(adviser=None).order_by()
    counts: Counter[int] = Counter()
    for key, adviser in theirs.values_list("pk", "adviser"):
        counts[adviser] += key not in shared
    return dict(counts)
