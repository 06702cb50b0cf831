"""The acts of needs and referrals, said in one way: which firm, which theme, charged to what, from which record."""

from __future__ import annotations

from typing import Any

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.needs.acts import SOURCE_NEED, SOURCE_REFERRAL
from maillage.needs.models import Need, Referral


def _about(need: Need) -> dict[str, Any]:
    return {
        "establishment": need.establishment_id,
        "theme": need.theme,
        "scheme": need.scheme,
        "action_key": need.action_key,
    }


def say_of(kind: ledger.Kind, need: Need, by: Actor, **said: Any) -> None:
    """Record an act of a need, kept by who heard it, whoever acts."""
    said = {"occurred_on": clock.today(), "keeper": need.organisation, **said}
    ledger.record(kind, by=by, source=(SOURCE_NEED, need.key), **_about(need), **said)


def say_of_referral(
    kind: ledger.Kind, referral: Referral, need: Need, by: Actor, **said: Any
) -> None:
    """Record an act of a referral: kept by who acts unless said otherwise, with the other party as counterpart."""
    mine = by.organisation is not None and by.organisation.pk == referral.partner_id
    said = {"counterpart": need.organisation if mine else referral.partner, **said}
    about = _about(need)
    if referral.entry is not None:  # how often it answered is counted by it
        about["scheme"] = referral.entry.scheme
    ledger.record(
        kind, by=by, occurred_on=clock.today(), source=(SOURCE_REFERRAL, referral.key),
        **about, **said,
    )  # fmt: skip
