"""The acts between two readings of the same figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures.answers import Question
from maillage.figures.asking import Slot, moment_of, values_of
from maillage.figures.definitions import Rate
from maillage.figures.engine import lists
from maillage.figures.opening import slot_of
from maillage.figures.relations import RELATIONS
from maillage.kernel import clock
from maillage.ledger.models import Act


@dataclass(frozen=True, slots=True)
class Change:
    """An act recorded since, as the reader may see it."""

    kind: str
    entry: ledger.Entry

    @property
    def is_reversal(self) -> bool:
        """It cancels an act recorded before, or in between."""
        return self.entry.state == "cancels"


def slots_of(question: Question) -> list[Slot]:
    """One list for an indicator, two for a rate."""
    if isinstance(question.definition, Rate):
        return [slot_of(question, "numerator"), slot_of(question, "denominator")]
    return [slot_of(question)]


def since(
    heads: Mapping[str, int],
    questions: Sequence[Question],
    actor: Actor,
    *,
    at: datetime | None = None,
) -> dict[Question, list[Change]]:
    """For each question the acts after these heads that its rule touches, reversals included."""
    as_of = at or clock.now()
    later = list(_after(heads, as_of))
    subjects = {act.pk: act.reverses_id or act.pk for act in later}
    shown = {
        act.pk: Change(act.kind, entry)
        for act, entry in zip(later, ledger.entries(later, actor), strict=True)
    }
    found: dict[Question, list[Change]] = {}
    for question in questions:
        touched = _touched(question, set(subjects.values()), as_of)
        found[question] = [shown[act] for act, subject in subjects.items() if subject in touched]
    return found


def _after(heads: Mapping[str, int], as_of: datetime) -> Sequence[Act]:
    """Every act beyond the given heads, in the order it was recorded."""
    beyond = Q(pk__in=[])
    for keeper, seq, _hash in ledger.heads():
        if seq > (published := heads.get(str(keeper), 0)):
            beyond |= Q(keeper__key=keeper, seq__gt=published)
    acts = Act.objects.unscoped(reason="what changed counts for all; lines are masked by right")
    later = acts.filter(beyond).known_at(as_of).select_related("keeper")
    return list(later.order_by("recorded_at", "id"))


def _touched(question: Question, ids: set[int], as_of: datetime) -> set[int]:
    """Which of these acts the rule of a question would count, whether or not they were reversed."""
    found: set[int] = set()
    for slot in slots_of(question):
        relation = RELATIONS[slot.definition.relation]
        if relation.act and ids:
            moment = moment_of(slot.period, as_of)
            values = {**relation.bind(moment), **values_of([slot], as_of)}
            found |= lists.touched(slot.shape, values, ids)
    return found
