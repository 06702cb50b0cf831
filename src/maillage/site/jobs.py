"""Jobs that come back: each package names its own in `jobs.py` (`EVERY`), with how often they run.

Any worker asks for those that are due; a job asked for twice runs twice, and does no harm: jobs are
idempotent. What they did is read from the rows that they leave in the database, and old rows go.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection
from django.db.models import Max
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.ui.formats import moment

logger = logging.getLogger(__name__)
KEPT = timedelta(days=1)
# A job that has not succeeded for so many turns is late.
TURNS_MISSED = 15
# A job of every night is late in the morning.
SLACK = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Job:
    """One job that comes back, and how its last runs ended."""

    name: str
    words: Words
    every: timedelta
    succeeded_at: datetime | None
    failed_at: datetime | None

    @property
    def is_well(self) -> bool:
        """Whether its last run ended well, not too long ago; one that never ran is the worker's matter."""
        if self.succeeded_at is None:
            return self.failed_at is None
        patience = min(TURNS_MISSED * self.every, self.every + SLACK)
        late = clock.real_now() - self.succeeded_at > patience
        return not late and (self.failed_at is None or self.failed_at < self.succeeded_at)

    @property
    def said(self) -> str:
        """The same in the reader's language."""
        last = moment(self.succeeded_at) if self.succeeded_at else _("never yet")
        words = _("%(name)s, last success: %(at)s") % {"name": self.words, "at": last}
        if self.failed_at and not self.is_well:
            words += _(", failed: %(at)s") % {"at": moment(self.failed_at)}
        return words

    @property
    def told(self) -> str:
        """Its last success and, when it is the latest, its failure."""
        last = (
            f"last success {self.succeeded_at.isoformat()}"
            if self.succeeded_at
            else "no success yet"
        )
        failed = f", failed {self.failed_at.isoformat()}" if self.failed_at else ""
        return last + (failed if not self.is_well else "")


def coming_back() -> Iterator[tuple[Any, timedelta]]:
    """The jobs of every package with how often they run."""
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.") and module_has_submodule(config.module, "jobs"):
            yield from getattr(import_module(f"{config.name}.jobs"), "EVERY", {}).items()


def _words(task: Any) -> Words:
    """What a job does, as the `WORDS` of its package say; its name when they say nothing."""
    module = import_module(task.module_path.rpartition(".")[0])
    told: Words | None = getattr(module, "WORDS", {}).get(task)
    return told or Words(task.name, task.name)


def known() -> list[Job]:
    """Each job that comes back, with its last success and its last failure."""
    ended = DBTaskResult.objects.finished().order_by().values_list("task_path", "status")
    at = {(path, status): last for path, status, last in ended.annotate(Max("finished_at"))}
    return [
        Job(
            task.name,
            _words(task),
            every,
            at.get((task.module_path, "SUCCESSFUL")),
            at.get((task.module_path, "FAILED")),
        )
        for task, every in coming_back()
    ]


def ask_for_due() -> None:
    """Have each job run that was not asked for within its turn, and forget old runs."""
    now = clock.real_now()
    for task, every in coming_back():
        asked = DBTaskResult.objects.filter(task_path=task.module_path)
        if not asked.filter(enqueued_at__gt=now - every).exists() and not asked.ready().exists():
            task.enqueue()
    _forget(now - KEPT)


def outlive(worker: Worker) -> None:
    """Work until told to stop; a database that goes away is waited for, and work goes on when it is back.

    The job under way is found unfinished, and asked for again by whoever looks after it.
    """
    while worker.running:
        try:
            worker.run()
        except OperationalError:
            logger.exception("The database went away; the worker waits for it")
            connection.close()
            time.sleep(worker.interval or 1)
        else:
            return


def _forget(before: datetime) -> None:
    """Old runs go, but for the last success of each job, which tells when it last went well."""
    succeeded = DBTaskResult.objects.successful().order_by().values("task_path")
    last = [row["at"] for row in succeeded.annotate(at=Max("finished_at"))]
    old = DBTaskResult.objects.finished().filter(finished_at__lt=before)
    old.exclude(finished_at__in=last).delete()
