"""Of files that tell only of what changed: the establishments they do not name follow their legal unit.

A stock tells of every place again, so that each takes its segments from its unit as it is read. A delta may tell of
the unit alone: it joins the social economy, and its workshops with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from maillage.intake.listing import Entry
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
        rows, of_whom = [], {True: set[int](), False: set[int]()}
        load = self.run.load.pk if self.run.load else 0
        for place, known in chunk:
            of_unit, is_open = self.run.turned_units[known.legal_unit_id]
            found = diffing.compare(
                known,
                known.identity,
                own_bits(known.identity) | of_unit,
                seen_on=self.run.seen_on,
                history=registered.history,
            )
            if not found.spells:
                continue
            self.run.outcome.counts["followed"] += 1
            of_whom[is_open].add(place)
            rows += [(place, known.legal_unit_id, load, *told) for told in found.spells]
        if self.run.load:
            bulk.insert("register_spell", SPELL, rows)
        elif self.run.lists:
            for is_open, places in of_whom.items():
                self.run.lists.add(_listed(places, is_open=is_open))


def _listed(places: Iterable[int], *, is_open: bool) -> Iterator[tuple[str, Entry]]:
    """How a preview lists them; a unit that withdraws its diffusion is not named, though the register still knows it."""
    for siret, name, commune in registered.named(places):
        shown = name if is_open else ""
        yield "followed", Entry(siret, shown, commune, commune, [("segments", "", "")])
