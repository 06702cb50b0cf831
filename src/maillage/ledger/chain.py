"""The chains: acts are stamped, numbered, linked and inserted under the lock of their keepers.

One row a keeper, its head, is the lock. Heads are made (when an organisation keeps its first act) and
then locked in one order, so that two writers never wait for each other: on PostgreSQL a writer that
is still making heads holds no lock that another wants, and SQLite has a single writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import DateField, UUIDField
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.ledger import canonical, subjects
from maillage.ledger.models import Act, Head
from maillage.register import bulk

BATCH = 500
MANY = 20  # acts from which on PostgreSQL takes one COPY, not as many insertions
_FIELDS = [field for field in Act._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 -- public API
_COLUMNS = [str(field.column) for field in _FIELDS]
_INSERT = "INSERT INTO ledger_act ({}) VALUES ({})".format(  # noqa: S608 -- names of our own columns
    ", ".join(_COLUMNS), ", ".join(["%s"] * len(_COLUMNS))
)
# Plain SQL on the path of every act: building these through models costs more than running them.
_NEW_HEAD = (
    "INSERT INTO ledger_head (keeper_id, seq, hash) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING"
)
_HEADS = (
    "SELECT keeper_id, seq, hash, recorded_at FROM ledger_head WHERE keeper_id IN ({})"
    " ORDER BY keeper_id"
)
_MOVE_HEAD = "UPDATE ledger_head SET seq = %s, hash = %s, recorded_at = %s WHERE keeper_id = %s"

# What the one who records says of an act; facts of the register and stamps are not part of it.
_said = attrgetter(
    "kind",
    "payload_version",
    "keeper_id",
    "organisation_id",
    "person_id",
    "counterpart_id",
    "occurred_on",
    "establishment_id",
    "theme",
    "scheme",
    "action_key",
    "amount_cents",
    "jobs_milli_fte",
    "quantity",
    "unit",
    "source_model",
    "source_key",
    "reverses_id",
    "reason_code",
)


def write(acts: Sequence[Act]) -> None:
    """Chain and insert the acts of an action, in the order in which they were said."""
    if not acts:
        return
    heads = _lock({act.keeper_id for act in acts})
    acts = _not_yet_recorded(acts)
    # One instant for the whole action, and never earlier than what a chain already holds.
    known = [head.recorded_at for head in heads.values() if head.recorded_at is not None]
    stamp = max([clock.now(), *known])
    for start in range(0, len(acts), BATCH):
        batch = acts[start : start + BATCH]
        _link(batch, heads, stamp)
        _insert(batch)
    _advance([heads[keeper] for keeper in {act.keeper_id for act in acts}], stamp)


def _lock(keepers: Iterable[int]) -> dict[int, Head]:
    wanted = sorted(keepers)
    # One keeper, as a rule: its head is there, and while it is not, nothing is held either.
    heads = _locked(wanted) if len(wanted) == 1 else {}
    if not heads:
        with connection.cursor() as cursor:
            cursor.executemany(_NEW_HEAD, [(keeper, canonical.GENESIS) for keeper in wanted])
        heads = _locked(wanted)
    return heads


def _locked(wanted: Sequence[int]) -> dict[int, Head]:
    """The heads of these keepers that exist, locked in their order."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""  # SQLite has one writer
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(_HEADS.format(marks) + lock, wanted)
        return {
            keeper: Head(keeper_id=keeper, seq=seq, hash=sealed, recorded_at=_instant(stamped))
            for keeper, seq, sealed, stamped in cursor.fetchall()
        }


def _instant(stored: datetime | None) -> datetime | None:
    """SQLite keeps the UTC time without saying so."""
    return stored.replace(tzinfo=UTC) if stored and stored.tzinfo is None else stored


def _advance(heads: Iterable[Head], stamp: datetime) -> None:
    instant = connection.ops.adapt_datetimefield_value(stamp)
    with connection.cursor() as cursor:
        cursor.executemany(
            _MOVE_HEAD, [(head.seq, head.hash, instant, head.keeper_id) for head in heads]
        )


