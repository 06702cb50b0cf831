"""Two years of visits and calls, drawn from a seed and reported through the actions of prospecting."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from maillage import ledger
from maillage.accounts import actors
from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.needs.vocabulary import Theme
from maillage.outreach.actions import campaigns, visits
from maillage.outreach.actions.answers import Heard
from maillage.outreach.models import Campaign, Guide, ListedFirm, Visit
from maillage.outreach.vocabulary import SETTLED, Met, Mode, Outcome

LOCKDOWN = Period(date(2020, 3, 17), date(2020, 5, 10))
_OUTCOMES = {
    Outcome.DONE: 66,
    Outcome.ABSENT: 14,
    Outcome.UNREACHABLE: 7,
    Outcome.REFUSED: 6,
    Outcome.POSTPONED: 4,
    Outcome.CLOSED_DOWN: 2,
    Outcome.WRONG_ADDRESS: 1,
}
_THEMES = {
    Theme.ONLINE: 24,
    Theme.RECRUIT: 20,
    Theme.DIGITAL: 14,
    Theme.PREMISES: 12,
    Theme.ENERGY: 10,
    Theme.CASH: 9,
    Theme.FIRST_HIRE: 8,
    Theme.TRANSFER: 6,
}
_NOTES = (
    "L’atelier est en fond de cour, les livraisons sont difficiles.",
    "Souhaite un rendez-vous avec la MEL sur les locaux disponibles.",
    "Cherche un apprenti pour septembre.",
    "Page internet ancienne, pas de prise de rendez-vous en ligne.",
    "Demande les conditions d’une aide à la rénovation du four.",
    "Pense transmettre dans trois ans, n’a pas encore de repreneur.",
    "Rien à signaler, activité stable.",
)


def colleagues(organisation: Organisation, role: Role) -> list[Actor]:
    """The people of an organisation who have this role, as actors, in a fixed order."""
    system = actors.System("the demonstration plays its people")
    members = Membership.objects.visible_to(system).filter(organisation=organisation, role=role)
    members = members.select_related("person", "organisation").order_by("person__email")
    return [actors.of(member) for member in members]


class Round:
    """A campaign played one day after the other: a team, its list in an order drawn from the seed."""

    def __init__(self, campaign: Campaign, team: Sequence[Actor], pace: int, seed: int) -> None:
        self.campaign, self.team, self.pace = campaign, team, pace
        self.chance = random.Random(seed)  # noqa: S311 -- an invented story, not a secret
        system = actors.System("the demonstration plays its people")
        lines = ListedFirm.objects.visible_to(system).filter(campaign=campaign)
        firms = [x.establishment for x in lines.select_related("establishment").order_by("rank")]
        self.chance.shuffle(firms)
        self.waiting = deque(firms)

    def play(self, day: date) -> int:
        """Report what the team tried on a working day; the number of attempts."""
        if day.weekday() > 4 or day.month == 8:
            return 0
        pace = self.pace // 3 if day in LOCKDOWN else self.pace
        number = self.chance.randint(max(0, pace - 2), pace + 2)
        attempts = [self._attempt(day) for _ in range(min(number, len(self.waiting)))]
        if attempts:
            with clock.at(evening(day)):  # typed in the evening, back at the office
                _report_together(attempts)
        return len(attempts)

    def _attempt(self, day: date) -> dict[str, Any]:
        """The next firm; one that was missed is tried again later, a few are seen a second time."""
        chance, firm = self.chance, self.waiting.popleft()
        facts = _facts(day, chance)
        seen_again = facts.outcome is Outcome.DONE and chance.random() < 0.05
        if facts.outcome not in SETTLED or seen_again:
            self.waiting.append(firm)
        return {
            "establishment": firm,
            "facts": facts,
            "by": chance.choice(self.team),
            "campaign": self.campaign,
            "note": chance.choice(_NOTES) if chance.random() < 0.6 else "",
            "once": f"demo-{day}-{chance.getrandbits(64):016x}",
        }


def _facts(day: date, chance: random.Random) -> visits.VisitFacts:
    outcome = chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    by_phone = day in LOCKDOWN or chance.random() < 0.12
    done = outcome is Outcome.DONE
    themes: tuple[str, ...] = ()
    if done and chance.random() < 0.55:
        drawn = chance.choices(list(_THEMES), list(_THEMES.values()), k=chance.choice((1, 1, 2)))
        themes = tuple(sorted({str(theme) for theme in drawn}))
    return visits.VisitFacts(
        mode=Mode.CALL if by_phone else Mode.VISIT,
        outcome=outcome,
        occurred_on=day,
        minutes=chance.choice((15, 20, 30, 30, 45, 60)) if done else 5,
        met=chance.choice((Met.OWNER, Met.OWNER, Met.SPOUSE, Met.EMPLOYEE)) if done else "",
        themes=themes,
        may_transmit=bool(themes) and chance.random() < 0.7,
    )


@ledger.action
def _report_together(attempts: Sequence[dict[str, Any]]) -> None:
    by = attempts[0]["by"]  # one team, one organisation, one grid
    grid = Guide.objects.visible_to(by).in_use(Guide.Kind.GRID)
    for attempt in attempts:
        chance = random.Random(attempt["once"])  # noqa: S311 -- an invented story, not a secret
        talked = attempt["facts"].outcome is Outcome.DONE and chance.random() < 0.4
        visits.report_visit(**attempt, heard=_heard(grid, chance) if grid and talked else None)


def _heard(grid: Guide, chance: random.Random) -> Heard:
    """What was answered to some of the questions; the first answer of a list is the likeliest."""
    told = {}
    for code, question in grid.grid.questions.items():
        if chance.random() < 0.5:
            rank = int(chance.triangular(0, len(question.choices), 0))
            told[code] = [question.choices[rank].code]
    return Heard(grid, told)


def evening(day: date, hour: int = 18) -> datetime:
    """An hour of a day in Paris."""
    return datetime.combine(day, time(hour), tzinfo=clock.PARIS)


def launch(plan: campaigns.Plan, *, head: Actor, team: Sequence[Actor], once: str) -> Campaign:
    """Create a campaign, freeze its list, share it out among the team commune by commune."""
    campaign = campaigns.create_campaign(plan=plan, by=head, once=once)
    campaign = campaigns.freeze_campaign(campaign=campaign, by=head)
    system = actors.System("the demonstration plays its people")
    lines = ListedFirm.objects.visible_to(system).filter(campaign=campaign)
    communes = sorted(set(lines.values_list("commune", flat=True)))
    for rank, member in enumerate(team):
        share = communes[rank :: len(team)]
        if share and member.person is not None:
            campaigns.assign(campaign=campaign, adviser=member.person, by=head, communes=share)
    return campaign


def correct_some(*, before: date, number: int, reason: str, seed: int) -> int:
    """Cancel some visits of a published period, found wrong at a call-back control."""
    chance = random.Random(seed)  # noqa: S311 -- an invented story, not a secret
    system = actors.System("the demonstration plays its people")
    done = Visit.objects.visible_to(system).filter(
        outcome=Outcome.DONE, occurred_on__lte=before, campaign__territory="mel"
    )
    picked = chance.sample(list(done.order_by("pk")), k=min(number, done.count()))
    for visit in picked:
        membership = Membership.objects.visible_to(system).get(
            person=visit.adviser, organisation=visit.organisation
        )
        visits.cancel_visit(visit=visit, reason=reason, by=actors.of(membership))
    return len(picked)
