"""The job of the package: every chain is read again once a day."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.ledger import verifying


@task()
def verify_chains() -> str:
    """Read every chain again and keep what was found."""
    verdict = verifying.verify()
    verifying.note(verdict)
    return verifying.tell(verdict)


EVERY = {verify_chains: timedelta(days=1)}
