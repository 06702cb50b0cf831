"""Writing what lists tell: a chunk at a time, each line with its act; replaced, taken back, brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
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
_COUNTS = (Load.State.APPLYING, Load.State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a list, understood.

    `digest` is blank where there was no day of birth; `alike` tells such a line from the others.
    """

    number: int
    digest: str
    alike: str
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
        return {name: getattr(self, name) for name in ("number", *SAID)}

    def mark(self, person: Pseudonym | None) -> str:
        """By what it is recognised when it is told again; blank where its person was never met."""
        if not self.digest:
            return self.alike
        if person is None:
            return ""
        return sha256(f"{person.key}\n{self.stage}\n{self.on}".encode()).hexdigest()


SAID = ("stage", "counts_as", "on", "amount_cents", "commune", "in_qpv", "siret")


def standing(programme: Programme, structure: int, told: Sequence[Told]) -> list[CohortLine | None]:
    """The line of a structure that stands for each of these, where there is one."""
    persons = _known(programme, told)
    marks = [one.mark(persons.get(one.digest)) for one in told]
    every = CohortLine.objects.visible_to(MACHINE).standing()
    rows = every.filter(programme=programme, organisation=structure, mark__in=set(marks))
    by_mark = {one.mark: one for one in rows}
    return [by_mark.get(mark) for mark in marks]


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
    persons = _persons(programme, told)
    known = standing(programme, by.organisation_id, told)
    fresh = [
        (one, line)
        for one, line in zip(told, known, strict=True)
        if line is None or not one.says_as(line)
    ]
    _end([line for _one, line in fresh if line], load, by, REPLACED)
    if corrects:
        _every().filter(pk__in=[line.pk for line in known if line]).update(again_by=load)
    lines = [
        _line(one, programme, load, persons.get(one.digest), by) for one, _line_before in fresh
    ]
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
        mark=told.mark(person),
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


def _known(
    programme: Programme, told: Iterable[Told], *, lock: bool = False
) -> Mapping[str, Pseudonym]:
    digests = {one.digest for one in told if one.digest}
    rows = Pseudonym.objects.filter(programme=programme, digest__in=digests).order_by("pk")
    return {one.digest: one for one in (rows.select_for_update() if lock else rows)}


def _persons(programme: Programme, told: Sequence[Told]) -> Mapping[str, Pseudonym]:
    """The persons of these lines, those not met before drawn now; each was told of today, even alike.

    They are locked: a deposit that is taken back meanwhile does not forget somebody whom this one tells.
    """
    now, known = clock.now(), _known(programme, told, lock=True)
    Pseudonym.objects.filter(pk__in=[one.pk for one in known.values()]).update(last_told_at=now)
    met = {one.digest for one in told if one.digest} - set(known)
    Pseudonym.objects.bulk_create(
        Pseudonym(programme=programme, digest=one, last_told_at=now) for one in sorted(met)
    )
    return _known(programme, told)


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
    """Take back the next lines that a load told, bring back those it had replaced, then forget whom it alone told.

    How many; 0 when nothing is left. A load that is taken back never counts again, so nothing of it is kept that could
    recognise anybody: neither where they live, nor the digest of who stands in no other deposit.
    """
    step = list(_of_structure(by).standing().filter(load=load).order_by("-pk")[:STEP])
    if step:
        _end(step, load, by, UNDONE)
        return len(step)
    back = list(_replaced_by(load, by).select_related("programme", "pseudonym")[:STEP])
    for one in back:
        one.act = _record(one, by).key
        one.ended_at, one.ended_by = None, None
    _every().bulk_update(back, ["act", "ended_at", "ended_by"])
    return len(back) or _forget(_of_structure(by).filter(load=load))


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


def _forget(gone: CohortLineQuerySet) -> int:
    """Empty where these lines say that people live, and the digests of the next whom no other deposit tells; how many."""
    gone.exclude(siret="", commune="").update(siret="", commune="")
    persons = Pseudonym.objects.exclude(digest="").order_by("pk")
    kept = _every().exclude(pk__in=gone.values("pk")).filter(load__state__in=_COUNTS)
    alone = persons.filter(pk__in=gone.values("pseudonym")).exclude(pk__in=kept.values("pseudonym"))
    # Locked first, then looked at again: another deposit may have told of them meanwhile.
    step = list(alone.select_for_update()[:STEP].values_list("pk", flat=True))
    told = kept.filter(pseudonym__in=step).values_list("pseudonym", flat=True)
    return persons.filter(pk__in=set(step) - set(told)).update(digest="")


def _of_structure(by: Actor) -> CohortLineQuerySet:
    return _every().filter(organisation=by.organisation_id)
