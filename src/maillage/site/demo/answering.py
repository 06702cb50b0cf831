"""What becomes of needs in the demonstration: sent to a partner, taken up, refused or left waiting, helped or not.

Drawn from a seed and played through the actions of needs, day after day, from the needs that visits heard and from the
requests that a few firms send by themselves.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.catalogue.models import Entry
from maillage.kernel import clock
from maillage.needs import actions, asking
from maillage.needs.entries import offered_for
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import MACHINE
from maillage.needs.vocabulary import Ending, Refusal, Theme, Urgency
from maillage.register.models import Establishment, Spell
from maillage.site.demo.calling import Callers
from maillage.site.demo.field import colleagues, evening

#: To whom a theme is sent: the metropolis has premises, the relay knows computers, the chamber does the rest.
_WHERE = {Theme.PREMISES: "mel", Theme.ONLINE: "relay", Theme.DIGITAL: "relay"}
_RULES = (
    ("mel", "Locaux et terrains", (Theme.PREMISES,), 5, 40),
    ("relay", "Sites, ventes en ligne, outils", (Theme.ONLINE, Theme.DIGITAL), 3, 60),
    ("cma", "Recrutement et apprentissage", (Theme.RECRUIT, Theme.FIRST_HIRE), 3, 80),
    ("cma", "Céder ou reprendre", (Theme.TRANSFER,), 5, 40),
    ("cma", "Entreprises en difficulté", (Theme.CASH,), 3, 40),
)  # nobody answers about energy: the page of rules says so
_ENDINGS = {
    Ending.HELPED: 62,
    Ending.NO_FOLLOW_UP: 16,
    Ending.UNREACHABLE: 10,
    Ending.OUT_OF_SCOPE: 7,
    Ending.ABANDONED: 5,
}
_REFUSALS = (Refusal.NO_ROOM, Refusal.NOT_OURS, Refusal.KNOWN)
_ANSWERS = (
    "Un rendez-vous a été pris, le dossier est complet.",
    "Deux solutions ont été proposées.",
    "Orienté vers une formation de deux jours.",
    "",
)
_WORDS = (
    "Je voudrais prendre des rendez-vous en ligne.",
    "Le bail se termine à l’automne, je cherche plus grand.",
    "Mon four consomme trop.",
    "Je cherche un apprenti pour septembre.",
    "Je pense à la retraite, à qui en parler ?",
)
#: Out of a hundred that wait on a working day: how many are sent, seen, answered, closed that day.
MONTH, SETTLED, SETTLED_HELPED = 28, 0.9, 0.45
SENT, ANSWERED, REFUSED, CLOSED, ASKED = 0.5, 0.28, 0.08, 0.07, 0.06


class Desk:
    """The partners' desks, played one day after the other."""

    def __init__(self, partners: Mapping[str, Organisation], seed: int) -> None:
        self.partners = partners
        self.chance = random.Random(seed)  # noqa: S311 -- an invented story, not a secret
        self.senders = colleagues(partners["cma"], Role.SERVICE_MANAGER)
        self.callers = Callers(partners["cma"], seed)
        self._write_rules()
        self.teams = {
            "cma": colleagues(partners["cma"], Role.ADVISER),
            "mel": colleagues(partners["mel"], Role.OFFICER),
            "relay": colleagues(partners["relay"], Role.EXPERT),
        }

    def _write_rules(self) -> None:
        """Who answers what, as the chamber has it."""
        for code, title, themes, days, most in _RULES:
            rule = actions.Rule(
                title=title,
                themes=tuple(themes),
                areas=("59", "62"),
                delay_days=days,
                capacity=most,
            )
            actions.add_rule(rule=rule, partner=self.partners[code], by=self.senders[0])

    def play(self, day: date) -> None:
        """What is asked, sent and answered on a working day."""
        if day.weekday() > 4:
            return
        with clock.at(evening(day, 11)):
            self._ask(day)
        self.callers.play(day)
        with clock.at(evening(day, 19)):
            self._together(day)

    @ledger.action
    def _together(self, day: date) -> None:
        self._answer(day)
        self._send(day)
        self._settle(day)

    def _ask(self, day: date) -> None:
        """A firm asks by itself, on the public form."""
        if self.chance.random() > ASKED:
            return
        firms = Establishment.objects.known().filter(
            commune__startswith="59", diffusion="O", state=Spell.State.ACTIVE
        )
        firm = firms.order_by("pk")[self.chance.randrange(firms.count())]
        asked = actions.Asked(
            theme=self.chance.choice(list(Theme)),
            expressed_on=day,
            urgency=self.chance.choice(list(Urgency)),
            words=self.chance.choice(_WORDS),
            contact_phone="03 00 00 00 00",
        )
        asking.ask(firm, asked, agreed=True, once=str(uuid5(NAMESPACE_URL, f"demo-ask-{day}")))

    def _send(self, day: date) -> None:
        """Some of the needs of late that nobody has, with the firm's agreement."""
        of_late = (
            Need.objects.visible_to(MACHINE)
            .standing()
            .at_stage("expressed")
            .filter(
                expressed_on__gte=day - timedelta(days=10),
                agreements__isnull=False,
            )
        )
        mine = of_late.filter(organisation=self.partners["cma"]).select_related("organisation")
        for need in mine.order_by("pk"):
            if self.chance.random() < SENT:
                self._send_one(need)

    def _settle(self, day: date) -> None:
        """After a month, whoever heard a need that went to nobody says what came of it."""
        old = (
            Need.objects.visible_to(MACHINE)
            .standing()
            .at_stage("expressed")
            .filter(
                expressed_on=day - timedelta(days=MONTH),
                organisation=self.partners["cma"],
            )
        )
        for need in old.select_related("organisation").order_by("pk"):
            helped = self.chance.random() < SETTLED_HELPED
            ending = Ending.HELPED if helped else Ending.NO_FOLLOW_UP
            if self.chance.random() < SETTLED:
                actions.close_need(need=need, ending=ending, by=self.chance.choice(self.senders))

    def _send_one(self, need: Need) -> None:
        partner = self.partners[_WHERE.get(Theme(need.theme), "cma")]
        if not need.referrals.filter(partner=partner).exists():
            by = self.chance.choice(self.senders)
            actions.send_referral(need=need, partner=partner, by=by, entry=_entry(need, partner))

    def _answer(self, day: date) -> None:
        """Some of what waits is taken up or refused, some of what was taken up is closed."""
        live = Referral.objects.visible_to(MACHINE).live().filter(sent_at__date__lt=day)
        for referral in live.select_related("need__organisation", "partner", "person").order_by(
            "pk"
        ):
            team = self._team(referral)
            drawn = self.chance.random()
            if referral.taken_at is None:
                self._open(referral, self.chance.choice(team), drawn)
            elif drawn < CLOSED:
                self._close(referral, self._follower(referral, team))

    def _open(self, referral: Referral, who: Actor, drawn: float) -> None:
        if drawn < REFUSED * ANSWERED:
            actions.refuse(referral=referral, refusal=self.chance.choice(_REFUSALS), by=who)
        elif drawn < ANSWERED:
            actions.take_up(referral=referral, by=who)
        elif drawn < 2 * ANSWERED:
            actions.note_seen(referral=referral, by=who)

    def _close(self, referral: Referral, who: Actor) -> None:
        ending = self.chance.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        answer = self.chance.choice(_ANSWERS) if ending is Ending.HELPED else ""
        actions.close_referral(referral=referral, ending=ending, by=who, answer=answer)

    def _team(self, referral: Referral) -> Sequence[Actor]:
        code = next(c for c, one in self.partners.items() if one.pk == referral.partner_id)
        return self.teams[code]

    def _follower(self, referral: Referral, team: Sequence[Actor]) -> Actor:
        return next((one for one in team if one.person == referral.person), team[0])


def _entry(need: Need, partner: Organisation) -> Entry | None:
    """Two times out of three, the best entry of the catalogue that this partner may answer by."""
    if need.pk % 3 == 0:
        return None
    told = (one.version.entry for one in offered_for(need).choices)
    return next((one for one in told if one.partner_id in {None, partner.pk}), None)
