"""Acts that drift, as their keeper's pages show them: changes with how many, acts with their firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage import ledger, register
from maillage.accounts.actors import Actor
from maillage.ledger import Act
from maillage.ledger.drift import wording
from maillage.ledger.drift.models import NEWS, Drift
from maillage.ui.formats import day


@dataclass(frozen=True, slots=True)
class Changed:
    """Acts that changed in the same way: what the register says otherwise, how many, of which days."""

    keeper: str
    sign: str
    lines: Sequence[str]
    acts: int
    firms: int
    first: date
    last: date


def waiting(actor: Actor) -> QuerySet[Drift]:
    """Drifts on which nobody decided yet, of the acts that the actor's organisation keeps."""
    return Drift.objects.visible_to(actor).filter(decision=None)


def groups(actor: Actor) -> QuerySet[Drift, Any]:
    """One row for each change of each keeper, those of most acts first."""
    return (
        waiting(actor)
        .order_by()
        .values("keeper", "keeper__name", "sign")
        .annotate(
            acts=Count("pk"),
            firms=Count("act__establishment", distinct=True),
            first=Min("act__occurred_on"),
            last=Max("act__occurred_on"),
            sample=Min("pk"),
        )
        .order_by("-acts", "sign")
    )


def told(rows: Iterable[dict[str, Any]]) -> list[Changed]:
    """The same in words, in as many queries for ten as for fifty."""
    listed = list(rows)
    # Rows of groups already narrowed to what the actor reads.
    samples = Drift.objects.visible_to(NEWS).in_bulk([row["sample"] for row in listed])
    changes = {pk: drift.change for pk, drift in samples.items()}
    names = wording.names(changes.values())
    return [
        Changed(
            keeper=row["keeper__name"],
            sign=row["sign"],
            lines=wording.lines(changes[row["sample"]], names),
            acts=row["acts"],
            firms=row["firms"],
            first=row["first"],
            last=row["last"],
        )
        for row in listed
    ]


def choices(acts: Sequence[Act], actor: Actor) -> list[tuple[str, SafeString]]:
    """Acts to tick: their day and kind, the firm, and the record when the reader may open it."""
    firms = register.names_of_establishments({act.establishment_id or 0 for act in acts})
    return [
        (str(act.key), _line(act, entry, firms.get(act.establishment_id or 0)))
        for act, entry in zip(acts, ledger.entries(acts, actor), strict=True)
    ]


def _line(act: Act, entry: ledger.Entry, firm: register.FirmName | None) -> SafeString:
    told = f"{day(act.occurred_on)}, {entry.kind}"
    name = firm.label if firm else "–"
    if entry.line and entry.line.url:
        return format_html('<a href="{}">{}</a>, {}', entry.line.url, told, name)
    return format_html("{}, {}", told, name)
