"""The jobs of the package: reminders of requests that nobody took up, and their expiry. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.accounts.actors import System
from maillage.kernel.text import Words
from maillage.needs.actions.answering import expire_due
from maillage.needs.actions.reminding import remind_due


@task()
def follow_up() -> str:
    """Remind partners of the requests that wait, and send back those that waited too long."""
    by = System("requests that nobody took up")
    back = expire_due(by=by)
    return f"{remind_due(by=by)} reminded, {back} expired"


WORDS = {follow_up: Words("Demandes en attente relancées", "Waiting requests reminded")}
EVERY = {follow_up: timedelta(hours=6)}
