"""Which partners may answer a need, and why: the routing rules in force, scored by `matching`; a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.figures.observations.headcount import BANDS
from maillage.ledger import themes
from maillage.needs import matching, thesaurus
from maillage.needs.matching.scoring import CRITERIA
from maillage.needs.models import Need, Referral, RoutingRule
from maillage.needs.models.needs import MACHINE
from maillage.register.models import Establishment, Spell

NOBODY_EMPLOYED = "NN"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A partner that may answer a need: by which rule, with what score, for which reasons."""

    partner: Organisation
    rule: RoutingRule
    proposal: matching.Proposal

    @property
    def score(self) -> int:
        """The sum of its reasons."""
        return self.proposal.score

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason in words, with its points."""
        return [(str(CRITERIA[one.criterion]), one.points) for one in self.proposal.reasons]

    @property
    def why(self) -> list[dict[str, object]]:
        """The reasons as they are kept with the referral, under the rule that gave them."""
        return [{"rule": str(self.rule.key)}, *(one.as_json() for one in self.proposal.reasons)]


def proposed(need: Need) -> list[Proposed]:
    """The partners that may answer a need, best first, each by its best rule, within their room.

    After those that answer its theme, those that answer what its words speak of, by the terms that advisers keep.
    """
    by_key = usable_rules(need.organisation)
    offers = offers_of(by_key)
    found: dict[int, Proposed] = {}
    asked = asked_of(need)
    in_its_words = matching.propose(
        [replace(asked, theme="")], offers, thesaurus=thesaurus.kept_by(need.organisation)
    )
    for one in [*matching.propose([asked], offers), *in_its_words]:
        rule = by_key[one.service]
        found.setdefault(rule.partner_id, Proposed(rule.partner, rule, one))
    return list(found.values())


def usable_rules(organisation: Organisation) -> dict[str, RoutingRule]:
    """The rules in force of an organisation, of partners that are still there, by key."""
    rules = RoutingRule.objects.visible_to(MACHINE).in_force()
    mine = rules.filter(organisation=organisation, partner__is_active=True)
    return {str(rule.key): rule for rule in mine.select_related("partner")}


def offers_of(rules: Mapping[str, RoutingRule]) -> list[matching.Offer]:
    """The same as matching reads them, each with what its partner has in hand."""
    load = _load({rule.partner_id for rule in rules.values()})
    return [_offer(rule, load.get(rule.partner_id, 0)) for rule in rules.values()]


def asked_of(need: Need) -> matching.Asked:
    """A need with what the register knows of its firm on the day it was expressed."""
    spells = Spell.objects.on(need.expressed_on).filter(establishment=need.establishment)
    return asked_with(need, spells.first())


def asked_with(need: Need, spell: Spell | None) -> matching.Asked:
    """A need with what a spell of its firm says; without one, what the register says today."""
    place: Establishment = need.establishment
    band = spell.size_band if spell else place.size_band
    return matching.Asked(
        id=str(need.key),
        theme=themes.followed(need.theme),
        text=need.words,
        commune=(spell.commune if spell else "") or place.commune,
        activity=(spell.activity if spell else "") or place.activity,
        headcount=0 if band == NOBODY_EMPLOYED else BANDS[band][0] if band in BANDS else None,
        legal_form=place.legal_unit.legal_category,
        craft=bool(place.trade_register_code),
        language=need.language,
    )


def _load(partners: set[int]) -> dict[int, int]:
    """How many requests each partner has in hand, whoever sent them."""
    live = Referral.objects.visible_to(MACHINE).live().filter(partner__in=partners)
    return dict(live.order_by().values_list("partner").annotate(number=Count("pk")))


def _offer(rule: RoutingRule, load: int) -> matching.Offer:
    return matching.Offer(
        id=str(rule.key),
        themes=frozenset(map(themes.followed, rule.themes)),
        text=rule.title,
        areas=frozenset(rule.areas),
        activities=tuple(rule.activities),
        headcount=(rule.headcount_min, rule.headcount_max),
        legal_forms=tuple(rule.legal_forms),
        craft_only=rule.craft_only,
        delay_days=rule.delay_days,
        capacity=rule.capacity,
        load=load,
    )


def holes(rules: Sequence[RoutingRule]) -> list[str]:
    """What firms may ask for and no rule sends to anybody, in words."""
    covered = {themes.followed(theme) for rule in rules for theme in rule.themes}
    return [words for theme, words in themes.choices() if theme not in covered]


def rules_of(actor: Actor) -> list[RoutingRule]:
    """The rules of the actor's organisation, those in force."""
    rules = RoutingRule.objects.owned_by(actor).in_force()
    return list(rules.select_related("partner", "made_by"))
