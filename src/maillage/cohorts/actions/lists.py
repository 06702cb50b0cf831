"""Writing what lists tell: a chunk at a time, each line with its act; replaced, taken back, brought back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.cohorts.acts import KINDS, REPLACED, SOURCE_LINE, SOURCE_PERSON
from maillage.cohorts.models import MACHINE, CohortLine, CohortLineQuerySet, Programme, Pseudonym
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.ledger.reasons import UNDONE

STEP = 200  # lines taken back in one transaction


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a list, understood; `digest` is blank where there was no day of birth."""

    number: int
    mark: str
    digest: str
    stage: str
    counts_as: str
    on: date
    amount_cents: int | None = None
    commune: str = ""
    in_qpv: bool | None = None
    siret: str = ""

    def says_as(self, line: CohortLine) -> bool:
        """Whether a line that stands says the same."""
        return all(getattr(line, name) == getattr(self, name) for name in SAID)

    @property
    def said(self) -> dict[str, Any]:
        """What is kept of it beside whose it is."""
        return {name: getattr(self, name) for name in ("number", "mark", *SAID)}


SAID = ("stage", "counts_as", "on", "amount_cents", "commune", "in_qpv", "siret")


def standing(programme: Programme, structure: int, marks: Collection[str]) -> dict[str, CohortLine]:
    """The lines of a structure that stand under these marks."""
    every = CohortLine.objects.visible_to(MACHINE).standing()
    rows = every.filter(programme=programme, organisation=structure, mark__in=marks)
    return {one.mark: one for one in rows}


@ledger.action
def take_lines(
    *, programme: Programme, load: int, told: Sequence[Told], by: Actor, corrects: bool = False
) -> int:
    """Write the lines of a chunk that say something new, and their acts; how many.

    A line that stands under the same mark and says something else is replaced. A load that `corrects` another leaves
    its trace on the lines that it tells again, so that those it leaves out are found.

    Raises:
        NotAllowed: nobody's lines: a structure hands them in.
    """
    if by.organisation is None:
        raise NotAllowed(_("A list is handed in by a structure."))
    known = standing(programme, by.organisation_id, [one.mark for one in told])
    fresh = [one for one in told if one.mark not in known or not one.says_as(known[one.mark])]
    _end([known[one.mark] for one in fresh if one.mark in known], load, by, REPLACED)
    if corrects:
        _every().filter(pk__in=[one.pk for one in known.values()]).update(again_by=load)
    persons = _persons(programme, fresh)
    lines = [_line(one, programme, load, persons.get(one.digest), by) for one in fresh]
    CohortLine.objects.bulk_create(lines)
    return len(lines)


def _line(
    told: Told, programme: Programme, load: int, person: Pseudonym | None, by: Actor
) -> CohortLine:
    line = CohortLine(
        key=uuid7(),
        load_id=load,
        programme=programme,
        organisation=by.organisation,
        pseudonym=person,
        told_at=clock.now(),
        **told.said,
    )
    line.act = _record(line, by).key
    return line


def _record(line: CohortLine, by: Actor) -> ledger.Act:
    person = line.pseudonym
    return ledger.record(
        KINDS[line.counts_as],
        by=by,
        occurred_on=line.on,
        source=(SOURCE_PERSON, person.key) if person else (SOURCE_LINE, line.key),
        commune=line.commune,
        in_qpv=line.in_qpv,
        scheme=line.programme.scheme,
        amount_cents=line.amount_cents,
    )


def _persons(programme: Programme, told: Iterable[Told]) -> Mapping[str, Pseudonym]:
    """The persons of these digests, those not met before drawn now."""
    digests = {one.digest for one in told if one.digest}
    every = Pseudonym.objects.filter(programme=programme, digest__in=digests)
    every.update(last_told_at=clock.now())
    known = set(every.values_list("digest", flat=True))
    Pseudonym.objects.bulk_create(
        Pseudonym(programme=programme, digest=one, last_told_at=clock.now())
        for one in sorted(digests - known)
    )
    return {one.digest: one for one in every.all()}


def _end(lines: Sequence[CohortLine], load: int, by: Actor, reason: str) -> None:
    """These lines stand no more, because of a load: their acts are cancelled."""
    if not lines:
        return
    ledger.reverse_all([one.act for one in lines], by=by, reason_code=reason)
    gone = _every().filter(pk__in=[one.pk for one in lines])
    gone.update(ended_at=clock.now(), ended_by=load)


def _every() -> CohortLineQuerySet:
    return CohortLine.objects.visible_to(MACHINE)


@ledger.action
def withdraw_some(*, of: int, load: int, by: Actor) -> int:
    """Take back the next lines of an earlier deposit that the one which corrects it does not tell; how many."""
    left = _of_structure(by).standing().filter(load=of).exclude(again_by=load)
    step = list(left.order_by("pk")[:STEP])
    _end(step, load, by, REPLACED)
    return len(step)


@ledger.action
def drop_some(*, load: int, by: Actor) -> int:
    """Take back the next lines that a load told, then bring back those it had replaced; 0 when nothing is left."""
    step = list(_of_structure(by).standing().filter(load=load).order_by("-pk")[:STEP])
    if step:
        _end(step, load, by, UNDONE)
        return len(step)
    back = list(_replaced_by(load, by).select_related("programme", "pseudonym")[:STEP])
    for one in back:
        one.act = _record(one, by).key
        one.ended_at, one.ended_by = None, None
    _every().bulk_update(back, ["act", "ended_at", "ended_by"])
    return len(back)


def _replaced_by(load: int, by: Actor) -> CohortLineQuerySet:
    """Lines that a load had replaced and nothing else has since, of deposits that still count."""
    alike = (
        _every()
        .standing()
        .filter(
            programme=OuterRef("programme"),
            organisation=OuterRef("organisation"),
            mark=OuterRef("mark"),
        )
    )
    gone = _of_structure(by).filter(ended_by=load, load__state=Load.State.ACTIVE)
    return gone.exclude(load=load).filter(~Exists(alike)).order_by("pk")


def _of_structure(by: Actor) -> CohortLineQuerySet:
    return _every().filter(organisation=by.organisation_id)
