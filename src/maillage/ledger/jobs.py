"""The jobs of the package: chains read again, acts compared with the register, decisions carried out."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.kernel.text import Words
from maillage.ledger import verifying
from maillage.ledger.drift import looking, settling
from maillage.ledger.drift.models import NEWS, Requalification


@task()
def verify_chains() -> str:
    """Read every chain again and keep what was found."""
    verdict = verifying.verify()
    verifying.note(verdict)
    return verifying.tell(verdict)


@task()
def compare_with_register() -> str:
    """List the acts that drift when a load was applied or undone since the last look."""
    for decision in settling.unfinished():  # what a killed worker left
        carry_on.enqueue(decision.pk)
    look = looking.look_when_news()
    return f"{look.found} of {look.acts}" if look else "no news"


@task()
def carry_on(decision_id: int) -> str:
    """Record anew the acts that somebody decided to correct; safe to run twice."""
    decision = Requalification.objects.visible_to(NEWS).get(pk=decision_id)
    while settling.carry_out(decision):
        pass
    return "done"


WORDS = {
    verify_chains: Words("Chaînes d’actes relues", "Chains of acts read again"),
    compare_with_register: Words("Actes comparés au registre", "Acts compared with the register"),
}
EVERY = {verify_chains: timedelta(days=1), compare_with_register: timedelta(hours=1)}
