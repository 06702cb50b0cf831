"""The lines of a load compared with the register: read, weighed together, written by steps.

All the lines of the load are weighed each time, since they teach one another what agreement is worth; only those
that were not compared yet are written, so that a comparison cut anywhere is simply made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from django.db.models import Q, QuerySet

from maillage.kernel import clock
from maillage.lists import actions
from maillage.lists.actions import STEP, Found
from maillage.lists.models import MACHINE, SILENT_AFTER, Comparison, Line
from maillage.register.linkable import linkable_firms
from maillage.register.linking import Why
from maillage.register.linking.lists import firm_of

Stage = Comparison.Stage
Tell = Callable[[Comparison.Stage, int], None]


def unfinished() -> list[int]:
    """The loads whose comparison waits, or whose worker has not been heard for long."""
    return list(_free().values_list("pk", flat=True))


def _free() -> QuerySet[Comparison]:
    silent = clock.real_now() - SILENT_AFTER
    left = Comparison.objects.exclude(stage=Stage.DONE).filter(load__state="active")
    return left.filter(Q(heard_at=None) | Q(heard_at__lt=silent))


def compare(load: int, tell: Tell | None = None) -> Comparison | None:
    """Compare what is left of a load; None when somebody is at it, or nothing is asked."""
    claimed = _free().filter(pk=load).update(heard_at=clock.real_now())
    if not claimed:
        return None
    comparison = Comparison.objects.select_related("of__organisation").get(pk=load)
    beat = actions.beat(comparison)

    def say(stage: Comparison.Stage, done: int = 0) -> None:
        beat(stage, done)
        if tell:
            tell(stage, done)

    lines = _lines(load)
    firms = _weighed_and_written(comparison, lines, say) if lines else 0
    ended = {"stage": Stage.DONE, "done": len(lines), "ended_at": clock.now(), "firms": firms}
    Comparison.objects.filter(pk=load).update(**ended)
    comparison.refresh_from_db()
    return comparison


def _lines(load: int) -> list[Line]:
    every = Line.objects.visible_to(MACHINE)
    lines = list(every.standing().filter(load=load).order_by("pk"))
    return lines if any(line.compared_at is None for line in lines) else []


def _weighed_and_written(comparison: Comparison, lines: list[Line], say: Tell) -> int:
    from maillage.register.linking.links import CERTAIN, LIKELY, link

    say(Stage.READING, 0)
    firms = linkable_firms(lambda done: say(Stage.READING, done))
    say(Stage.COMPARING, len(firms))
    listed = [firm_of({**line.told, "id": str(line.pk)}) for line in lines]
    found: dict[int, list[Found]] = {
        line.pk: [] for line in lines if line.compared_at is None
    }  # fmt: skip
    for one in link(listed, firms, least=LIKELY):
        if int(one.left) in found:
            why = [_said(reason) for reason in one.why]
            found[int(one.left)].append(Found(int(one.right), one.p, why))
    by, done = actions.machine(comparison.of), 0
    for step in _steps(iter(found.items())):
        actions.note_found(found=step, certain=CERTAIN, by=by)
        done += len(step)
        say(Stage.WRITING, done)
    return len(firms)


def _said(why: Why) -> dict[str, object]:
    return {
        "field": why.field,
        "level": why.level,
        "fr": why.words.fr,
        "en": why.words.en,
        "weight": round(why.weight, 4),
    }


def _steps(found: Iterator[tuple[int, list[Found]]]) -> Iterator[dict[int, list[Found]]]:
    while step := dict(islice(found, STEP)):
        yield step
