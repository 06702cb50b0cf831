"""What is kept of what goes out: that it left, not to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q

from maillage.kernel.retention import PROOF, Kept, Rule, Subject, years
from maillage.kernel.text import Words
from maillage.post import models

_State = models.State
_WIPED = {"recipient": "", "subject": "", "text": "", "html": "", "unsubscribe": "", "words": ""}


def _bearing(messages: Any, firm: Subject) -> Any:
    """Messages that bear the firm's number or its name."""
    bears = Q(pk=None)
    for word in (firm.siren, *firm.names):
        if word:
            bears |= Q(text__icontains=word) | Q(subject__icontains=word)
    return messages.filter(bears)


KEPT = {
    models.Message: Kept(
        why=Words(
            fr="Trois mois après l’envoi, un an quand il n’a pas abouti\u00a0; ensuite, seulement qu’il a existé.",
            en="Three months after it left, a year when it did not; then only that it existed.",
        ),
        personal="recipient subject text html unsubscribe words",
        plain="once kind template topic language state reason",
        rules=(
            Rule(
                name="messages_that_left",
                words=Words(fr="Destinataire et objet vidés", en="Recipient and subject emptied"),
                after=timedelta(days=90),
                since="created_at",
                only={"state__in": (_State.SENT, _State.CANCELLED)},
                empties=_WIPED,
            ),
            Rule(
                name="messages_that_did_not",
                words=Words(fr="Message annulé et vidé", en="Message cancelled and emptied"),
                after=years(1),
                since="created_at",
                only={"state__in": (_State.FAILED, _State.UNCERTAIN)},
                empties=_WIPED
                | {"state": _State.CANCELLED, "reason": models.Message.Reason.WITHDRAWN},
            ),
        ),
        erased=_WIPED | {"state": _State.CANCELLED, "reason": models.Message.Reason.WITHDRAWN},
        holding=_bearing,
    ),
    models.MessageEvent: Kept(why=PROOF, plain="what step"),
    models.Batch: Kept(why=PROOF, plain="kind"),
    models.Link: Kept(
        why=Words(
            fr="Tant qu’il ouvre, puis trois mois\u00a0; son secret n’est jamais gardé.",
            en="While it opens, then three months; its secret is never kept.",
        ),
        plain="digest purpose subject language",
        rules=(
            Rule(
                name="old_links",
                words=Words(fr="Lien supprimé", en="Link removed"),
                after=timedelta(days=90),
                since="expires_at",
            ),
        ),
    ),
    models.Unsubscription: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: c’est un refus\u00a0; l’adresse n’est pas gardée.",
            en="As long as the instance: it is a refusal; the address is not kept.",
        ),
        plain="digest topic",
    ),
}
