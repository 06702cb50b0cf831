"""A chamber publishes the list of activities that count as craft for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register import crafts
from maillage.register.models import CraftList
from maillage.register.models.crafts import FIRST_BIT, LAST_BIT
from maillage.register.permissions import can_publish_crafts


@transaction.atomic
def publish_crafts(*, codes: str, since: date, because: str, by: Actor, once: UUID) -> CraftList:
    """Publish a version of one's chamber's list: a new criterion, for good; sent twice, published once.

    Figures, campaigns and promises that name an earlier version go on reading that one.

    Raises:
        NotAllowed: the actor does not decide for a chamber.
        Invalid: a line is no code, nothing changes, no reason is given.
        Conflict: the same form published something else, or no bit is left.
    """
    if not can_publish_crafts(by):
        raise NotAllowed(
            _(
                "Only an administrator, an officer or a service manager of a chamber publishes this list."
            )
        )
    read = _read(codes, because)
    organisation = by.acting_for()
    # Versions and bits are numbered one after the other, whoever publishes.
    list(Organisation.objects.select_for_update().filter(kind=Organisation.Kind.CHAMBER))
    told = {"since": since, "because": because.strip()[:300], "organisation_id": organisation.pk}
    if sent := CraftList.objects.filter(once=once).first():
        same = all(getattr(sent, name) == value for name, value in told.items())
        if not same or sent.codes != list(read):
            raise Conflict(_("This form was already sent with another content."))
        return sent
    last = crafts.last_of(organisation)
    if last and last.codes == list(read):
        message = _("These are the codes of version %(number)s.") % {"number": last.number}
        raise Invalid(message, fields={"codes": message})
    return CraftList.objects.create(
        **told, number=last.number + 1 if last else 1, bit=_next_bit(), codes=list(read),
        published_by=by.person, once=once,
    )  # fmt: skip


def _read(codes: str, because: str) -> tuple[str, ...]:
    read, bad = crafts.read(codes)
    wrong: dict[str, object] = {}
    if bad:
        told = "; ".join(map(str, bad[: crafts.LINES_SHOWN]))
        wrong["codes"] = told
    elif not read:
        wrong["codes"] = _("A list holds at least one activity code.")
    if not because.strip():
        wrong["because"] = _("Say why.")
    if wrong:
        raise Invalid(_("The list cannot be published so."), fields=wrong)
    return read


def _next_bit() -> int:
    last = CraftList.objects.aggregate(last=Max("bit"))["last"]
    bit = FIRST_BIT if last is None else last + 1
    if bit > LAST_BIT:
        raise Conflict(
            _("Every criterion that lists can take is taken: %(count)s versions were published.")
            % {"count": LAST_BIT - FIRST_BIT + 1},
            remedy=_("Go on with the last version; a later release gives more."),
        )
    return bit
