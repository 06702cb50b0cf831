"""From the passes of a firm to their acts: what must stand in the ledger, and how to get there without an edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.diagnoses.acts import (
    PASS_DONE,
    PROGRESS_MEASURED,
    SOURCE_PASS,
    SOURCE_STEP,
    STEP_DONE,
    THOUSANDTH,
)
from maillage.diagnoses.models import MACHINE, Pass, PlanStep
from maillage.diagnoses.scoring import pair
from maillage.diagnoses.vocabulary import Reason
from maillage.ledger.models import Act

KINDS = {kind.name: kind for kind in (PASS_DONE, PROGRESS_MEASURED)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as the passes of a firm call for it."""

    kind: str
    occurred_on: date
    quantity: int | None

    @classmethod
    def of(cls, act: Act) -> Wanted:
        """What an act of the ledger says, in the same terms."""
        return cls(act.kind, act.occurred_on, act.quantity)


def wanted(family: Sequence[Pass]) -> dict[int, list[Wanted]]:
    """What each standing pass calls for: itself with its score, and for the second of a pair, the progress."""
    acts: dict[int, list[Wanted]] = {
        one.pk: [Wanted(PASS_DONE.name, one.occurred_on, one.scores.whole.thousandths)]
        for one in family
    }
    if found := pair([one.taken for one in family]):
        second = found.second.of
        acts[second.pk].append(Wanted(PROGRESS_MEASURED.name, second.occurred_on, found.gain))
    return acts


def settle(changed: Pass, *, by: Actor, reason: str = "") -> None:
    """Reverse the acts of the firm's passes that no longer hold, record those that are missing, touch no other."""
    every = Pass.objects.visible_to(MACHINE)
    rows = (
        every.of_family(changed)
        .standing()
        .select_related("questionnaire", "establishment", "adviser")
    )
    family = list(rows.order_by("occurred_on", "pk"))
    missing = wanted(family)
    standing = _standing([*family, changed])
    for one in {one.pk: one for one in [*family, changed]}.values():
        because = reason if one.pk == changed.pk and reason else Reason.PAIR_CHANGED
        calls_for = missing.get(one.pk, [])
        for act in standing[str(one.key)]:
            if (same := Wanted.of(act)) in calls_for:
                calls_for.remove(same)
            else:
                ledger.reverse(act, by=by, reason_code=str(because))
        for act_wanted in calls_for:
            _record(one, act_wanted, by)


def _standing(passes: Sequence[Pass]) -> dict[str, list[Act]]:
    acts = Act.objects.visible_to(MACHINE)
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts.of_source(SOURCE_PASS, *(one.key for one in passes)).effective():
        found[act.source_key].append(act)
    return found


def _record(one: Pass, act: Wanted, by: Actor) -> None:
    ledger.record(
        KINDS[act.kind],
        by=by,
        person=one.adviser,
        occurred_on=act.occurred_on,
        source=(SOURCE_PASS, one.key),
        establishment=one.establishment,
        scheme=one.questionnaire.scheme,
        quantity=act.quantity,
        unit=THOUSANDTH,
    )


def record_step(step: PlanStep, *, by: Actor) -> None:
    """A step of a plan was done."""
    ledger.record(
        STEP_DONE,
        by=by,
        occurred_on=step.done_on or step.due_on,
        source=(SOURCE_STEP, step.key),
        establishment=step.of.establishment,
        theme=step.theme,
        scheme=step.of.questionnaire.scheme,
    )


def reverse_steps(steps: Sequence[PlanStep], *, by: Actor, reason: str) -> None:
    """What was said done is not."""
    acts = Act.objects.visible_to(MACHINE)
    found = acts.of_source(SOURCE_STEP, *(step.key for step in steps)).effective()
    if keys := list(found.order_by("pk").values_list("key", flat=True)):
        ledger.reverse_all(keys, by=by, reason_code=reason)
