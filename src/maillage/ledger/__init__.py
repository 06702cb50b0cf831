"""The append-only ledger: one act a row, chained by recording organisation (ADR 0003).

The door of the package: everything else is written and read through these names. They are resolved
at first use, because the framework imports this module before its models exist.

    from maillage import ledger

    VISIT_DONE = ledger.declare(ledger.Kind("outreach.visit_done", Words(fr="Visite", en="Visit")))

    @ledger.action
    def report_visit(*, firm, done_on, by):
        visit = Visit.objects.create(…)
        ledger.record(VISIT_DONE, by=by, occurred_on=done_on, establishment=firm,
                      source=("outreach.visit", visit.key))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from maillage.ledger import reasons as reasons, themes as themes
from maillage.ledger.kind import Kind as Kind, Line as Line, declare as declare, kinds as kinds
from maillage.ledger.themes import Theme as Theme

if TYPE_CHECKING:
    from maillage.ledger.chain import standstill as standstill
    from maillage.ledger.models import Act as Act, Head as Head, PendingAct as PendingAct
    from maillage.ledger.recording import (
        OutsideAction as OutsideAction,
        action as action,
        record as record,
        recorded as recorded,
        requalify as requalify,
        reverse as reverse,
        reverse_all as reverse_all,
    )
    from maillage.ledger.sealing import (
        SealBroken as SealBroken,
        assert_sealed as assert_sealed,
        seal as seal,
    )
    from maillage.ledger.showing import (
        Entry as Entry,
        Timeline as Timeline,
        entries as entries,
        timeline as timeline,
        timeline_of_places as timeline_of_places,
    )
    from maillage.ledger.verifying import (
        Break as Break,
        Verdict as Verdict,
        also_verify as also_verify,
        verify as verify,
    )
    from maillage.ledger.witness import Witness as Witness, heads as heads

_DOOR = {
    "Act": "models",
    "Break": "verifying",
    "Entry": "showing",
    "Head": "models",
    "OutsideAction": "recording",
    "PendingAct": "models",
    "SealBroken": "sealing",
    "Timeline": "showing",
    "Verdict": "verifying",
    "Witness": "witness",
    "action": "recording",
    "also_verify": "verifying",
    "assert_sealed": "sealing",
    "entries": "showing",
    "heads": "witness",
    "record": "recording",
    "recorded": "recording",
    "requalify": "recording",
    "reverse": "recording",
    "reverse_all": "recording",
    "seal": "sealing",
    "standstill": "chain",
    "timeline": "showing",
    "timeline_of_places": "showing",
    "verify": "verifying",
}


def __getattr__(name: str) -> Any:
    """The names above, loaded when first asked for."""
    if name not in _DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOOR[name]}"), name)
