"""Every write that a person asks of a load: receive, confirm, set a row right, abandon, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.intake import jobs, loading, storage
from maillage.intake.declared import importer_of
from maillage.intake.models import Load, Reject
from maillage.intake.permissions import can_load, can_undo_load, require
from maillage.intake.reasons import reason
from maillage.intake.tables import CannotTake, Remark, understand
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.rows import BadCell, Importer, Row


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it comes in: the slot it fills, the name it bears, its bytes."""

    slot: str
    name: str
    blocks: Iterable[bytes]


def receive(
    *,
    source: str,
    files: Iterable[Sent],
    given: Mapping[str, str],
    by: Actor,
    once: str | None = None,
) -> Load:
    """Take files in; a worker reads them next. Sent twice under the same key, they are taken once.

    Raises:
        NotAllowed: the actor may not load this source.
        Invalid: a file is missing or too big, or what is asked with it is not filled in.
    """
    importer = importer_of(source)
    require(can_load(by, importer))
    asked = checked(importer, given)
    if once and (found := Load.objects.filter(once=once).first()):
        return found
    load = Load(
        source=importer.name,
        state=Load.State.RECEIVED,
        given=asked,
        loaded_by=by.person_id,
        organisation=None if importer.common else by.organisation_id,
        staged_at=clock.now(),
        once=once,
    )
    try:
        load.files = [storage.keep(load, sent.slot, sent.name, sent.blocks) for sent in files]
        _check_files(importer, load)
        load.digest = load.files[0]["sha256"]
        return _enter(load)
    except BaseException:
        storage.drop(load)
        raise


def _enter(load: Load) -> Load:
    try:
        with transaction.atomic():
            load.save()
            jobs.start(load)
    except IntegrityError:
        if found := Load.objects.filter(
            once=load.once
        ).first():  # the same form at the same instant
            storage.drop(load)
            return found
        raise
    return load


def _check_files(importer: Importer, load: Load) -> None:
    missing = {slot.name for slot in importer.slots} - {file["role"] for file in load.files}
    if missing:
        message = _("Choose the file.")
        raise Invalid(message, fields=dict.fromkeys(sorted(missing), message))


def checked(importer: Importer, given: Mapping[str, str]) -> dict[str, str]:
    """What is asked with the file, once it is filled in as it must be.

    Raises:
        Invalid: it is not; each option says why.
    """
    faults: dict[str, object] = {}
    kept: dict[str, str] = {}
    for option in importer.options:
        text = given.get(option.name, "").strip()
        if not text:
            if option.needed:
                faults[option.name] = reason("blank", importer)
            continue
        try:
            option.check(text)
            kept[option.name] = text
        except BadCell as fault:
            told = reason(fault.code, importer)
            faults[option.name] = f"{told} ({fault.value})" if fault.value else told
    if faults:
        raise Invalid(_("What is asked with the file is not filled in."), fields=faults)
    return kept


@transaction.atomic
def confirm(*, load: Load, by: Actor) -> Load:
    """Ask for a previewed load to be applied; a worker does it.

    Raises:
        NotAllowed: the actor may not.
        Conflict: it is not waiting to be confirmed any more.
    """
    found = _locked(load, by)
    if found.state in {Load.State.APPLYING, Load.State.ACTIVE}:
        return found
    if found.state != Load.State.PREVIEWED:
        raise Conflict(_("This load is not waiting to be confirmed."))
    others = Load.objects.applying().filter(source=found.source, organisation=found.organisation)
    if others.exists():
        raise Conflict(
            _("Another load of the same source is being applied."),
            remedy=_("Wait until it is active."),
        )
    found.state = Load.State.APPLYING
    found.progress = {}
    found.save(update_fields=["state", "progress"])
    jobs.start(found)
    return found


@transaction.atomic
def abandon(*, load: Load, by: Actor) -> Load:
    """Give up a load that nobody has applied.

    Raises:
        NotAllowed: the actor may not.
        Conflict: it is applied, or being applied.
    """
    found = _locked(load, by)
    if found.state not in {Load.State.RECEIVED, Load.State.PREVIEWED}:
        raise Conflict(_("This load is applied already: undo it instead."))
    loading.fail(found, loading.given_up(found))
    return found


