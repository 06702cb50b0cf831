"""Of files that tell only of what changed: the establishments they do not name follow their legal unit.

A stock tells of every place again, so that each takes its segments from its unit as it is read. A delta may tell of
the unit alone: it joins the social economy, and its workshops with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maillage.register import bulk
from maillage.register.importers import diffing, registered
from maillage.register.importers.diffing import Known
from maillage.register.importers.parsing import own_bits
from maillage.register.importers.placing import SPELL
from maillage.register.importers.spool import CHUNK
from maillage.register.importers.staging import Run, Step


class FollowStep(Step[Sequence[int], Known]):
    """Places of the territory whose legal unit turned and which the files did not name: new spells, staged unseen.

    Names that the unit withdraws go when the load is activated, those of its places too.
    """

    phase = "followed"
    run: Run

    def _chunks(self, source: Sequence[int]) -> Iterator[tuple[int, list[tuple[int, Known]]]]:
        communes, seen = self.run.ground.perimeter.all_codes, self.run.seen_places
        for start in range(0, len(source), CHUNK):
            units = source[start : start + CHUNK]
            known = registered.places_of(units, communes).values()
            chunk = [(one.place_id, one) for one in known if one.told and one.place_id not in seen]
            yield start + len(units), chunk

    def skip(self, chunk: list[tuple[int, Known]]) -> None:
        """An earlier process staged them: nothing of this file speaks of them again."""

    def write(self, chunk: list[tuple[int, Known]]) -> None:
        """Tell each place anew with the segments of its unit."""
        rows = []
        for place, known in chunk:
            of_unit, _is_open = self.run.turned_units[known.legal_unit_id]
            found = diffing.compare(
                known,
                known.identity,
                own_bits(known.identity) | of_unit,
                seen_on=self.run.seen_on,
                history=registered.history,
            )
            self.run.outcome.counts["followed"] += bool(found.spells)
            load = self.run.load.pk if self.run.load else 0
            rows += [(place, known.legal_unit_id, load, *told) for told in found.spells]
        if self.run.load:
            bulk.insert("register_spell", SPELL, rows)
