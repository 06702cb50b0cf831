"""Comparing every act that stands with what the register now says of its firm for its day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction

from maillage import places, register
from maillage.kernel import clock
from maillage.ledger.drift.models import NEWS, Drift, Look
from maillage.ledger.models import Act
from maillage.ledger.subjects import FACTS

CHUNK = 2_000
_READ = ("pk", "keeper_id", "establishment_id", "occurred_on", *FACTS)

Change = dict[str, list[Any]]


def look_when_news() -> Look | None:
    """Look again when a load was applied or undone since the last time; None when nothing was."""
    last = Look.objects.first()
    return None if last is not None and last.stamp == _stamp() else look()


def look() -> Look:
    """Compare all acts, list those that drift, strike off those that no longer do.

    A load that is applied meanwhile makes the next look begin again: the stamp is that of the start.
    """
    stamp, seen, found = _stamp(), 0, 0
    places.forget()  # neighbourhoods that another process loaded a moment ago are news too
    for rows in _chunks():
        seen += len(rows)
        found += _compare(rows)
    _strike_off_cancelled()
    return Look.objects.create(stamp=stamp, acts=seen, found=found)


def change_of(row: Mapping[str, Any], facts: register.Facts | None) -> Change:
    """What differs between an act and what is known; nothing when the register no longer knows the firm."""
    if facts is None:
        return {}
    return {
        name: [row[name], getattr(facts, name)]
        for name in FACTS
        if row[name] != getattr(facts, name)
    }


def sign(change: Change) -> str:
    """The same for the same change; the firms that hold an establishment are not told apart."""
    told = {name: "other" if name == "legal_unit_id" else pair for name, pair in change.items()}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _stamp() -> str:
    return sha256(repr(register.loads_stamp()).encode()).hexdigest()


def _standing() -> Any:
    every = Act.objects.visible_to(NEWS)
    return every.filter(establishment__isnull=False).effective()


def _chunks() -> Iterator[list[dict[str, Any]]]:
    last = 0
    while rows := list(_standing().filter(pk__gt=last).order_by("pk").values(*_READ)[:CHUNK]):
        yield rows
        last = rows[-1]["pk"]


def _compare(rows: list[dict[str, Any]]) -> int:
    """List the drifts among these acts, which follow one another; how many there are."""
    facts = register.facts_by_day((row["establishment_id"], row["occurred_on"]) for row in rows)
    changes = {
        row["pk"]: (row["keeper_id"], change)
        for row in rows
        if (change := change_of(row, facts.get((row["establishment_id"], row["occurred_on"]))))
    }
    every = Drift.objects.visible_to(NEWS)
    among = every.filter(act__gte=rows[0]["pk"], act__lte=rows[-1]["pk"])
    with transaction.atomic():
        known = dict(among.values_list("act", "sign"))
        among.exclude(act__in=changes).filter(decision=None).delete()
        other = [pk for pk, (_, change) in changes.items() if known.get(pk, "") != sign(change)]
        Drift.objects.bulk_create(
            [
                Drift(
                    act_id=pk,
                    keeper_id=changes[pk][0],
                    change=changes[pk][1],
                    sign=sign(changes[pk][1]),
                    found_at=clock.real_now(),
                )
                for pk in other
            ],
            update_conflicts=True,
            unique_fields=["act"],
            update_fields=["change", "sign", "found_at", "decision", "settled_at"],
        )
    return len(changes)


def _strike_off_cancelled() -> None:
    """An act that was cancelled meanwhile waits for nobody."""
    every = Drift.objects.visible_to(NEWS)
    reversals = Act.objects.visible_to(NEWS)
    cancelled = reversals.filter(reverses__isnull=False).values("reverses")
    every.filter(decision=None, act__in=cancelled).delete()
