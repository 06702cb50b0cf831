"""Every write about lists of partners: lines taken, likenesses noted, decided, undone; each decision is an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.kind import Kind
from maillage.ledger.models import Act
from maillage.ledger.reasons import UNDONE
from maillage.lists import acts, feeding
from maillage.lists.models import MACHINE, Comparison, Line, Match, PartnerList
from maillage.lists.permissions import can_decide, can_feed
from maillage.register.actions import end_belonging

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

STEP = 500  # lines written or taken back in one transaction


@dataclass(frozen=True, slots=True)
class Told:
    """A line as a file tells it: where it stands, what makes it the same line, its cells."""

    number: int
    fingerprint: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """An establishment that a line may be: how probably, and what each comparison weighed."""

    establishment: int
    p: float
    why: Sequence[Mapping[str, Any]]


def list_of(*, holder: str, name: str, by: Actor) -> PartnerList:
    """The list of this name, begun when it is told of for the first time."""
    everyones = PartnerList.objects.visible_to(MACHINE)
    return everyones.get_or_create(
        organisation=by.acting_for(), holder=holder, name=name
    )[0]  # fmt: skip


def taken(of: PartnerList, fingerprints: Sequence[str]) -> set[str]:
    """Which of these lines the list has already."""
    lines = of.lines.filter(undone_at=None)
    return set(
        lines.filter(fingerprint__in=fingerprints).values_list("fingerprint", flat=True)
    )  # fmt: skip


@transaction.atomic
def take_lines(*, of: PartnerList, load: int, day: date, lines: Sequence[Told]) -> int:
    """Write the lines that the list has not yet; nobody sees them before their load is active."""
    known = taken(of, [one.fingerprint for one in lines])
    fresh = [
        Line(
            of=of, load_id=load, number=one.number, fingerprint=one.fingerprint,
            told=dict(one.cells), listed_on=day,
        )
        for one in lines
        if one.fingerprint not in known
    ]  # fmt: skip
    of.lines.bulk_create(fresh)
    return len(fresh)


def ask_comparison(*, of: PartnerList, load: int) -> Comparison:
    """Ask that the lines of a load be compared with the register; asked again when lines were added."""
    found, _begun = Comparison.objects.get_or_create(load_id=load, defaults={"of": of})
    Comparison.objects.filter(pk=found.pk).update(
        stage=Comparison.Stage.WAITING, heard_at=None, ended_at=None
    )
    return found


@transaction.atomic
def compare_again(*, of: PartnerList, by: Actor) -> list[int]:
    """Ask that the lines recognised nowhere be looked for again (the register has news); the loads concerned.

    Lines that are a firm, or on which somebody decided, stay as they are.

    Raises:
        NotAllowed: the list is another organisation's, or the role decides on none.
    """
    if not can_decide(by, Line(of=of)):
        raise NotAllowed(_("Only the organisation that holds a list decides on its lines."))
    every = Line.objects.visible_to(by)
    nowhere = every.standing().filter(of=of, matches=None, compared_at__isnull=False)
    loads = sorted(set(nowhere.values_list("load", flat=True)))
    every.filter(pk__in=list(nowhere.values_list("pk", flat=True))).update(compared_at=None)
    for load in loads:
        ask_comparison(of=of, load=load)
    return loads


@transaction.atomic
def declare_feeding(*, of: PartnerList, feeds: str, by: Actor) -> PartnerList:
    """Say which segment the firms of a list belong to, or none; said twice, it is said once.

    The firms recognised so far are told by the job that `feeding.settle` is; the next ones, as they are recognised.

    Raises:
        NotAllowed: the list is another organisation's, or the role does not answer for it.
        Invalid: no such segment.
    """
    held = PartnerList.objects.visible_to(MACHINE).select_for_update(of=("self",)).get(pk=of.pk)
    if not can_feed(by, held):
        raise NotAllowed(_("Only who answers for a list says what it tells of its firms."))
    if feeds and feeds not in PartnerList.Feeds.values:
        message = _("Choose what the list says of its firms.")
        raise Invalid(message, fields={"feeds": message})
    if held.feeds != feeds:
        held.feeds, held.fed_by, held.fed_at = feeds, by.person, clock.now()
        held.save(update_fields=["feeds", "fed_by", "fed_at"])
    return held


def drop_lines(*, load: int) -> None:
    """Remove what an abandoned load had written; nobody had seen any of it."""
    Comparison.objects.filter(load=load).delete()
    Line.objects.visible_to(MACHINE).filter(load=load, compared_at=None).delete()


@ledger.action
def note_found(*, found: Mapping[int, Sequence[Found]], certain: float, by: Actor) -> int:
    """Write what a few lines may be; a likeness that is certain, and alone so, makes itself. How many lines.

    A line compared meanwhile stays as it is: read again after a stop, nothing is written twice.
    """
    lines = Line.objects.visible_to(by).select_for_update(of=("self",)).select_related("of")
    left = lines.filter(pk__in=found, compared_at=None, undone_at=None).order_by("pk")
    rows = []
    for line in left:
        sure = [one for one in found[line.pk] if one.p >= certain]
        for one in found[line.pk]:
            alone = len(sure) == 1 and one is sure[0]
            state = Match.State.AUTOMATIC if alone else Match.State.WAITING
            rows.append(Match(line=line, establishment_id=one.establishment, p=one.p,
                              why=list(one.why), state=state))  # fmt: skip
    Match.objects.visible_to(by).bulk_create(rows)
    standing = [row for row in rows if row.stands]
    for row in standing:
        _record(acts.RECOGNISED, row, by)
    feeding.follow(standing)
    return left.update(compared_at=clock.now())


def accept(*, match: Match, by: Actor) -> Match:
    """Say that the line is this firm; said twice, it counts once.

    Raises:
        NotAllowed: the list is another organisation's, or the role decides on none.
        Conflict: the line is another firm already, or was taken back.
    """
    return _decide(match, Match.State.ACCEPTED, by)


def refuse(*, match: Match, by: Actor) -> Match:
    """Say that the line is not this firm, though it was recognised or may look so; said twice, it counts once.

    Raises:
        NotAllowed, Conflict: as `accept` says.
    """
    return _decide(match, Match.State.REFUSED, by)


@ledger.action
def refuse_all(*, line: Line, by: Actor) -> int:
    """Say that the line is none of the firms that wait for a decision; how many were refused."""
    held = _held(line, by)
    waiting = list(held.matches.filter(state=Match.State.WAITING))
    for match in waiting:
        refuse(match=match, by=by)
    return len(waiting)


@ledger.action
def undo_decision(*, match: Match, by: Actor) -> Match:
    """Take a decision back: the likeness waits again; what was decided stays in the ledger, cancelled.

    Raises:
        NotAllowed, Conflict: as `accept` says.
    """
    held: Match = _held(match.line, by).matches.get(pk=match.pk)
    if held.state in {Match.State.ACCEPTED, Match.State.REFUSED}:
        _cancel([held], by, acts.DECISION_UNDONE)
        _settle(held, Match.State.WAITING, by)
    return held


@ledger.action
def _decide(match: Match, state: Match.State, by: Actor) -> Match:
    line = _held(match.line, by)
    held: Match = line.matches.get(pk=match.pk)
    if held.state == state or (held.stands and state == Match.State.ACCEPTED):
        return held
    if state == Match.State.ACCEPTED:
        if line.matches.filter(state__in=Match.STANDING).exists():
            raise Conflict(
                _("This line was recognised as another firm meanwhile."),
                remedy=_("Say first that it is not that one."),
            )
        _cancel([held], by, acts.DECISION_UNDONE)
    elif held.stands:
        _cancel([held], by, acts.PARTED)
    _settle(held, state, by)
    _record(acts.RECOGNISED if held.stands else acts.REFUSED, held, by)
    return held


def _held(line: Line, by: Actor) -> Line:
    """The line, locked: decisions on one line come one after the other."""
    every = Line.objects.visible_to(MACHINE)
    locked = every.select_for_update(of=("self",)).select_related("of", "load").get(pk=line.pk)
    if not can_decide(by, locked):
        raise NotAllowed(_("Only the organisation that holds a list decides on its lines."))
    if locked.undone_at is not None or locked.load.undone_at is not None:
        raise Conflict(
            _("The load that brought this line was undone."), remedy=_("Load the list again.")
        )
    return locked


def _settle(match: Match, state: Match.State, by: Actor) -> None:
    match.state = state
    match.decided_at, match.decided_by = clock.now(), by.person
    match.save(update_fields=["state", "decided_at", "decided_by"])
    feeding.follow([match])


def _record(kind: Kind, match: Match, by: Actor) -> None:
    ledger.record(
        kind,
        by=by,
        occurred_on=clock.today(),
        establishment=match.establishment_id,
        source=(acts.SOURCE, match.key),
    )


def _cancel(matches: Sequence[Match], by: Actor, reason: str) -> None:
    every = Act.objects.visible_to(by)
    told = every.of_source(acts.SOURCE, *(one.key for one in matches)).effective()
    keys = list(told.order_by("-id").values_list("key", flat=True))
    if keys:
        ledger.reverse_all(keys, by=by, reason_code=reason)


@ledger.action
def take_back(*, load: int, by: Actor) -> int:
    """Take the next lines of an undone load back, with their acts; how many, 0 when none is left.

    Lines, likenesses and decisions stay, out of sight: the ledger tells what was done and that it was undone.
    """
    lines = Line.objects.visible_to(MACHINE)
    left = lines.select_for_update().filter(load=load, undone_at=None)  # a comparison may be at it
    step = list(left.order_by("pk").values_list("pk", flat=True)[:STEP])
    every = Match.objects.visible_to(MACHINE)
    taken_back = list(every.filter(line__in=step))
    _cancel(taken_back, by, UNDONE)
    end_belonging(because=[one.key for one in taken_back])
    lines.filter(pk__in=step).update(undone_at=clock.now())
    return len(step)


def machine(of: PartnerList) -> System:
    """The machine, working on a list for the organisation that holds it."""
    return System("lines of a list are compared with the register", organisation=of.organisation)


Beat = Callable[[Comparison.Stage, int], None]


def beat(comparison: Comparison) -> Beat:
    """Says how far a comparison is."""
    return partial(_beat, comparison)


def _beat(comparison: Comparison, stage: Comparison.Stage, done: int) -> None:
    told = {"stage": stage, "done": done, "heard_at": clock.real_now()}
    Comparison.objects.filter(pk=comparison.pk).update(**told)
