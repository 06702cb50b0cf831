"""The job of the package: links of entries are asked whether they still answer. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.catalogue.actions import check_links
from maillage.kernel.text import Words


@task()
def ask_links() -> str:
    """Each link once a day at most, some of them in a run; nothing unless it was turned on."""
    return str(check_links())


WORDS = {ask_links: Words("Liens du catalogue vérifiés", "Links of the catalogue checked")}
EVERY = {ask_links: timedelta(hours=6)}
