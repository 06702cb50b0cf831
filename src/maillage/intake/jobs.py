"""The one job of the package: carry on with a load, whatever it waits for. Safe to run twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django_tasks import task

from maillage.intake import loading
from maillage.intake.exclusive import Busy
from maillage.intake.models import Load
from maillage.kernel import clock

AGAIN_AFTER = timedelta(seconds=10)
SILENT_AFTER = timedelta(minutes=2)

_STEPS = {
    Load.State.RECEIVED: loading.preview,
    Load.State.APPLYING: loading.apply,
    Load.State.UNDOING: loading.undo,
}


@task()
def carry_on(load_id: int) -> str:
    """Do the next step of a load; when another import is under way, come back later."""
    load = Load.objects.filter(pk=load_id).first()
    step = _STEPS.get(Load.State(load.state)) if load else None
    if load is None or step is None:
        return "nothing to do"
    try:
        step(load)
    except Busy:
        carry_on.using(run_after=clock.real_now() + AGAIN_AFTER).enqueue(load_id)
    return str(load.state)


def start(load: Load) -> None:
    """Ask the worker to carry on with a load, once what was just written is committed."""
    transaction.on_commit(lambda: carry_on.enqueue(load.pk))


def is_silent(load: Load) -> bool:
    """Whether a load waits for somebody, and nobody has said a word about it for a while."""
    if not load.is_busy:
        return False
    heard = load.progress.get("heard")
    since = datetime.fromisoformat(heard) if heard else load.staged_at
    return clock.real_now() - since > SILENT_AFTER


def resume_left() -> int:
    """Take up what killed workers left: called when a worker starts; how many loads."""
    left = [load for load in Load.objects.unfinished() if is_silent(load)]
    for load in left:
        carry_on.enqueue(load.pk)
    return len(left)
