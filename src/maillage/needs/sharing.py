"""The needs that nobody has in hand, shared out among partners so that the whole is best and nobody has too many.

A table to be read and ticked: nothing is sent by itself, and what could not be placed says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.needs import matching, reading, routing
from maillage.needs.matching.assigning import NOBODY, assign
from maillage.needs.models import Agreement, Need, Referral, RoutingRule
from maillage.needs.models.needs import MACHINE

#: How many are shared out at once, the longest waiting first.
MOST = 200

NO_RULE = _("No rule sends it to anybody.")
NO_AGREEMENT = _("The firm has not agreed to be told to who could answer.")
NO_ROOM = _("Whoever could answer has no room left.")


@dataclass(frozen=True, slots=True)
class Share:
    """A need with the partner it is given to and why, or why nobody is."""

    need: Need
    proposed: routing.Proposed | None
    why_not: str | Promise = ""

    @property
    def mark(self) -> str:
        """What ticking this line sends: which need, by which rule."""
        return f"{self.need.key}:{self.proposed.rule.key}" if self.proposed else ""


def shared_out(actor: Actor) -> list[Share]:
    """The proposal for the actor's organisation: each need once, as many to a partner as it has room for."""
    needs = list(reading.nobodys(actor)[:MOST])
    rules = routing.usable_rules(actor.acting_for())
    offers = routing.offers_of(rules)
    asked = [routing.asked_with(need, None) for need in needs]
    told = _Told.of(needs)
    answers = [(need, [p for p in found if told.may(need, rules[p.service])]) for need, found in _by_need(needs, asked, offers)]  # fmt: skip
    given = _assigned([found for _, found in answers], offers)
    unlimited = [replace(offer, capacity=None) for offer in offers]
    known = {need.pk: found for need, found in _by_need(needs, asked, unlimited)}
    return [
        Share(need, routing.Proposed(rules[one.service].partner, rules[one.service], one))
        if one
        else Share(need, None, told.why_not(need, known[need.pk], rules))
        for (need, _), one in zip(answers, given, strict=True)
    ]


def _by_need(
    needs: Sequence[Need], asked: Sequence[matching.Asked], offers: Sequence[matching.Offer]
) -> list[tuple[Need, list[matching.Proposal]]]:
    """Every proposal, under the need it answers."""
    found: dict[str, list[matching.Proposal]] = {one.id: [] for one in asked}
    for proposal in matching.propose(asked, offers):
        found[proposal.need].append(proposal)
    return [(need, found[str(need.key)]) for need in needs]


def _assigned(
    answers: Sequence[Sequence[matching.Proposal]], offers: Sequence[matching.Offer]
) -> list[matching.Proposal | None]:
    """One proposal a need, none when there is no room: the sum of their scores is the greatest there is."""
    columns = {offer.id: rank for rank, offer in enumerate(offers)}
    scores = [[0] * len(offers) for _ in answers]
    for row, found in zip(scores, answers, strict=True):
        for one in found:
            row[columns[one.service]] = one.score
    rooms = [len(answers) if offer.room is None else offer.room for offer in offers]
    chosen = assign(scores, rooms) if offers else [NOBODY] * len(answers)
    return [
        next((one for one in found if columns[one.service] == column), None)
        for found, column in zip(answers, chosen, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    """To whom each firm agrees to be told, and to whom each need went before."""

    agreed: frozenset[tuple[int, int | None]]
    before: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, needs: Sequence[Need]) -> _Told:
        agreements = Agreement.objects.visible_to(MACHINE).standing().filter(need__in=needs)
        sent = Referral.objects.visible_to(MACHINE).filter(need__in=needs)
        return cls(
            frozenset(agreements.values_list("need", "partner")),
            frozenset(sent.order_by().values_list("need", "partner")),
        )

    def covers(self, need: Need, rule: RoutingRule) -> bool:
        """Whether the firm agrees to this partner being told; one's own organisation always may."""
        own = rule.partner_id == need.organisation_id
        return own or bool({(need.pk, None), (need.pk, rule.partner_id)} & self.agreed)

    def may(self, need: Need, rule: RoutingRule) -> bool:
        """Whether it may be sent there, and was not already."""
        return self.covers(need, rule) and (need.pk, rule.partner_id) not in self.before

    def why_not(
        self, need: Need, found: Sequence[matching.Proposal], rules: Mapping[str, RoutingRule]
    ) -> str | Promise:
        """Why nobody is given a need."""
        new = [p for p in found if (need.pk, rules[p.service].partner_id) not in self.before]
        if not new:
            return NO_RULE
        agreed = [one for one in new if self.covers(need, rules[one.service])]
        return NO_ROOM if agreed else NO_AGREEMENT
