"""A drawn table of acts: what a specification of an indicator starts from.

    kind                | day        | firm | by  | commune | recorded
    outreach.visit_done | 2020-03-02 | A    | cma | 59350   |
    outreach.visit_done | 2020-03-05 | A    | cma |         |
    ~2                  |            |      |     |         | 2020-04-01

Each row is an act, numbered from 1; `~2` reverses the act drawn on row 2. A firm is a letter: its first
row gives it a commune (Lille by default) and `segments` (craft by default, `-` for none). `hidden` is
said of an act that only the machine may see. `of` is the row whose record caused the act too, `source` of which model that record is, `days` its quantity. `qpv` says of an act
about no firm whether it lay in a priority neighbourhood. `recorded` is the day on which it was known (noon in Paris), by default the day it happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.register.models import Establishment
from tests.factories import accounts as people, register as firms


@dataclass(slots=True)
class World:
    """What a drawn table made: acts by row, firms by letter, organisations by short name."""

    acts: list[Act] = field(default_factory=list)
    firms: dict[str, Establishment] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def unit(self, letter: str) -> str:
        """The public key of a firm, as records name it."""
        return str(self.firms[letter].legal_unit.key)

    def units(self, letters: str) -> set[str]:
        """The public keys of several firms, written `A B C`."""
        return {self.unit(letter) for letter in letters.split()}

    def organisation(self, name: str) -> Organisation:
        """An organisation by its short name, made when first named."""
        if name not in self.organisations:
            self.organisations[name] = people.organisation(name=name, short_name=name)
        return self.organisations[name]

    def actor(self, name: str) -> Actor:
        """The machine acting in the name of an organisation."""
        return System("a drawn table", organisation=self.organisation(name))


def rows_of(drawing: str) -> list[dict[str, str]]:
    """The cells of a drawing, by the names of its first line."""
    lines = [line for line in drawing.strip().splitlines() if line.strip()]
    names = [cell.strip() for cell in lines[0].split("|")]
    return [
        dict(zip(names, (cell.strip() for cell in line.split("|")), strict=False))
        for line in lines[1:]
    ]


def draw(drawing: str, world: World | None = None) -> World:
    """Record every row of a drawing, in order, at the instant it became known."""
    world = world or World()
    for rank, row in enumerate(rows_of(drawing), start=len(world.acts) + 1):
        made = _reversal if row["kind"].startswith("~") else _act
        world.acts.append(made(world, row, rank))
    return world


def noon(day: date | str) -> datetime:
    """Noon in Paris, the hour at which drawn acts become known."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(12), tzinfo=clock.PARIS)


def _reversal(world: World, row: dict[str, str], rank: int) -> Act:
    act = world.acts[int(row["kind"][1:]) - 1]
    name = next(n for n, o in world.organisations.items() if o.pk == act.keeper_id)
    known = noon(row.get("recorded") or act.occurred_on)

    @ledger.action
    def cancel() -> Act:
        return ledger.reverse(act, by=world.actor(name), reason_code="mistake")

    with clock.at(known):
        return _stored(cancel)


def _act(world: World, row: dict[str, str], rank: int) -> Act:
    day = date.fromisoformat(row["day"])
    kind = ledger.kinds()[row["kind"]]
    given = _given(world, row)
    if kind.subject == "establishment":
        given["establishment"] = _firm(world, row)
    elif row.get("commune"):
        given["commune"] = row["commune"]

    @ledger.action
    def say() -> Act:
        return ledger.record(
            kind,
            by=world.actor(row.get("by") or "cma"),
            occurred_on=day,
            source=(
                row.get("source") or "drawn.row",
                _source_key(kind, row, int(row.get("of") or rank)),
            ),
            **given,
        )

    with clock.at(noon(row.get("recorded") or day)):
        return _stored(say)


def _source_key(kind: ledger.Kind, row: dict[str, str], rank: int) -> str:
    """Kinds of tests say in the key whether they are hidden; those of the product have keys of records."""
    if kind.name.startswith("tests."):
        return f"hidden-{rank}" if row.get("hidden") else str(rank)
    return str(UUID(int=rank))


def _stored(said: Callable[[], Act]) -> Act:
    key = said().key
    return Act.objects.unscoped(reason="a specification reads what it drew").get(key=key)


def _given(world: World, row: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: row[name] for name in ("theme", "scheme", "action_key") if row.get(name)
    }
    if row.get("days"):
        given |= {"quantity": int(row["days"]), "unit": "day"}
    if row.get("euros"):
        given["amount_cents"] = round(float(row["euros"]) * 100)
    if row.get("quantity"):
        given |= {"quantity": int(row["quantity"]), "unit": "drawn"}
    if row.get("qpv"):
        given["in_qpv"] = row["qpv"] == "yes"
    if row.get("funder"):
        given["counterpart"] = world.organisation(row["funder"])
    return given


def _firm(world: World, row: dict[str, str]) -> Establishment:
    letter = row["firm"]
    if letter not in world.firms:
        commune = row.get("commune") or "59350"
        craft = "" if row.get("segments") == "-" else "1071CZ"
        world.firms[letter] = firms.establishment(commune=commune, trade_register_code=craft)
    return world.firms[letter]
