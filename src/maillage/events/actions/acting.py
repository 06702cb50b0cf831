"""From an event and its list to their acts: what must stand in the ledger, and how to get there without an edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events.acts import (
    EVENT_HELD,
    FIRM_CAME,
    FIRM_CONTRIBUTED,
    FIRM_MET,
    FIRM_REGISTERED,
    PEOPLE_CAME,
    PEOPLE_CONTRIBUTED,
    PERSON,
    PERSON_REGISTERED,
    SOURCE_CONTRIBUTION,
    SOURCE_EVENT,
    SOURCE_REGISTRATION,
)
from maillage.events.models import Contribution, Event, Registration
from maillage.events.models.events import MACHINE
from maillage.events.vocabulary import Origin
from maillage.ledger.models import Act

KINDS = {
    kind.name: kind
    for kind in (FIRM_REGISTERED, PERSON_REGISTERED, FIRM_CAME, PEOPLE_CAME, FIRM_MET)
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as a line of a list calls for it."""

    kind: str
    occurred_on: date
    establishment_id: int | None
    quantity: int
    scheme: str
    action_key: str

    @classmethod
    def of(cls, act: Act) -> Wanted:
        """What an act of the ledger says, in the same terms."""
        return cls(
            act.kind,
            act.occurred_on,
            act.establishment_id,
            act.quantity or 0,
            act.scheme,
            act.action_key,
        )


def wanted(line: Registration, event: Event) -> list[Wanted]:
    """A seat taken, and somebody who came; nothing once the line ended."""
    if line.ended_at is not None:
        return []
    firm = line.establishment_id
    said: list[tuple[ledger.Kind, date]] = []
    if line.seated_on is not None:
        said.append((FIRM_REGISTERED if firm else PERSON_REGISTERED, line.seated_on))
    if line.came_at is not None:
        came = FIRM_MET if line.origin == Origin.STAND else FIRM_CAME
        said.append((came if firm else PEOPLE_CAME, event.day))
    return [
        Wanted(kind.name, day, firm, line.people, event.scheme, event.action_key)
        for kind, day in said
    ]


def settle(lines: Iterable[Registration], event: Event, *, by: Actor, reason: str = "") -> None:
    """Reverse the acts of these lines that no longer hold, record those that are missing, touch no other."""
    held = list(lines)
    standing = _standing(SOURCE_REGISTRATION, held)
    for line in held:
        missing = wanted(line, event)
        for act in standing[str(line.key)]:
            if (same := Wanted.of(act)) in missing:
                missing.remove(same)
            else:
                ledger.reverse(act, by=by, reason_code=reason)
        for act_wanted in missing:
            _record(line, event, act_wanted, by)


def _standing(
    source: str, rows: Sequence[Registration] | Sequence[Contribution]
) -> dict[str, list[Act]]:
    """The acts that stand of these rows, by the key of the row."""
    acts = Act.objects.visible_to(MACHINE).of_source(source, *(row.key for row in rows))
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts.effective():
        found[act.source_key].append(act)
    return found


def _record(line: Registration, event: Event, act: Wanted, by: Actor) -> None:
    ledger.record(
        KINDS[act.kind],
        by=by,
        keeper=event.organisation,
        occurred_on=act.occurred_on,
        source=(SOURCE_REGISTRATION, line.key),
        establishment=act.establishment_id,
        commune="" if act.establishment_id else event.commune,
        scheme=act.scheme,
        action_key=act.action_key,
        quantity=act.quantity,
        unit=PERSON,
    )


def contributions_of(event: Event) -> list[Contribution]:
    """What was said in the workshops of an event, what was taken back included, each with who said it."""
    every = Contribution.objects.visible_to(MACHINE).filter(workshop__event=event)
    return list(every.select_related("line").order_by("pk"))


def settle_contributions(
    told: Iterable[Contribution], event: Event, *, by: Actor, reason: str = ""
) -> None:
    """Reverse the acts of these contributions that no longer hold, record those that are missing, touch no other."""
    every = list(told)
    standing = _standing(SOURCE_CONTRIBUTION, every)
    for one in every:
        firm = one.line.establishment_id if one.line else None
        kind = FIRM_CONTRIBUTED if firm else PEOPLE_CONTRIBUTED
        missing = one.ended_at is None and event.cancelled_at is None
        wanted = (kind.name, firm, event.action_key)
        for act in standing[str(one.key)]:
            if missing and (act.kind, act.establishment_id, act.action_key) == wanted:
                missing = False
            else:
                ledger.reverse(act, by=by, reason_code=reason)
        if missing:
            ledger.record(
                kind, by=by, keeper=event.organisation, occurred_on=event.day, source=(SOURCE_CONTRIBUTION, one.key),
                establishment=firm, commune="" if firm else event.commune, theme=one.theme, scheme=event.scheme,
                action_key=event.action_key,
            )  # fmt: skip


def say_held(event: Event, *, by: Actor) -> None:
    """The event took place on its day."""
    ledger.record(
        EVENT_HELD,
        by=by,
        keeper=event.organisation,
        occurred_on=event.day,
        source=(SOURCE_EVENT, event.key),
        commune=event.commune,
        scheme=event.scheme,
        action_key=event.action_key,
    )


def take_held_back(event: Event, *, by: Actor, reason: str) -> None:
    """It did not take place after all."""
    acts = Act.objects.visible_to(MACHINE).of_source(SOURCE_EVENT, event.key).effective()
    if keys := list(acts.order_by("pk").values_list("key", flat=True)):
        ledger.reverse_all(keys, by=by, reason_code=reason)
