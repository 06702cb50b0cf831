"""From a visit to its acts: what must stand in the ledger, and how to get there without an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.ledger.models import Act
from maillage.outreach.acts import ATTEMPTS, NEED_EXPRESSED, SOURCE_VISIT, attempt_kind
from maillage.outreach.models import Visit


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as the visit calls for it."""

    kind: str
    occurred_on: date
    establishment_id: int | None
    scheme: str
    action_key: str
    theme: str = ""
    quantity: int | None = None

    @classmethod
    def of(cls, act: Act) -> Wanted:
        """What an act of the ledger says, in the same terms."""
        return cls(
            kind=act.kind,
            occurred_on=act.occurred_on,
            establishment_id=act.establishment_id,
            scheme=act.scheme,
            action_key=act.action_key,
            theme=act.theme,
            quantity=act.quantity,
        )


def wanted(visit: Visit) -> list[Wanted]:
    """One act for the attempt, one for each need heard; none once the visit is cancelled."""
    if visit.cancelled_at is not None:
        return []
    campaign = visit.campaign
    common = (
        visit.occurred_on,
        visit.establishment_id,
        campaign.scheme if campaign else "",
        campaign.action_key if campaign else "",
    )
    attempt = Wanted(attempt_kind(visit.mode, visit.outcome), *common, quantity=visit.minutes)
    return [attempt, *(Wanted(NEED_EXPRESSED.name, *common, theme=t) for t in visit.themes)]


def settle(visit: Visit, *, by: Actor, reason_code: str) -> None:
    """Reverse the acts that no longer hold, record those that are missing, touch no other."""
    missing = wanted(visit)
    acts = Act.objects.unscoped(reason="the acts of a visit that its owner changes")
    standing = acts.of_source(SOURCE_VISIT, visit.key).effective()
    for act in standing if visit.version > 1 else ():
        if (same := Wanted.of(act)) in missing:
            missing.remove(same)
        else:
            ledger.reverse(act, by=by, reason_code=reason_code)
    for act_wanted in missing:
        _record(visit, act_wanted, by)


def _record(visit: Visit, act: Wanted, by: Actor) -> None:
    ledger.record(
        ATTEMPTS.get(act.kind, NEED_EXPRESSED),
        by=by,
        person=visit.adviser,
        occurred_on=act.occurred_on,
        source=(SOURCE_VISIT, visit.key),
        establishment=visit.establishment,
        theme=act.theme,
        scheme=act.scheme,
        action_key=act.action_key,
        quantity=act.quantity,
        unit="minute" if act.quantity is not None else "",
    )
