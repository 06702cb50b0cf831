"""Recording: acts said during an action enter the ledger together with what caused them, or not at all.

`@action` opens one transaction and one buffer for the outermost action; the actions it calls share
them. `record()` only buffers; the acts are chained and inserted last, just before the commit, so that
the locks of the chains are held for the shortest time and always taken in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Required, TypedDict, TypeVar, Unpack, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation, Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.ledger import canonical, chain, subjects, themes
from maillage.ledger.kind import Kind, find
from maillage.ledger.models import Act
from maillage.register.models import Establishment

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")

_buffer: ContextVar[list[Act] | None] = ContextVar("maillage_ledger_buffer", default=None)


class OutsideAction(RuntimeError):  # noqa: N818 -- the name says what happened
    """An act was said outside any `@ledger.action`: nothing would tie it to what caused it."""


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function an action: all it writes and all the acts it records happen together or not at all."""

    @wraps(function)
    def acting(*args: P.args, **kwargs: P.kwargs) -> R:
        with _recording():
            return function(*args, **kwargs)

    return acting


@contextmanager
def _recording() -> Iterator[None]:
    buffer = _buffer.get()
    if buffer is not None:
        with _nested(buffer):
            yield
        return
    buffer = []
    token = _buffer.set(buffer)
    try:
        with transaction.atomic():
            yield
            chain.write(buffer)
    finally:
        _buffer.reset(token)


@contextmanager
def _nested(buffer: list[Act]) -> Iterator[None]:
    """An action inside another: when it fails and its caller goes on, its own acts alone are forgotten."""
    mark = len(buffer)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del buffer[mark:]
        raise


class Said(TypedDict, total=False):
    """What is said of an act when it is recorded.

    The actor's organisation keeps the act and made it, unless `keeper` or `organisation` says
    otherwise; a job or a command, which acts for nobody, says who keeps it. `source` is the model and
    the key of the record that caused it; `commune` and `in_qpv` are for acts about no establishment.
    """

    by: Actor | None
    keeper: Organisation | None
    organisation: Organisation | None
    person: Person | None
    occurred_on: Required[date]
    source: Required[tuple[str, object]]
    establishment: Establishment | int | None
    commune: str
    in_qpv: bool | None
    theme: str
    scheme: str
    action_key: str
    amount_cents: int | None
    jobs_milli_fte: int | None
    quantity: int | None
    unit: str
    counterpart: Organisation | None
    once: object


def record(kind: Kind, **said: Unpack[Said]) -> Act:
    """Say, inside an action, that something was done; the act is in the ledger when the action ends.

    Facts of the establishment are read from the register for the day it happened. `once` makes the
    recording idempotent: said again with the same content, the act already recorded is returned.

    Raises:
        OutsideAction: no action is under way.
        Conflict: the same `once` was used for something else.
        Invalid: the day is still to come.
        ValueError: the kind, theme, source or a number is not what the ledger keeps.
    """
    buffer = _open_buffer()
    act = _act(kind, said)
    if twin := _twin(act, buffer):
        return twin
    buffer.append(act)
    return act


def _act(kind: Kind, said: Said) -> Act:
    source_model, source_key = said["source"]
    once = said.get("once")
    texts = {"source_model": source_model, "source_key": str(source_key)}
    texts |= {name: str(said.get(name, "")) for name in _TEXTS}
    return Act(
        key=uuid7(),
        kind=kind.name,
        payload_version=kind.payload_version,
        **_who(said),
        counterpart=said.get("counterpart"),
        occurred_on=_day(said["occurred_on"]),
        month=said["occurred_on"].isoformat()[:7],
        establishment_id=_subject(kind, said.get("establishment")),
        in_qpv=said.get("in_qpv"),
        theme=_theme(said.get("theme", "")),
        **{name: _text(name, text) for name, text in texts.items()},
        **{name: _integer(name, said.get(name)) for name in _INTEGERS},
        once=None if once is None else _text("once", str(once)),
    )


_TEXTS = ("commune", "scheme", "action_key", "unit")
_INTEGERS = ("amount_cents", "jobs_milli_fte", "quantity")


def reverse(act: Act, *, by: Actor, reason_code: str) -> Act:
    """Cancel an act by another that points to it: once, never a reversal, by its keeper, on its day.

    What replaces it, if anything, is a new act. The reversal repeats the facts of the act as they
    were recorded: nothing is read again from the register.

    Raises:
        OutsideAction: no action is under way.
        NotAllowed: the actor's organisation does not keep this act.
        Conflict: the act is already reversed, or is itself a reversal.
    """
    (reversal,) = reverse_all([act.key], by=by, reason_code=reason_code)
    return reversal


def reverse_all(keys: Iterable[UUID], *, by: Actor, reason_code: str) -> list[Act]:
    """Cancel many acts as `reverse` does one, in the order given, with as many queries as for one.

    Raises:
        OutsideAction, NotAllowed, Conflict: as `reverse` says; then none of them is cancelled.
    """
    buffer = _open_buffer()
    originals = _cancellable(list(keys), by, buffer)
    code = _text("reason_code", reason_code)
    if not code:
        raise ValueError("a reversal has a reason")
    reversals = [
        Act(
            key=uuid7(),
            organisation=by.organisation or original.organisation,
            person=by.person,
            reverses=original,
            reason_code=code,
            **{name: getattr(original, name) for name in _REPEATED},
        )
        for original in originals
    ]
    buffer.extend(reversals)
    return reversals


