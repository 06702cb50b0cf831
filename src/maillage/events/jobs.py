"""The job of the package: who has a seat is reminded the day before, who came is thanked the day after. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.events.actions import writing
from maillage.kernel.text import Words


@task()
def write_to_guests() -> str:
    """Remind and thank whoever is due; a day without worker is caught up once, and nobody is reminded of the past."""
    reminded = sum(writing.remind(event=event) for event in writing.to_remind())
    thanked = sum(writing.thank(event=event) for event in writing.to_thank())
    return f"{reminded} reminded, {thanked} thanked"


WORDS = {
    write_to_guests: Words(
        "Rappels et remerciements des événements", "Reminders and thanks of events"
    )
}
EVERY = {write_to_guests: timedelta(hours=1)}
