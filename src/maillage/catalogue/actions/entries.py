"""Entries written by people: added, changed, confirmed as still true, retired. Each is a version more."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.catalogue.content import Content
from maillage.catalogue.models import Entry, EntryVersion
from maillage.catalogue.permissions import can_add_entry, can_keep_entry
from maillage.catalogue.vocabulary import OFFERED, Sort
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

#: What a version copies of the one before when only its date or its retirement changes.
_COPIED = [
    one.attname
    for one in EntryVersion._meta.concrete_fields  # noqa: SLF001 -- the framework's own documented door
    if one.attname not in {"id", "number", "load_id", "made_at", "made_by_id"}
]


@transaction.atomic
def add_entry(
    *,
    sort: Sort | str,
    content: Content,
    by: Actor,
    partner: Organisation | None = None,
    once: str | None = None,
) -> Entry:
    """Write a service or a scheme into the catalogue; sent twice under one key, it is written once.

    Raises:
        NotAllowed: the actor does not keep the catalogue of any organisation.
        Invalid: it has no name, or asks what no firm could meet.
        Conflict: the key was used for another entry.
    """
    if not can_add_entry(by):
        raise NotAllowed(_("Officers, service managers and administrators keep the catalogue."))
    if sort not in OFFERED:
        raise Invalid(_("Only services and schemes are written by hand."))
    content.check()
    entry = Entry(
        sort=sort, organisation=by.acting_for(), partner=partner, made_at=clock.now(), once=once
    )  # fmt: skip
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return _written_before(entry, content)
    _write(entry, content.fields(), 1, by)
    return entry


def _written_before(entry: Entry, content: Content) -> Entry:
    """The entry that the same form wrote; a form sent again with other answers is not the same."""
    found = Entry.objects.get(once=entry.once)
    first = found.versions.order_by("number")[0]
    about = ("sort", "organisation_id", "partner_id")
    is_same = all(getattr(found, name) == getattr(entry, name) for name in about)
    if not is_same or first.digest != content.digest:
        raise Conflict(_("This form was already sent with other answers."))
    return found


@transaction.atomic
def edit_entry(
    *, entry: Entry, content: Content, version: int, by: Actor, partner: Organisation | None = None
) -> EntryVersion:
    """Say an entry anew, over the version that the person read.

    Raises:
        NotAllowed: another organisation keeps it.
        Invalid: it has no name, or asks what no firm could meet.
        Conflict: somebody, or a file, said something else meanwhile.
    """
    before = _held(entry, version, by)
    content.check()
    told = {"provider_id": before.provider_id, **content.fields()}
    Entry.objects.filter(pk=entry.pk).update(partner=partner)
    return _write(entry, told, before.number, by, after=before)


@transaction.atomic
def confirm_entry(*, entry: Entry, version: int, by: Actor) -> EntryVersion:
    """Say that what is written is still true today.

    Raises:
        NotAllowed: another organisation keeps it.
        Conflict: it changed meanwhile.
    """
    before = _held(entry, version, by)
    return _write(
        entry, _copied(before) | {"told_on": clock.today()}, before.number, by, after=before
    )


@transaction.atomic
def retire_entry(*, entry: Entry, version: int, by: Actor) -> EntryVersion:
    """Take an entry out of the catalogue: proposed no more, what it did stays told. Said twice, it is said once.

    Raises:
        NotAllowed: another organisation keeps it.
        Conflict: it changed meanwhile.
    """
    before = _held(entry, version, by)
    if before.is_retired:
        return before
    return _write(entry, _copied(before) | {"is_retired": True}, before.number, by, after=before)


def _held(entry: Entry, version: int, by: Actor) -> EntryVersion:
    """The last word on an entry, held until the end of the action."""
    if not can_keep_entry(by, entry):
        raise NotAllowed(
            _("Only the organisation that keeps this entry, or answers for it, changes it.")
        )
    Entry.objects.select_for_update().get(pk=entry.pk)
    last = EntryVersion.objects.visible().filter(entry=entry).order_by("-number").first()
    if last is None or last.number != version:
        raise Conflict(_("This entry was changed meanwhile."))
    return last


def _copied(before: EntryVersion) -> dict[str, Any]:
    return {name: getattr(before, name) for name in _COPIED if name != "entry_id"}


def _write(
    entry: Entry, told: dict[str, Any], number: int, by: Actor, after: EntryVersion | None = None
) -> EntryVersion:
    """The next version; numbers of versions that a load staged or took back are passed over."""
    if after is not None:
        last = EntryVersion.objects.filter(entry=entry).order_by("-number").values_list("number")
        number = last[0][0] + 1
    return EntryVersion.objects.create(
        entry=entry, number=number, made_at=clock.now(), made_by=by.person, **told
    )
