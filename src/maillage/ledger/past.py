"""Acts older than the instance, taken over from a file: recorded together, cancelled together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from maillage.accounts.models import Organisation, Person
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.ledger.kind import Kind, Line
from maillage.ledger.models import Act, PastAct
from maillage.ledger.reasons import UNDONE
from maillage.ledger.recording import action, record, reverse_all
from maillage.register import bulk

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

SOURCE = "ledger.pastact"
PRESENT = "maillage.ledger.past.lines"
STEP = 500  # acts cancelled in one transaction


@dataclass(frozen=True, slots=True)
class PastFacts:
    """What a row says of an act."""

    kind: Kind
    occurred_on: date
    line: int
    establishment: int | None = None
    commune: str = ""
    theme: str = ""
    amount_cents: int | None = None
    jobs_milli_fte: int | None = None
    quantity: int | None = None
    reference: str = field(default="", compare=True)

    @property
    def fingerprint(self) -> str:
        """The same for the same act, whatever file and line tell of it."""
        told = (
            self.kind.name, self.occurred_on, self.establishment, self.commune, self.theme,
            self.amount_cents, self.jobs_milli_fte, self.quantity, self.reference,
        )  # fmt: skip
        return sha256(repr(told).encode()).hexdigest()


def taken(facts: Iterable[PastFacts], by: Actor) -> set[str]:
    """Which of these the organisation has taken over already."""
    wanted = [one.fingerprint for one in facts]
    rows = PastAct.objects.unscoped(reason="an act is taken over once, whoever asks")
    known = rows.filter(
        organisation=by.organisation_id, fingerprint__in=wanted, undone_at__isnull=True
    )
    return set(known.values_list("fingerprint", flat=True))


def keeper_named(name: str) -> Organisation | None:
    """The organisation of this name; the only one there is when no name is given."""
    found = Organisation.objects.filter(name=name) if name else Organisation.objects.all()
    rows = list(found[:2])
    return rows[0] if len(rows) == 1 else None


@action
def take_over(*, load: int, facts: Sequence[PastFacts], person: int | None, by: Actor) -> int:
    """Record acts as they happened, known from now on; those already taken over are left out.

    Raises:
        NotAllowed: nobody's acts: an organisation keeps them.
    """
    if by.organisation is None:
        raise NotAllowed(_("Past acts are kept by an organisation."))
    known = taken(facts, by)
    fresh = [one for one in facts if one.fingerprint not in known]
    keys = _written(load, fresh, by)
    who = Person.objects.filter(pk=person or 0).first()
    for one, key in zip(fresh, keys, strict=True):
        record(one.kind, by=by, person=who, source=(SOURCE, key), **_said(one))
    return len(fresh)


_COLUMNS = ("key", "load_id", "organisation", "fingerprint", "line")


def _written(load: int, facts: Sequence[PastFacts], by: Actor) -> list[UUID]:
    """Write from which row of the file each act comes; the keys of the rows, in their order."""
    keys = [uuid7() for _ in facts]
    stored = PastAct._meta.get_field("key").get_db_prep_save  # noqa: SLF001 -- public API
    rows = [
        (stored(key, connection), load, by.organisation_id, one.fingerprint, one.line)
        for key, one in zip(keys, facts, strict=True)
    ]
    bulk.insert("ledger_pastact", _COLUMNS, rows)  # models would cost more than the acts themselves
    return keys


def _said(facts: PastFacts) -> dict[str, Any]:
    return {
        "occurred_on": facts.occurred_on,
        "establishment": facts.establishment,
        "commune": "" if facts.establishment else facts.commune,
        "theme": facts.theme,
        "amount_cents": facts.amount_cents,
        "jobs_milli_fte": facts.jobs_milli_fte,
        "quantity": facts.quantity,
    }


@action
def cancel_some(*, load: int, by: Actor) -> int:
    """Cancel the next acts that a load took over, the last ones first; how many, 0 when none is left.

    Raises:
        NotAllowed: another organisation keeps them.
    """
    rows = PastAct.objects.unscoped(reason="a load is undone as a whole")
    left = rows.filter(load=load, undone_at__isnull=True).order_by("-id")
    step = dict(left.values_list("pk", "key")[:STEP])
    acts = Act.objects.unscoped(reason="the keeper is checked by reverse_all()")
    told = acts.of_source(SOURCE, *step.values()).effective()
    reverse_all(told.order_by("-id").values_list("key", flat=True), by=by, reason_code=UNDONE)
    rows.filter(pk__in=step).update(undone_at=clock.now())
    return len(step)


def lines(keys: Sequence[str], actor: Actor) -> Mapping[str, Line]:
    """What the organisation that took an act over reads of it: from which file, at which line."""
    rows = PastAct.objects.visible_to(actor).filter(key__in=keys).select_related("load")
    told = _("taken over from %(file)s, line %(line)s")
    return {
        str(row.key): Line(title=told % {"file": ", ".join(row.load.file_names), "line": row.line})
        for row in rows
    }
