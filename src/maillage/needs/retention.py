"""What is kept of needs: that they were heard and what came of them, for good; words and contacts, three years."""

from __future__ import annotations

from typing import Any

from maillage.kernel.retention import DECIDED, PROOF, Kept, Rule, Whose, years
from maillage.kernel.text import Words
from maillage.needs import models
from maillage.needs.actions.opinions import opinion_once
from maillage.needs.following import page_once
from maillage.needs.models.needs import MACHINE
from maillage.needs.purposes import FOLLOW, OPINION
from maillage.post.models import Link, Message
from maillage.post.retention import KEPT as MESSAGES


def _forget_page(needs: Any) -> None:
    """The pages handed to a firm open nothing any more, and the messages that told their addresses forget to whom."""
    keys = [str(key) for key in needs.values_list("key", flat=True)]
    Link.objects.filter(purpose__in=[FOLLOW, OPINION], subject__in=keys).delete()
    written = [once(key) for key in keys for once in (page_once, opinion_once)]
    told = Message.objects.visible_to(MACHINE).filter(once__in=written)
    told.update(**(MESSAGES[Message].erased or {}))


_SILENT = {"words": "", "contact_name": "", "contact_phone": "", "contact_email": ""}
_ANSWER = {"message": "", "answer": ""}

KEPT = {
    models.Need: Kept(
        why=Words(
            fr="Le besoin, tant que l’instance existe\u00a0; les mots de l’entreprise et qui demander, trois ans après lui.",
            en="The need, as long as the instance; the firm’s words and whom to ask for, three years after it.",
        ),
        personal="words contact_name contact_phone contact_email",
        whose=Whose.FIRM,
        plain="theme origin source_model source_key scheme action_key urgency language ending withdrawn_because once",
        rules=(
            Rule(
                name="words_of_needs",
                words=Words(fr="Mots de l’entreprise vidés", en="Words of the firm emptied"),
                after=years(3),
                since="expressed_on",
                empties=_SILENT,
            ),
        ),
        firm="legal_unit",
        erased=_SILENT,
        also=_forget_page,
    ),
    models.Agreement: Kept(why=PROOF, plain="how"),
    models.Referral: Kept(
        why=Words(
            fr="La mise en relation, tant que l’instance existe\u00a0; ce qui s’y écrit, trois ans après l’envoi.",
            en="The referral, as long as the instance; what is written in it, three years after it was sent.",
        ),
        personal="message answer",
        whose=Whose.FIRM,
        plain="why ending refusal withdrawn_because once",
        rules=(
            Rule(
                name="words_of_referrals",
                words=Words(fr="Messages vidés", en="Messages emptied"),
                after=years(3),
                since="sent_at",
                empties=_ANSWER,
            ),
        ),
        firm="need__legal_unit",
        erased=_ANSWER,
    ),
    models.Reminder: Kept(why=DECIDED),
    models.Opinion: Kept(why=DECIDED, plain="contacted useful"),
    models.Term: Kept(why=DECIDED, typed="term", plain="plain theme"),
    models.ThemeTree: Kept(why=DECIDED, typed="because", plain="families"),
    models.Synonym: Kept(why=DECIDED, plain="theme"),
    models.CallBack: Kept(why=DECIDED, plain="outcome"),
    models.RoutingRule: Kept(
        why=DECIDED, typed="title", plain="themes areas activities legal_forms once"
    ),
}
