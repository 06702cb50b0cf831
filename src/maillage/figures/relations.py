"""What figures are read from: the acts, what is derived from them, and the register's spells.

A relation is declared once with the columns its rows offer; every indicator is a filter and an
aggregation over one. `act` names the column that holds the act behind a row, so that a counted unit
opens onto the acts that made it count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import ibis.expr.types as ir

from maillage import register
from maillage.figures.engine.parameters import Parameters, Value
from maillage.figures.engine.sql import table
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.ledger.models import Act
from maillage.register.models import Spell


@dataclass(frozen=True, slots=True)
class Moment:
    """When a figure is read: as of which instant, and on which day its stocks and perimeters stand."""

    as_of: datetime
    end: date

    @property
    def today(self) -> date:
        """The local day of the as-of, never the reader's."""
        return clock.local_day(self.as_of)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a relation can say at a moment: nothing yet, or with which reserve, from data of which day."""

    known: bool = True
    note: Words | None = None
    data_as_of: date | None = None


def _always(_moment: Moment) -> Standing:
    return Standing()


def _no_values(_moment: Moment) -> Mapping[str, Value]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows that can be counted, as an expression whose parameters are bound at a moment."""

    name: str
    version: int
    words: Words
    build: Callable[[Parameters], ir.Table]
    recorded: Callable[[Parameters], ir.Table] | None = None
    scanned: Callable[[Parameters], ir.Table] | None = None  # the same rows, when most are read
    stock: bool = False
    act: str = ""
    order: str = "occurred_on"
    identity: str = "id"
    values: Callable[[Moment], Mapping[str, Value]] = _no_values
    standing: Callable[[Moment], Standing] = _always

    def bind(self, moment: Moment) -> dict[str, Value]:
        """Every value the relation's own expression may ask for."""
        return {
            "as_of": moment.as_of,
            "end": moment.end.isoformat(),
            "today": moment.today.isoformat(),
            **self.values(moment),
        }


RELATIONS: dict[str, Relation] = {}


def relate(relation: Relation) -> Relation:
    """Declare a relation; its name is permanent."""
    if relation.name in RELATIONS and RELATIONS[relation.name] is not relation:
        raise ValueError(f"the relation {relation.name} is declared twice")
    RELATIONS[relation.name] = relation
    return relation


def standing_acts(p: Parameters) -> ir.Table:
    """The acts known at the as-of, without reversals nor what they had reversed by then."""
    acts = table(Act)
    known = acts.filter(acts.recorded_at <= p.text("as_of"))
    reversals = acts.view()
    reversals = reversals.filter(reversals.recorded_at <= p.text("as_of"))
    # As NOT EXISTS, one look into the index of reversals for each row read: a page stops early.
    # (NOT IN reads every reversal of the territory first.)
    standing = known.filter(known.reverses_id.isnull())
    return standing.anti_join(reversals, standing.id == reversals.reverses_id)


def scanned_acts(p: Parameters) -> ir.Table:
    """The same acts when most are read: the reversals are gathered once, then looked into for each."""
    acts = table(Act)
    known = acts.filter(acts.recorded_at <= p.text("as_of"))
    reversed_by_then = known.filter(known.reverses_id.notnull()).reverses_id
    standing = known.filter(known.reverses_id.isnull())
    return standing.filter(~standing.id.isin(reversed_by_then))


def recorded_acts(p: Parameters) -> ir.Table:
    """Every act that is no reversal, even one reversed since: what a rule *would* touch."""
    acts = table(Act)
    return acts.filter(acts.recorded_at <= p.text("as_of"), acts.reverses_id.isnull())


# How each dimension of a filter reads a relation's columns; a relation without the column refuses it.
FILTER_COLUMNS = {
    "organisations": "organisation_id",
    "counterparts": "counterpart_id",
    "schemes": "scheme",
    "themes": "theme",
    "action_keys": "action_key",
    "communes": "commune",
    "territory": "commune",
    "segments": "segments",
}


def spells_in_force(p: Parameters) -> ir.Table:
    """The spell of each establishment on the day read, by the loads known at the as-of.

    Spells are only ever inserted, and in order, so the one in force is the greatest `id` among those
    that had started, of the loads then visible (ADR 0009).
    """
    spells = table(Spell)
    started = spells.filter(spells.starts_on <= p.text("end"), p.among(spells.load_id, "loads"))
    newest = started.group_by("establishment_id").aggregate(newest=started.id.max())
    return spells.filter(spells.id.isin(newest.newest))


def _loads(moment: Moment) -> Mapping[str, Value]:
    return {"loads": register.loads_known(moment.as_of)}


def _register_standing(moment: Moment) -> Standing:
    """Before the first load nothing is known; before its data, the past is rebuilt from later states."""
    first, newest = register.known_since(), register.data_day(moment.as_of)
    if first is None:
        note = Words(fr="Aucun registre n’est chargé.", en="No register is loaded yet.")
        return Standing(known=False, note=note)
    if moment.as_of < first.activated_at:
        day = clock.local_day(first.activated_at).isoformat()
        note = Words(f"Registre connu depuis le {day}.", f"Register known since {day}.")
        return Standing(known=False, note=note)
    if moment.end < first.vintage:
        note = Words(
            fr="Stock passé reconstitué d’après un état plus récent du registre.",
            en="Past stock reconstructed from a later state of the register.",
        )
        return Standing(note=note, data_as_of=newest)
    return Standing(data_as_of=newest)


ACTS = relate(
    Relation(
        name="acts",
        version=1,
        words=Words(
            fr="Les actes connus à l’instant de lecture, sans les annulations ni ce qu’elles annulent.",
            en="The acts known at the as-of, without reversals nor what they reversed.",
        ),
        build=standing_acts,
        recorded=recorded_acts,
        scanned=scanned_acts,
        act="id",
    )
)
ESTABLISHMENTS = relate(
    Relation(
        name="establishments",
        version=1,
        words=Words(
            fr="L’état de chaque établissement au jour lu, selon les chargements alors connus.",
            en="The state of each establishment on the day read, by the loads then known.",
        ),
        build=spells_in_force,
        stock=True,
        order="starts_on",
        values=_loads,
        standing=_register_standing,
    )
)