@contextmanager
def standstill() -> Iterator[None]:
    """Inside a transaction: no act enters any chain until it ends (publishing a figure does so)."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite's transaction is exclusive from its start
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ledger_head IN EXCLUSIVE MODE")
        yield


def require_same_content(recorded: Act, act: Act) -> None:
    """Accept that an act was said twice under one idempotency key.

    Raises:
        Conflict: the key was used for something else.
    """
    free = "" if act.establishment_id is not None else act.commune
    theirs = "" if recorded.establishment_id is not None else recorded.commune
    if (_said(recorded), theirs) != (_said(act), free):
        raise _other_content()


def _other_content() -> Conflict:
    return Conflict(
        _("This was already recorded, with another content."),
        remedy=_("Open the page again to see what was recorded."),
    )


def is_reversed(acts: Iterable[int]) -> bool:
    """Whether one of these acts is already cancelled."""
    reversals = Act.objects.unscoped(reason="an act is cancelled once, whoever asks")
    return reversals.filter(reverses__in=list(acts)).exists()


def already_reversed() -> Conflict:
    """The refusal of a second cancellation."""
    return Conflict(
        _("This act is already cancelled."), remedy=_("Open the page again to see by whom.")
    )


def _not_yet_recorded(acts: Sequence[Act]) -> Sequence[Act]:
    """Look again, now that nobody else can write: another request may have come first."""
    cancelled = [act.reverses_id for act in acts if act.reverses_id is not None]
    if cancelled and is_reversed(cancelled):
        raise already_reversed()
    said = {act.once: act for act in acts if act.once is not None}
    if not said:
        return acts
    found = Act.objects.unscoped(reason="an idempotency key is one for all").filter(once__in=said)
    twins = {str(recorded.once): recorded for recorded in found}
    for once, recorded in twins.items():
        require_same_content(recorded, said[once])
        said[once].key = recorded.key
    return [act for act in acts if act.once not in twins]


def _link(acts: Sequence[Act], heads: dict[int, Head], stamp: datetime) -> None:
    keys = subjects.complete(acts)
    for act in acts:
        head = heads[act.keeper_id]
        act.seq, act.prev_hash, act.recorded_at = head.seq + 1, head.hash, stamp
        act.hash = canonical.digest(sealed(act, keys))
        head.seq, head.hash = act.seq, act.hash


def sealed(act: Act, keys: subjects.Keys) -> list[canonical.Value]:
    """The values that the hash of an act seals, in the order of the canonical form."""
    return [
        canonical.FORM,
        act.prev_hash,
        act.keeper.key.hex,
        act.seq,
        act.key.hex,
        act.organisation.key.hex,
        act.person.key.hex if act.person is not None else None,
        act.counterpart.key.hex if act.counterpart is not None else None,
        act.kind,
        act.payload_version,
        act.occurred_on.isoformat(),
        act.month,
        canonical.instant(act.recorded_at),
        keys.establishments.get(act.establishment_id or 0),
        keys.legal_units.get(act.legal_unit_id or 0),
        act.commune,
        None if act.in_qpv is None else int(act.in_qpv),
        act.naf,
        act.size_band,
        act.segments,
        act.theme,
        act.scheme,
        act.action_key,
        act.amount_cents,
        act.jobs_milli_fte,
        act.quantity,
        act.unit,
        act.source_model,
        act.source_key,
        act.reverses.key.hex if act.reverses is not None else None,
        act.reason_code,
        act.once,
    ]


def _insert(acts: Sequence[Act]) -> None:
    rows = [_row(act) for act in acts]
    try:
        if len(rows) >= MANY:
            bulk.insert("ledger_act", _COLUMNS, rows)
        else:
            bulk.execute_many(_INSERT, rows)
    except IntegrityError as error:
        # Another keeper's writer used the same idempotency key and committed first.
        if "ledger_act_once" in str(error):
            raise _other_content() from error
        raise


_values = attrgetter(*(field.attname for field in _FIELDS))
_ADAPTED = [
    (rank, field) for rank, field in enumerate(_FIELDS) if isinstance(field, DateField | UUIDField)
]


def _row(act: Act) -> list[Any]:
    """An act as the driver takes it: numbers and texts, checked when they were said, go as they are."""
    row = list(_values(act))
    for rank, field in _ADAPTED:
        row[rank] = field.get_db_prep_save(row[rank], connection)
    return row
