"""Photographs of a visit: added once, as the image alone; removed."""

from __future__ import annotations

import hashlib
from typing import cast

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.intake import pictures
from maillage.intake.pictures import Picture
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach.models import Visit, VisitPhoto
from maillage.outreach.permissions import can_correct_visit, can_remove_photo

MOST = 6


def add_photo(*, visit: Visit, data: bytes, once: str, by: Actor) -> VisitPhoto:
    """Keep a photograph with its visit, without where, when and by what it was taken; sent again, it is kept once.

    Raises:
        NotAllowed: it is somebody else's visit.
        Invalid: it is no photograph, is too big, or the visit has six already.
        Conflict: the key was used for another one, or the visit is cancelled.
    """
    _check(visit, by)
    picture = pictures.read(data)  # before the lock: another process opens it
    try:
        return _add(visit=visit, picture=picture, once=once, by=by)
    except IntegrityError:  # by another organisation: its photographs are not read
        raise _used() from None


@ledger.action
def _add(*, visit: Visit, picture: Picture, once: str, by: Actor) -> VisitPhoto:
    held = _locked(visit, by)
    digest = hashlib.sha256(picture.data).hexdigest()
    mine = VisitPhoto.objects.visible_to(by)
    if found := mine.filter(once=once).first():
        if found.visit_id == held.pk and (found.digest == digest or not found.data):
            return found  # sent again; once removed it stays so
        raise _used()
    if mine.of(held).kept().count() >= MOST:
        most = _("A visit keeps %(most)s photographs at most.") % {"most": MOST}
        remedy = _("Remove one on the page of the visit, then send again.")
        raise Invalid(most, fields={"photo": f"{most} {remedy}"}, remedy=remedy)
    return VisitPhoto.objects.create(
        visit=held,
        data=picture.data,
        kind=picture.kind,
        width=picture.width,
        height=picture.height,
        digest=digest,
        added_by=cast("Person", by.person),  # who may change a visit is somebody
        once=once,
    )


@ledger.action
def remove_photo(*, photo: VisitPhoto, by: Actor) -> None:
    """Remove the image for good; its key stays, so that a phone that sends it again puts nothing back.

    Raises:
        NotAllowed: it is of somebody else's visit.
    """
    if not can_remove_photo(by, photo.visit):
        raise NotAllowed(_("Only who made the visit, or the service manager, changes it."))
    VisitPhoto.objects.visible_to(by).filter(pk=photo.pk).update(data=b"", digest="")


def _used() -> Conflict:
    return Conflict(_("Another photograph was already sent under this key."))


def _locked(visit: Visit, by: Actor) -> Visit:
    """The visit under lock, so that its photographs are counted one sender at a time."""
    held = Visit.objects.owned_by(by).select_for_update(of=("self",)).get(pk=visit.pk)
    _check(held, by)
    return held


def _check(visit: Visit, by: Actor) -> None:
    if visit.cancelled_at is not None:
        raise Conflict(_("This visit is cancelled: it takes no photograph."))
    if not can_correct_visit(by, visit):
        raise NotAllowed(_("Only who made the visit, or the service manager, changes it."))
