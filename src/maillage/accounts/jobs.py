"""The job of the package: the retention rules, every night."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.accounts import retaining
from maillage.accounts.actors import System
from maillage.kernel.text import Words


@task()
def apply_retention() -> int:
    """Empty or remove what was kept long enough; how many rows."""
    return retaining.apply(by=System("the retention rules, every night")).total


EVERY = {apply_retention: timedelta(days=1)}
WORDS = {apply_retention: Words("Durées de conservation appliquées", "Retention rules applied")}
