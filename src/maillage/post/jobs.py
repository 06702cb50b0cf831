"""The job of the package: a round of the outbox, asked for with each message and every minute besides."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from maillage.kernel.text import Words
from maillage.post import outbox

# A round gives way to other jobs after a while, and asks for another.
SECONDS = 20.0


@task()
def send_outbox() -> dict[str, int]:
    """Carry the e-mails that are due."""
    done = outbox.run(seconds=SECONDS)
    if not done.away and outbox.messages().due().exists():
        wake()
    return {state.value: many for state, many in done.ended.items()}


def wake() -> None:
    """Ask for a round, in the present transaction, unless one is asked for already."""
    if not DBTaskResult.objects.ready().filter(task_path=send_outbox.module_path).exists():
        send_outbox.enqueue()


EVERY = {send_outbox: timedelta(minutes=1)}
WORDS = {send_outbox: Words("Envoi des messages", "Messages sent")}
