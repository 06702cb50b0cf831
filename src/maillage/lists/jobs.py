"""The jobs of the package: lines of a list compared with the register. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.kernel.text import Words
from maillage.lists import comparing


@task()
def compare(load_id: int) -> str:
    """Compare the lines of a load with the register."""
    found = comparing.compare(load_id)
    return f"{found.done} lines" if found else "nothing to do"


@task()
def take_up_comparisons() -> str:
    """Take up the comparisons that a killed worker left."""
    left = comparing.unfinished()
    for load in left:
        compare.enqueue(load)
    return f"{len(left)} left"


WORDS = {
    take_up_comparisons: Words(
        "Listes de partenaires comparées au répertoire",
        "Lists of partners compared with the register",
    )
}
EVERY = {take_up_comparisons: timedelta(minutes=20)}
