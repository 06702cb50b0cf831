"""What the timeline of a firm tells of diagnoses, to those who may read them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.diagnoses.models import Pass, PlanStep
from maillage.ui import formats


def passes(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The diagnoses among these that the actor may see; a cancelled one stays in sight, as cancelled."""
    rows = Pass.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(one.key): ledger.Line(
            title=_("Diagnosis: %(questionnaire)s") % {"questionnaire": one.questionnaire},
            url=reverse("diagnoses:pass", kwargs={"key": one.key}),
            detail=_("Score %(score)s") % {"score": formats.percent(one.scores.whole.share)},
            who=f"{one.adviser}, {one.organisation}",
        )
        for one in rows.select_related("questionnaire", "adviser", "organisation")
    }


def steps(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The steps of plans among these that the actor may see."""
    rows = PlanStep.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(step.key): ledger.Line(
            title=step.wording or _("Step of a plan"),
            url=reverse("diagnoses:pass", kwargs={"key": step.of.key}) + "#plan",
            who=str(step.of.organisation),
        )
        for step in rows.select_related("of__organisation")
    }
