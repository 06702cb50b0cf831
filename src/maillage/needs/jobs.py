"""The jobs of the package: reminders of requests that nobody took up, and their expiry. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.accounts.actors import System
from maillage.kernel.text import Words
from maillage.needs.actions.answering import expire_due
from maillage.needs.actions.calling_back import call_backs_due
from maillage.needs.actions.opinions import opinions_due
from maillage.needs.actions.reminding import remind_due


@task()
def follow_up() -> str:
    """Remind partners of the requests that wait, and send back those that waited too long."""
    by = System("requests that nobody took up")
    back = expire_due(by=by)
    return f"{remind_due(by=by)} reminded, {back} expired"


@task()
def call_back() -> str:
    """Put on advisers' lists the firms to call back, and tell them."""
    return f"{call_backs_due(by=System('firms to call back'))} to call back"


@task()
def ask_opinions() -> str:
    """Ask firms whether they were contacted and whether it helped."""
    return f"{opinions_due(by=System('firms asked what they think'))} asked"


WORDS = {
    follow_up: Words("Demandes en attente relancées", "Waiting requests reminded"),
    call_back: Words("Entreprises à rappeler", "Firms to call back"),
    ask_opinions: Words("Avis demandés aux entreprises", "Firms asked what they think"),
}
EVERY = {
    follow_up: timedelta(hours=6),
    call_back: timedelta(hours=6),
    ask_opinions: timedelta(hours=6),
}
