"""The jobs of the package: lines of a list compared with the register. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.kernel.text import Words
from maillage.lists import comparing, feeding
from maillage.lists.models import MACHINE, PartnerList


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


@task()
def feed(list_id: int) -> str:
    """Tell the register what a list says of its recognised firms."""
    found = PartnerList.objects.visible_to(MACHINE).filter(pk=list_id).first()
    return f"{feeding.settle(found)} told" if found else "nothing to do"


@task()
def feed_segments() -> str:
    """The same for every list, as a killed worker or a load undone may have left one."""
    lists = PartnerList.objects.visible_to(MACHINE).exclude(fed_at=None)
    return f"{sum(feeding.settle(one) for one in lists)} told"


WORDS = {
    take_up_comparisons: Words(
        "Listes de partenaires comparées au répertoire",
        "Lists of partners compared with the register",
    ),
    feed_segments: Words(
        "Segments que des listes de partenaires alimentent",
        "Segments that lists of partners feed",
    ),
}
EVERY = {take_up_comparisons: timedelta(minutes=20), feed_segments: timedelta(hours=1)}
