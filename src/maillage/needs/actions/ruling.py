"""Routing rules are written and ended; never edited, so that each proposal can be explained by the rule of its day."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.catalogue.codes import is_town
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.ledger import themes
from maillage.needs.models import RoutingRule
from maillage.needs.models.needs import MACHINE
from maillage.needs.permissions import can_route


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a rule says: whom a partner answers, where, how soon, how many at once."""

    title: str
    themes: tuple[str, ...]
    areas: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    headcount_min: int | None = None
    headcount_max: int | None = None
    legal_forms: tuple[str, ...] = ()
    craft_only: bool = False
    delay_days: int | None = None
    capacity: int | None = None

    def check(self) -> None:
        """Refuse what no need could meet.

        Raises:
            Invalid: no theme, an unknown one, a code that is none, headcounts out of order.
        """
        today = clock.today()
        unknown = [code for code in self.themes if themes.taken(code, today) is None]
        if not self.themes or unknown:
            message = _("Choose what this partner answers.")
            raise Invalid(message, fields={"themes": message})
        if wrong := [code for code in self.areas if not is_town(code)]:
            told = _("%(codes)s: no code of a commune or of a département.") % {
                "codes": ", ".join(wrong)
            }
            raise Invalid(told, fields={"areas": told})
        least, most = self.headcount_min, self.headcount_max
        if least is not None and most is not None and least > most:
            message = _("The least headcount is greater than the most.")
            raise Invalid(message, fields={"headcount_max": message})


def add_rule(
    *, rule: Rule, partner: Organisation, by: Actor, once: str | None = None
) -> RoutingRule:
    """Write that a partner answers some needs; sent twice under the same key, it is written once.

    Raises:
        NotAllowed: the actor does not decide to whom needs are sent.
        Invalid: no need could meet it.
    """
    if not can_route(by):
        raise NotAllowed(_("Only officers and service managers say which partner answers what."))
    rule.check()
    told = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(rule).items()}
    made = RoutingRule(
        organisation=by.acting_for(), partner=partner, made_at=clock.now(), made_by=by.person, once=once, **told
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        found = RoutingRule.objects.visible_to(MACHINE).filter(once=once).first() if once else None
        if found is None:
            raise
        return found
    return made


@transaction.atomic
def end_rule(*, rule: RoutingRule, by: Actor) -> RoutingRule:
    """The rule proposes nothing any more; what it proposed stays explained. Said twice, it is said once.

    Raises:
        NotAllowed: it is another organisation's, or the actor does not decide to whom needs are sent.
    """
    if not can_route(by) or rule.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only officers and service managers say which partner answers what."))
    RoutingRule.objects.visible_to(MACHINE).filter(pk=rule.pk, ended_at=None).update(
        ended_at=clock.now()
    )
    rule.refresh_from_db()
    return rule
