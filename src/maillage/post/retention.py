"""What is kept of what goes out: that it left, not to whom."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Value, When

from maillage.kernel.retention import PROOF, Files, Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words
from maillage.post import models

_State = models.State
_WIPED = {"recipient": "", "subject": "", "text": "", "html": "", "unsubscribe": "", "words": ""}
_WITHDRAWN = models.Message.Reason.WITHDRAWN


def _unless_sent(otherwise: str, kept: str) -> Case:
    """What was sent stays sent; anything else is withdrawn."""
    return Case(When(state=_State.SENT, then=F(kept)), default=Value(otherwise))


def _opening(links: Any, firm: Subject) -> Any:
    """Links that open something of the firm: their subject is one of its keys."""
    return links.filter(subject__in=firm.keys)


def _read(path: Path) -> str:
    """What a message laid in a file says, whatever its encoding: who, about what, every part of text."""
    # Our own are one message a file; Django's, of sign-in codes, are several, with a line between them.
    content = path.read_bytes()
    return "\n".join(map(_said, [content, *content.split(b"-" * 79)]))


def _said(content: bytes) -> str:
    message = message_from_bytes(content.strip(), _class=EmailMessage, policy=policy.default)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *(str(part.get_content()) for part in parts)])


FILES = (
    Files(
        name="messages_in_files",
        folder=Path(settings.EMAIL_FILE_PATH).name,
        name_of=Words(fr="messages posés en fichiers", en="messages laid in files"),
        why=Words(
            fr="Là où aucun serveur n’envoie le courriel\u00a0; trois mois, comme les autres messages.",
            en="Where no server sends mail; three months, as other messages.",
        ),
        words=Words(fr="Fichier supprimé", en="File removed"),
        whose=Whose.CORRESPONDENT,
        after=timedelta(days=90),
        text=_read,
    ),
)

KEPT = {
    models.Message: Kept(
        why=Words(
            fr="Trois mois après l’envoi, un an quand il n’a pas abouti\u00a0; ensuite, seulement qu’il a existé.",
            en="Three months after it left, a year when it did not; then only that it existed.",
        ),
        personal="recipient subject text html unsubscribe words",
        whose=Whose.CORRESPONDENT,
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
                empties=_WIPED | {"state": _State.CANCELLED, "reason": _WITHDRAWN},
            ),
        ),
        bearing="recipient subject text html words",
        erased=_WIPED
        | {
            "state": _unless_sent(_State.CANCELLED, "state"),
            "reason": _unless_sent(_WITHDRAWN, "reason"),
        },
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
        holding=_opening,
    ),
    models.Unsubscription: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: c’est un refus\u00a0; l’adresse n’est pas gardée.",
            en="As long as the instance: it is a refusal; the address is not kept.",
        ),
        plain="digest topic",
    ),
}
