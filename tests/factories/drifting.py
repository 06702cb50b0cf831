"""Acts of tests that drift: late news of the register, found by comparing, decided by somebody."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

from maillage import ledger as product
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.ledger.drift import looking, settling
from maillage.ledger.drift.models import Drift, Requalification
from maillage.register.models import Load
from tests.factories import accounts, ledger, register

_numbers = itertools.count(1)
BAKER, WINE = "10.71C", "47.25Z"


def news(*acts: product.Act, **told: Any) -> Load:
    """A load applied today tells otherwise of the firms of these acts, since before their day."""
    load = register.load_active(staged_at=clock.now(), activated_at=clock.now())
    told = told or {"activity": WINE, "segments": 0}
    for establishment in {act.establishment for act in acts}:
        register.spell(establishment, load=load, **told)
    return load


def look() -> None:
    """All acts are compared with the register."""
    looking.look()


def open_drifts() -> dict[UUID, Drift]:
    """What waits for a decision, by act."""
    every = Drift.objects.unscoped(reason="tests read all")
    waiting = every.filter(decision=None).select_related("act")
    return {drift.act.key: drift for drift in waiting}


def acts(owner: Organisation, number: int = 1, **told: Any) -> list[product.Act]:
    """So many acts of the owner, about as many firms, which all drift in the same way."""
    made = [ledger.act(by=owner) for _ in range(number)]
    news(*made, **told)
    looking.look()
    return made


def one(owner: Organisation, **told: Any) -> Drift:
    """An act of the owner that drifts."""
    (act,) = acts(owner, **told)
    return open_drifts()[act.key]


def unlike_any_other(owner: Organisation) -> Drift:
    """An act of the owner that drifts in a way no other does."""
    return one(owner, activity=f"{next(_numbers)}Z", segments=0)


def decided(owner: Organisation, *, corrects: bool = True) -> Requalification:
    """A decision of one of the owner's officers on such an act, carried out."""
    drift = one(owner)
    decision = settling.settle(
        sign=drift.sign,
        corrects=corrects,
        reason="Code corrigé par l’INSEE",
        by=accounts.actor(Role.OFFICER, owner),
        once=uuid4(),
    )
    if corrects:
        settling.carry_out(decision)
    return decision
