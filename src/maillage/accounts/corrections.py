"""What accounts add to the journal of corrections: shares ended before their day."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.corrected import Corrected, Source
from maillage.accounts.models import Share
from maillage.accounts.rights import words
from maillage.kernel.text import Words


def _ended(actor: Actor) -> QuerySet[Share]:
    shares = Share.objects.visible_to(actor).filter(ended_at__isnull=False)
    return shares.select_related("owner", "to", "ended_by").order_by("-ended_at", "-pk")


def _told(rows: Sequence[Share], _actor: Actor) -> list[Corrected]:
    shared = _("%(what)s, with %(who)s")
    return [
        Corrected(
            at=share.ended_at,
            who=str(share.ended_by.name) if share.ended_by else "",
            organisation=str(share.owner),
            about=shared % {"what": words(share.resource), "who": share.to},
            why=share.ended_because,
        )
        for share in rows
        if share.ended_at is not None
    ]


SOURCES = (
    Source(name="shares", words=Words("Partage arrêté", "Share ended"), rows=_ended, told=_told),
)
