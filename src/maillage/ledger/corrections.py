"""What the ledger adds to the journal of corrections: acts set right one by one, and together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from maillage.accounts.actors import Actor
from maillage.accounts.corrected import Corrected, Source
from maillage.kernel.text import Words
from maillage.ledger import reasons, showing
from maillage.ledger.drift import wording
from maillage.ledger.drift.models import Requalification
from maillage.ledger.models import Act
from maillage.ui.formats import day, month, number

TOGETHER = (reasons.UNDONE, reasons.LATE_NEWS)


def _cancelling(actor: Actor) -> QuerySet[Act]:
    """Acts cancelled one by one; those of a load or of late news are told by their own decision."""
    seen = Act.objects.visible_to(actor).filter(reverses__isnull=False)
    one_by_one = seen.exclude(reason_code__in=TOGETHER).select_related("person", "organisation")
    return one_by_one.order_by("-recorded_at", "-pk")


def _cancelled(rows: Sequence[Act], actor: Actor) -> list[Corrected]:
    entries = showing.entries(rows, actor)
    return [
        Corrected(
            at=act.recorded_at,
            who=str(act.person.name) if act.person else "",
            organisation=str(act.organisation),
            about=f"{entry.kind}, {day(act.occurred_on)}. {entry.line.title}".rstrip(". "),
            why=reasons.words(act.source_model, act.reason_code),
            url=entry.line.url,
        )
        if entry.line
        else _masked(act, entry)
        for act, entry in zip(rows, entries, strict=True)
    ]


def _masked(act: Act, entry: showing.Entry) -> Corrected:
    """A line that counts: kind, keeper and month, as of every act that a reader may not open."""
    about = f"{entry.kind}, {month(entry.month)}"
    told = month(act.recorded_at.strftime("%Y-%m"))
    return Corrected(
        at=act.recorded_at, who="", organisation=entry.keeper, about=about, why="", month=told
    )


def _requalified(actor: Actor) -> QuerySet[Any]:
    return Requalification.objects.visible_to(actor).select_related("keeper", "by")


def _decided(rows: Sequence[Requalification], _actor: Actor) -> list[Corrected]:
    names = wording.names(one.change for one in rows)
    return [
        Corrected(
            at=one.at,
            who=str(one.by.name) if one.by else "",
            organisation=str(one.keeper),
            about=f"{_fate(one)} {wording.changed(one.change, names)}",
            why=one.reason,
            url=reverse("observatory:requalification", args=[one.key]),
        )
        for one in rows
    ]


def _fate(decision: Requalification) -> str:
    if decision.corrects:
        words = ngettext("%(n)s act recorded anew.", "%(n)s acts recorded anew.", decision.acts)
    else:
        words = ngettext("%(n)s act left as it is.", "%(n)s acts left as they are.", decision.acts)
    return words % {"n": number(decision.acts)}


SOURCES = (
    Source(
        name="acts",
        words=Words("Acte annulé ou corrigé", "Act cancelled or corrected"),
        rows=_cancelling,
        told=_cancelled,
    ),
    Source(
        name="drift",
        words=Words("Dérive de qualification", "Qualification drift"),
        rows=_requalified,
        told=_decided,
    ),
)
