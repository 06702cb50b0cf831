"""What visits follow: brought in, written as a draft, published for good, written anew."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach.distress import points
from maillage.outreach.guides import grid
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped
from maillage.outreach.permissions import can_edit_guides


def checked(text: str, kind: str, by: Actor) -> str:
    """A text that visits may follow, with the line ends of this house; points weigh what the grid in use asks.

    Raises:
        TextRefused: with every problem found.
        Invalid: points are written before any grid is in use.
    """
    text = text.replace("\r\n", "\n")
    if kind == Guide.Kind.GRID:
        grid.read(text)
        return text
    asks = Guide.objects.visible_to(by).in_use(Guide.Kind.GRID)
    if asks is None:
        told = _("No grid is in use yet: there is nothing to weigh.")
        raise Invalid(told, remedy=_("Publish a grid first."), fields={"text": told})
    asked = {code: question.codes for code, question in asks.grid.confidential.items()}
    points.read(text, asked=asked)
    return text


@ledger.action
def begin_guide(*, kind: str, by: Actor) -> Guide:
    """Start a draft from the version in use, or from what ships with the product; the one there is, when there is one.

    Raises:
        NotAllowed: the actor is no service manager.
        Invalid: points are written before any grid is in use.
    """
    _check(by)
    own = Guide.objects.visible_to(by).filter(kind=kind)
    draft = own.filter(published_at=None).first()
    if draft is not None:
        return draft
    last = own.in_use(kind)
    text = last.text if last else checked(shipped(kind), kind, by)
    number = own.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            return Guide.objects.create(
                organisation=by.acting_for(), kind=kind, text=text, number=number + 1
            )
    except IntegrityError:
        raise Conflict(
            _("Somebody began this draft at the same moment."), remedy=_("Open it.")
        ) from None


@ledger.action
def rewrite_guide(*, guide: Guide, text: str, version: int, by: Actor) -> Guide:
    """Change a draft.

    Raises:
        NotAllowed: the actor is no service manager of the organisation.
        TextRefused: the text has problems, each with its line.
        Conflict: it is published, or somebody changed it meanwhile.
    """
    draft = _draft(guide, by)
    text = checked(text, draft.kind, by)
    if draft.version != version:
        raise Conflict(
            _("Somebody changed this draft while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    draft.text, draft.version = text, draft.version + 1
    draft.save(update_fields=["text", "version"])
    return draft


@ledger.action
def publish_guide(*, guide: Guide, by: Actor) -> Guide:
    """Put a draft into use, for good: visits made from now on follow this version and keep it.

    Raises:
        NotAllowed: the actor is no service manager of the organisation.
        TextRefused: points weigh what the grid in use does not ask.
        Conflict: it is published already.
    """
    draft = _draft(guide, by)
    checked(draft.text, draft.kind, by)
    draft.published_at, draft.published_by = clock.now(), by.person
    draft.save(update_fields=["published_at", "published_by"])
    return draft


@ledger.action
def drop_guide(*, guide: Guide, by: Actor) -> None:
    """Give a draft up.

    Raises:
        NotAllowed: the actor is no service manager of the organisation.
        Conflict: it is published.
    """
    _draft(guide, by).delete()


def _draft(guide: Guide, by: Actor) -> Guide:
    _check(by, guide)
    rows = Guide.objects.visible_to(by).select_for_update().filter(pk=guide.pk)
    draft = rows.first()
    if draft is None or not draft.is_draft:
        raise Conflict(
            _("A published version never changes."), remedy=_("Begin a new version instead.")
        )
    return draft


def _check(by: Actor, guide: Guide | None = None) -> None:
    if not can_edit_guides(by, guide):
        raise NotAllowed(
            _("The service manager writes what the visits of the organisation follow.")
        )
