"""What the timeline of a firm tells of needs and referrals, to those who may read them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.needs.models import Need, Referral
from maillage.needs.permissions import can_read_theme


def called(need: Need, actor: Actor) -> str:
    """What a need is about, as far as the reader may know."""
    return need.title if can_read_theme(actor, need) else _("A need told in confidence")


def needs(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The needs among these that the actor may see."""
    rows = Need.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(need.key): ledger.Line(
            title=called(need, actor),
            url=reverse("needs:need", kwargs={"key": need.key}),
            detail=str(need.get_origin_display()),
            who=", ".join(str(one) for one in (need.heard_by, need.organisation) if one),
        )
        for need in rows.select_related("heard_by", "organisation")
    }


def referrals(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The referrals among these that the actor may see."""
    rows = Referral.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(one.key): ledger.Line(
            title=called(one.need, actor),
            url=reverse("needs:referral", kwargs={"key": one.key}),
            detail=_("to %(partner)s: %(state)s")
            % {"partner": one.partner, "state": one.state.label},
            who=str(one.need.organisation),
        )
        for one in rows.select_related("need__organisation", "partner")
    }
