"""An adviser is told, once, which firms wait for another diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage import post
from maillage.accounts.actors import System
from maillage.accounts.models import Membership
from maillage.diagnoses.models import MACHINE, Pass
from maillage.kernel import clock

TEMPLATE = "diagnoses/mail.html"


@transaction.atomic
def remind(passes: Sequence[int]) -> bool:
    """Write to the adviser of these passes, all of one person for one organisation; said whether a message left.

    A pass is told of once, whoever asks: what is noted on it and the message are one transaction. Nobody writes to
    somebody who works there no more; the list of the organisation shows the firm all the same.
    """
    rows = Pass.objects.visible_to(MACHINE).select_for_update(of=("self",))
    waiting = rows.filter(pk__in=passes, reminded_at=None).select_related("adviser", "organisation")
    found = list(waiting.order_by("occurred_on", "pk"))
    if not found:
        return False
    first = found[0]
    rows.filter(pk__in=[one.pk for one in found]).update(reminded_at=clock.now())
    members = Membership.objects.visible_to(MACHINE).filter(
        person=first.adviser_id, organisation=first.organisation_id
    )
    if not members.current().exists():
        return False
    post.send(
        to=first.adviser.email,
        template=TEMPLATE,
        context={
            "count": len(found),
            "since": first.again_on,
            "address": urljoin(settings.ADDRESS, f"{reverse('diagnoses:passes')}?miens=on"),
        },
        once=f"diagnosis-again:{first.key}",
        by=System("a second diagnosis is due", organisation=first.organisation),
        language=first.adviser.language,
    )
    return True
