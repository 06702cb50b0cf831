"""What the timeline of a firm tells of visits and campaigns, to those who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.needs.acts import SOURCE_NEED
from maillage.needs.models import Need
from maillage.needs.models.needs import MACHINE
from maillage.outreach.acts import SOURCE_VISIT
from maillage.outreach.models import Campaign, ControlledVisit, Visit
from maillage.outreach.permissions import can_read_theme
from maillage.outreach.vocabulary import RECONCILED, Reason
from maillage.ui.formats import period


def visits(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The visits among these that the actor may see; a cancelled one stays in sight, as cancelled."""
    rows = Visit.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(visit.key): ledger.Line(
            title=visit.title,
            url=reverse("outreach:visit", kwargs={"key": visit.key}),
            detail=visit.note_public,
            who=f"{visit.adviser}, {visit.organisation}",
        )
        for visit in rows.select_related("adviser", "organisation")
    }


def campaigns(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The campaigns among these that the actor may see."""
    rows = Campaign.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(campaign.key): ledger.Line(
            title=campaign.title,
            url=reverse("outreach:campaign", kwargs={"key": campaign.key}),
            detail=period(Period(campaign.starts_on, campaign.ends_on)),
            who=str(campaign.organisation),
        )
        for campaign in rows.select_related("organisation")
    }


def controls(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The call-backs among these that the actor may see, each with the visit that it was about."""
    rows = ControlledVisit.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(line.key): ledger.Line(
            title=_("Call-back about a visit: %(said)s") % {"said": line.get_outcome_display()},
            url=reverse("outreach:visit", kwargs={"key": line.visit.key}),
            detail="",
            who=f"{line.checked_by or ''}, {line.control.organisation}".lstrip(", "),
        )
        for line in rows.select_related("visit", "checked_by", "control__organisation")
    }


@dataclass(frozen=True, slots=True)
class Correction:
    """An act of a visit that was reversed: which one, when it was known, why, by whom."""

    what: str
    why: str
    at: datetime
    who: str


def corrections_of(visit: Visit, actor: Actor) -> list[Correction]:
    """What was corrected on a visit, oldest first; needs told in confidence are not named."""
    acts = Act.objects.unscoped(reason="the acts of a visit that its reader may see")
    heard = Need.objects.visible_to(MACHINE).heard_in(SOURCE_VISIT, visit.key)
    sources = [str(visit.key), *(str(key) for key in heard.values_list("key", flat=True))]
    reversals = acts.filter(
        source_model__in=(SOURCE_VISIT, SOURCE_NEED), source_key__in=sources, reverses__isnull=False
    )
    reasons = {**dict(Reason.choices), RECONCILED: _("Matched with the register")}
    return [
        Correction(
            what=_what(act, visit, actor),
            why=str(reasons.get(act.reason_code, act.reason_code)),
            at=act.recorded_at,
            who=str(act.person or ""),
        )
        for act in reversals.select_related("person").order_by("seq")
    ]


def _what(act: Act, visit: Visit, actor: Actor) -> str:
    words = str(ledger.kinds()[act.kind].words)
    if not act.theme or not can_read_theme(actor, visit, act.theme):
        return words
    return f"{words}, {Visit.labels_of([act.theme])[0]}"
