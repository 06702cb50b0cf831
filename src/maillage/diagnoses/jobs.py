"""The job of the package: advisers are told which firms wait for another diagnosis. Safe to run twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django_tasks import task

from maillage.diagnoses import readings
from maillage.diagnoses.actions.reminding import remind
from maillage.kernel.text import Words

AT_ONCE = 2000  # passes told of in one run; the next run goes on


@task()
def remind_second_passes() -> str:
    """One message to each adviser about all that is due, however many days no worker ran."""
    due: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in readings.waiting_reminder(AT_ONCE):
        due[one.organisation_id, one.adviser_id].append(one.pk)
    return f"{sum(remind(passes) for passes in due.values())} reminded"


WORDS = {
    remind_second_passes: Words(
        "Rappel des diagnostics à refaire", "Reminder of diagnoses to be made again"
    )
}
EVERY = {remind_second_passes: timedelta(days=1)}