def resume(*, load: Load, by: Actor) -> None:
    """Ask again for what a killed worker left.

    Raises:
        NotAllowed: the actor may not.
        Conflict: somebody is at work on it, or nothing is left to do.
    """
    require(can_undo_load(by, load, importer_of(load.source)))
    if not jobs.is_silent(load):
        raise Conflict(_("A worker is at it."), remedy=_("Open the page again in a moment."))
    jobs.start(load)


@transaction.atomic
def undo_load(*, load: Load, because: str, by: Actor) -> Load:
    """Take a load back, saying why: from now on what it told does not count.

    Raises:
        NotAllowed: the actor may not.
        Invalid: no reason is given.
        Conflict: the load is not active any more.
    """
    if not because.strip():
        message = _("Say why.")
        raise Invalid(message, fields={"because": message})
    found = _locked(load, by)
    if found.state != Load.State.ACTIVE:
        raise Conflict(_("This load is not active: there is nothing to undo."))
    found.state = Load.State.UNDOING
    found.undone_at = max(clock.now(), found.activated_at or clock.now())
    found.undone_by = by.person_id
    found.undone_because = " ".join(because.split())[:200]
    heard = clock.real_now().isoformat()
    found.progress = found.progress | {"heard": heard, "rows": 0, "undone": 0}
    found.save(update_fields=["state", "undone_at", "undone_by", "undone_because", "progress"])
    jobs.start(found)
    return found


def _locked(load: Load, by: Actor) -> Load:
    importer = importer_of(load.source)
    require(can_undo_load(by, load, importer))
    return Load.objects.select_for_update().get(pk=load.pk)


@transaction.atomic
def correct(*, reject: Reject, row: Mapping[str, str], by: Actor) -> Reject:
    """Set a refused row right: it is taken with the load, at once when the load is active already.

    Raises:
        NotAllowed: the actor may not.
        Invalid: the row is still refused; the column says why.
        Conflict: somebody corrected it meanwhile, or its load takes nothing more.
    """
    load = _locked(reject.load, by)
    importer = importer_of(load.source)
    found = Reject.objects.select_for_update().get(pk=reject.pk)
    if found.corrected_at is not None or not found.row:
        raise Conflict(_("This row was set right meanwhile."))
    if load.state not in {Load.State.PREVIEWED, Load.State.ACTIVE}:
        raise Conflict(
            _("This load takes no row any more."), remedy=_("Load the row in a new file.")
        )
    reading = loading.Reading.of(load)
    found.row = {name: str(row.get(name, before)).strip() for name, before in found.row.items()}
    understood, kind = _understood(reading, found)
    if load.state == Load.State.ACTIVE:
        importer.apply([understood], reading.run)
        importer.activate(reading.run)
    found.corrected_at, found.corrected_by = clock.now(), by.person_id
    found.save(update_fields=["row", "corrected_at", "corrected_by"])
    load.counts = load.counts | {
        "rejected": load.count("rejected") - 1,
        kind: load.count(kind) + 1,
        "corrected": load.count("corrected") + 1,
    }
    load.save(update_fields=["counts"])
    return found


def _understood(reading: loading.Reading, reject: Reject) -> tuple[Row, str]:
    importer = reading.importer
    try:
        columns = importer.columns_for(reading.load.given)
        row = Row(reject.table, reject.line, understand(reject.row, columns), reject.row)
    except BadCell as fault:
        raise _still_refused(fault, importer) from fault
    kind = importer.diff([row], reading.run)[0]
    if isinstance(kind, BadCell):
        raise _still_refused(kind, importer)
    return row, kind


def _still_refused(fault: BadCell, importer: Importer) -> Invalid:
    told = reason(fault.code, importer)
    return Invalid(told, fields={fault.column: told} if fault.column else {})


def refusal_of(load: Load) -> str:
    """Why a load was given up, in the reader's language."""
    told = dict(load.refusal)
    if not told:
        return ""
    if "said" in told:
        return str(told["said"])
    return str(CannotTake(Remark(**told), importer_of(load.source)))