def requalify(keys: Iterable[UUID], *, by: Actor, reason_code: str) -> list[Act]:
    """Record acts anew with what the register now says of their firm for their day; cancel the old ones.

    Everything else stays: who acted, the day, the source, the theme, the sums.

    Raises:
        OutsideAction, NotAllowed, Conflict: as `reverse` says.
    """
    renewed = []
    for reversal in reverse_all(keys, by=by, reason_code=reason_code):
        original = cast("Act", reversal.reverses)
        renewed.append(Act(key=uuid7(), **{name: getattr(original, name) for name in _RENEWED}))
    _open_buffer().extend(renewed)
    return renewed


def _cancellable(keys: list[UUID], by: Actor, buffer: list[Act]) -> list[Act]:
    """The acts of these keys, in their order, once it is known that this actor may cancel each."""
    every = Act.objects.unscoped(reason="the keeper is checked below")
    # A few organisations and people for many acts: read once each, not beside every act.
    related = every.prefetch_related("keeper", "organisation", "person", "counterpart")
    found = {act.key: act for act in related.filter(key__in=keys)}
    originals = [found[key] for key in keys]
    if not by.is_system and any(by.organisation_id != act.keeper_id for act in originals):
        raise NotAllowed(_("Only the organisation that recorded an act can cancel it."))
    if any(act.reverses_id is not None for act in originals):
        raise Conflict(_("A cancellation cannot be cancelled."), remedy=_("Record a new act."))
    wanted = {act.pk for act in originals}
    under_way = {act.reverses_id for act in buffer}
    if len(wanted) < len(keys) or wanted & under_way or chain.is_reversed(wanted):
        raise chain.already_reversed()
    return originals


# What a reversal takes from the act it cancels; who cancels, when it is known and why are its own.
_REPEATED = (
    "keeper",
    "counterpart",
    "kind",
    "payload_version",
    "occurred_on",
    "month",
    "establishment_id",
    "legal_unit_id",
    "commune",
    "in_qpv",
    "naf",
    "size_band",
    "segments",
    "theme",
    "scheme",
    "action_key",
    "amount_cents",
    "jobs_milli_fte",
    "quantity",
    "unit",
    "source_model",
    "source_key",
)


# What stays of an act recorded anew; its facts are read again, its keys and its seal are its own.
_RENEWED = ("organisation", "person", *(name for name in _REPEATED if name not in subjects.FACTS))


def recorded(once: object) -> Act | None:
    """The act recorded under this idempotency key, None when there is none yet."""
    found = Act.objects.unscoped(reason="an idempotency key is looked up before anything is shown")
    return found.filter(once=str(once)).first()


def _open_buffer() -> list[Act]:
    buffer = _buffer.get()
    if buffer is None:
        raise OutsideAction("acts are recorded inside a function decorated with @ledger.action")
    return buffer


def _who(said: Said) -> dict[str, Any]:
    by = said.get("by")
    own = by.organisation if by is not None else None
    keeper = said.get("keeper") or own or said.get("organisation")
    if keeper is None:
        raise ValueError("an act has a keeper: give `by` with an organisation, or `keeper`")
    return {
        "keeper": keeper,
        "organisation": said.get("organisation") or own or keeper,
        "person": said.get("person") or (by.person if by is not None else None),
    }


def _subject(kind: Kind, establishment: Establishment | int | None) -> int | None:
    if find(kind.name) != kind:
        raise ValueError(f"the kind “{kind.name}” is not declared")
    if (kind.subject == "establishment") != (establishment is not None):
        raise ValueError(f"the subject of “{kind.name}” is {kind.subject}")
    return establishment.pk if isinstance(establishment, Establishment) else establishment


def _day(occurred_on: date) -> date:
    if isinstance(occurred_on, datetime):
        raise TypeError("an act has a day, in Paris, not an instant")
    if occurred_on > clock.today():
        message = _("The day %(day)s is still to come.") % {"day": occurred_on.isoformat()}
        raise Invalid(message, remedy=_("An act is recorded once it has happened."))
    return occurred_on


def _theme(code: str) -> str:
    if code and themes.find(code) is None:
        raise ValueError(f"the theme “{code}” is not declared: is it sensitive?")
    return code


_ROOM = {field.name: field.max_length for field in Act._meta.fields}  # noqa: SLF001 -- public API


def _text(name: str, given: str) -> str:
    """The text as the ledger stores and seals it; SQLite would take a longer one than PostgreSQL."""
    stored = canonical.text(given)
    room = _ROOM[name]
    if room is not None and len(stored) > room:
        raise ValueError(f"{name} holds {room} characters: “{stored}”")
    return stored


def _integer(name: str, given: object) -> int | None:
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not -(2**63) <= given < 2**63:
        raise ValueError(f"{name} is an integer: {given!r}")
    return given


def _twin(act: Act, buffer: list[Act]) -> Act | None:
    """The act already said under the same idempotency key, in this action or before."""
    if act.once is None:
        return None
    said = (other for other in buffer if other.once == act.once)
    twin = next(said, None) or recorded(act.once)
    if twin is not None:
        chain.require_same_content(twin, act)
    return twin
