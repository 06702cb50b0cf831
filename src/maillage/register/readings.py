"""What other packages may ask of the register: the facts of establishments on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db import connection

from maillage import places
from maillage.kernel import clock
from maillage.places.districts import is_any_loaded
from maillage.register import bulk
from maillage.register.criteria import LISTED


@dataclass(frozen=True, slots=True)
class Facts:
    """What an act keeps of the firm it concerns, as known when it is recorded."""

    legal_unit_id: int
    commune: str
    in_qpv: bool | None
    naf: str
    size_band: str
    segments: int


def facts(establishments: Iterable[int], on: date) -> dict[int, Facts]:
    """What is known now of each establishment for day `on`, in one query.

    A firm met before its first known spell gets the last one known: an act never lacks its commune.
    """
    found = facts_by_day((establishment, on) for establishment in establishments)
    return {establishment: known for (establishment, _), known in found.items()}


def facts_by_day(wanted: Iterable[tuple[int, date]]) -> dict[tuple[int, date], Facts]:
    """The same for several establishments and days at once: a batch of acts asks one query."""
    asked = set(wanted)
    if not asked:
        return {}
    condition, firms = bulk.any_of({firm for firm, _ in asked})
    now = connection.ops.adapt_datetimefield_value(clock.now())
    spells: dict[int, list[_Spell]] = defaultdict(list)
    for firm, *told in bulk.fetch(_SPELLS.format(_LISTED, condition), [now, now, firms]):
        spells[firm].append(_Spell(*told))
    facts = {
        (firm, day): _on(day.isoformat(), spells[firm]) for firm, day in asked if firm in spells
    }
    return _in_neighbourhoods(facts) if facts and is_any_loaded() else facts


def _in_neighbourhoods(
    facts: dict[tuple[int, date], Facts],
) -> dict[tuple[int, date], Facts]:
    """The same facts, each saying whether the firm's address lay in a priority neighbourhood that day."""
    condition, firms = bulk.any_of({firm for firm, _ in facts})
    points = {firm: (lon, lat) for firm, lon, lat in bulk.fetch(_POINTS.format(condition), [firms])}
    return {
        (firm, day): replace(
            told, in_qpv=places.in_qpv(*points.get(firm, (None, None)), told.commune, day)
        )
        for (firm, day), told in facts.items()
    }


_POINTS = "SELECT id, lon, lat FROM register_establishment WHERE id {}"


# Plain SQL on the path of every act: through models, asking costs more than answering.
_SPELLS = """
SELECT s.establishment_id, CAST(s.starts_on AS text), s.legal_unit_id, s.commune, s.activity,
       s.size_band, s.segments, {}
FROM register_spell s JOIN intake_load l ON l.id = s.load_id
WHERE l.activated_at <= %s AND (l.undone_at IS NULL OR l.undone_at > %s) AND s.establishment_id {}
ORDER BY s.id DESC"""
# Since when a partner's list tells of the firm, for each segment that lists feed; few firms are on one.
_LISTED_SINCE = """(SELECT CAST(MIN(b.since) AS text) FROM register_belonging b
 WHERE b.legal_unit_id = s.legal_unit_id AND b.bit = {} AND b.ended_at IS NULL)"""
_LISTED = ", ".join(_LISTED_SINCE.format(segment.bit) for segment in LISTED)


class _Spell(NamedTuple):
    """What a spell tells, in the order of the query."""

    starts_on: str | None
    legal_unit_id: int
    commune: str
    activity: str
    size_band: str
    segments: int
    ess_listed: str | None
    micro_listed: str | None

    def mask(self, day: str) -> int:
        """Its segments on a day, those that partners' lists tell among them."""
        told = zip(LISTED, (self.ess_listed, self.micro_listed), strict=True)
        return self.segments | sum(one.mask for one, since in told if since and since <= day)


def _on(day: str, latest_first: Sequence[_Spell]) -> Facts:
    held = (s for s in latest_first if s.starts_on is None or s.starts_on <= day)
    told = next(held, latest_first[0])
    return Facts(
        told.legal_unit_id, told.commune, None, told.activity, told.size_band, told.mask(day)
    )
