"""The lists of firms to call back, as pages show them: filters in the address, the same list as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts.actors import Actor
from maillage.ledger import themes
from maillage.needs.models import CallBack
from maillage.needs.models.call_backs import CallBackQuerySet


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for, from its address; what is no choice is left out."""

    everybodys: bool = False
    done: bool = False
    theme: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        theme = given.get("theme", "")
        return cls(
            everybodys=given.get("qui", "") == "tous",
            done=given.get("etat", "") == "faits",
            theme=themes.followed(theme) if themes.find(theme) else "",
        )


def call_backs(actor: Actor, wanted: Wanted) -> CallBackQuerySet:
    """The calls of the actor's organisation: those to make, the longest due first; or those made, latest first."""
    rows = CallBack.objects.owned_by(actor)
    rows = (
        rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
        if wanted.done
        else rows.waiting()
    )
    if not wanted.everybodys:
        rows = rows.of(actor)
    if wanted.theme:
        rows = rows.filter(need__theme__in=themes.leading_to(wanted.theme))
    return rows.select_related("need__establishment__legal_unit", "person", "done_by")


def as_csv(rows: CallBackQuerySet) -> tuple[list[str], list[list[Any]]]:
    """The list as a table: no word of the firm, no contact."""
    header = [_("Firm"), _("Commune"), _("Need"), _("Due on"), _("Days after"), _("To be called by"), _("Called back at"), _("What it said")]  # fmt: skip
    held = list(rows)
    towns = places.commune_names({call.need.establishment.commune for call in held})
    return header, [
        [call.need.establishment.display_name, towns[call.need.establishment.commune], call.need.title, call.due_on, call.after_days,
         str(call.person or ""), call.done_at, call.get_outcome_display()]
        for call in held
    ]  # fmt: skip
