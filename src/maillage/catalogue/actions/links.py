"""Links of entries are asked whether they still answer; dead once they failed on two days with no answer between.

A site is asked little: a few of its pages in a run, and none after it said that it was asked too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from maillage.catalogue.models import EntryVersion, Link
from maillage.kernel import clock
from maillage.kernel.remote.knocking import Knock, knock

#: Links asked in one run of the job: the next run goes on with the others.
AT_ONCE = 200
#: Of one site, in one run.
OF_ONE_SITE = 20
#: What a site answers that wants to be left alone for now.
_LEAVE_ALONE = frozenset({429, 503})

Knocks = Callable[[str], Knock | None]


@dataclass
class Checked:
    """What a run of the job did."""

    asked: int = 0
    answered: int = 0
    failed: int = 0
    passed_over: int = 0

    def __str__(self) -> str:
        return (
            f"{self.asked} asked, {self.answered} answered, {self.failed} did not, "
            f"{self.passed_over} may not be asked"
        )


def check_links(*, knocks: Knocks = knock, at_once: int = AT_ONCE) -> Checked:
    """Ask the links that were not asked today, the longest unasked first; run twice a day, it asks once.

    Nothing is asked unless whoever runs the instance turned it on.
    """
    done = Checked()
    if not settings.CATALOGUE_CHECKS_LINKS:
        return done
    _follow()
    left_alone: set[str] = set()
    for link in _chosen(at_once):
        if link.site not in left_alone:
            found = knocks(link.url)
            if found and found.status in _LEAVE_ALONE:
                left_alone.add(link.site)
            _note(link, found, done)
    return done


def _chosen(at_once: int) -> list[Link]:
    """Those of this run: the longest unasked, a few of a site; the next run goes on with the others."""
    chosen: list[Link] = []
    of_site: Counter[str] = Counter()
    for link in Link.objects.due(clock.today()).iterator():
        if len(chosen) == at_once:
            break
        if of_site[link.site] < OF_ONE_SITE:
            of_site[link.site] += 1
            chosen.append(link)
    return chosen


@transaction.atomic
def _follow() -> None:
    """One row a link of what is offered; links that no entry has any more are forgotten."""
    offered = EntryVersion.objects.offered().exclude(link="").values_list("link", flat=True)
    wanted = set(offered.order_by())
    known = set(Link.objects.values_list("url", flat=True))
    Link.objects.bulk_create(
        [Link.of(url) for url in sorted(wanted - known)], ignore_conflicts=True
    )
    for url in known - wanted:
        Link.objects.filter(digest=Link.digest_of(url)).delete()


def _note(link: Link, found: Knock | None, done: Checked) -> None:
    """What one knock says of a link; a second failure on the same day says nothing more."""
    today = clock.today()
    link.checked_on, done.asked = today, done.asked + 1
    link.status = found.status if found else None
    link.why = "not_public" if found is None else found.why
    if found is None:
        done.passed_over += 1
    elif found.is_there:
        done.answered += 1
        link.answered_on, link.failed_on, link.failed_again_on = today, None, None
    else:
        done.failed += 1
        if link.failed_on is None:
            link.failed_on = today
        elif link.failed_on < today:
            link.failed_again_on = today
    link.save()
