"""From a visit to its acts and needs: what must stand in the ledger, and how to get there without an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.ledger.models import Act
from maillage.needs.actions import Asked, Birth, settle_heard
from maillage.needs.vocabulary import Origin
from maillage.outreach.acts import ATTEMPTS, SOURCE_VISIT
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import attempt_kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as the visit calls for it."""

    kind: str
    occurred_on: date
    establishment_id: int | None
    scheme: str
    action_key: str
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
            quantity=act.quantity,
        )


def _charged(visit: Visit) -> tuple[str, str]:
    campaign = visit.campaign
    return (campaign.scheme, campaign.action_key) if campaign else ("", "")


def wanted(visit: Visit) -> list[Wanted]:
    """One act for the attempt; none once the visit is cancelled."""
    if visit.cancelled_at is not None:
        return []
    kind = attempt_kind(visit.mode, visit.outcome)
    return [
        Wanted(
            kind,
            visit.occurred_on,
            visit.establishment_id,
            *_charged(visit),
            quantity=visit.minutes,
        )
    ]


def settle(visit: Visit, *, by: Actor, reason_code: str) -> None:
    """Reverse the acts that no longer hold, record those that are missing, touch no other; the same for needs."""
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
    if visit.themes or visit.version > 1:
        _settle_needs(visit, by, reason_code)


def _settle_needs(visit: Visit, by: Actor, reason_code: str) -> None:
    scheme, action_key = _charged(visit)
    heard = () if visit.cancelled_at else visit.themes
    settle_heard(
        establishment=visit.establishment,
        wanted=[Asked(theme, visit.occurred_on) for theme in heard],
        birth=Birth(
            Origin.VISIT, SOURCE_VISIT, str(visit.key), scheme, action_key, heard_by=visit.adviser
        ),
        by=by,
        agreed=visit.may_transmit,
        reason=reason_code,
    )


def _record(visit: Visit, act: Wanted, by: Actor) -> None:
    ledger.record(
        ATTEMPTS[act.kind],
        by=by,
        person=visit.adviser,
        occurred_on=act.occurred_on,
        source=(SOURCE_VISIT, visit.key),
        establishment=visit.establishment,
        scheme=act.scheme,
        action_key=act.action_key,
        quantity=act.quantity,
        unit="minute" if act.quantity is not None else "",
    )
