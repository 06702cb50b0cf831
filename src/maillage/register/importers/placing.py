"""`apply`, first half, for establishments: new spells and places staged unseen, absent ones noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import transaction

from maillage.intake.listing import Entry, Lists
from maillage.register import bulk, indexing
from maillage.register.importers import diffing, registered, turns
from maillage.register.importers.cells import BadCell
from maillage.register.importers.diffing import Difference, Kind, Known, Told
from maillage.register.importers.outcome import FIELD
from maillage.register.importers.parsing import (
    Identity,
    PlaceFacts,
    UnitFacts,
    read_place,
)
from maillage.register.importers.registered import Bearer
from maillage.register.importers.spool import Spool
from maillage.register.importers.staging import Run, Step, insert_units
from maillage.register.models import PendingChange
from maillage.register.rejects import Remark

SPELL = ("establishment_id", "legal_unit_id", "load_id", *Told._fields)
_PLACE = ("id", "key", "siret", "legal_unit_id", *Identity._fields, "provisional")
_PAGE = 5000
_EVERY = 2**62  # above any row number


class _Met(NamedTuple):
    """An establishment met for the first time, with its legal unit."""

    siret: str
    identity: Identity
    segments: int
    unit: Bearer


class _Batch:
    """What one chunk of lines will write."""

    def __init__(self, load_id: int) -> None:
        self.load_id = load_id
        self.met: list[_Met] = []
        self.spells: list[tuple[Any, ...]] = []
        self.pending: list[PendingChange] = []
        self.listed: list[tuple[str, Entry]] = []

    def tell(self, place: int, unit: int, spells: Iterable[Told]) -> None:
        """Add the spells of a place, as rows."""
        self.spells += [(place, unit, self.load_id, *told) for told in spells]


class PlaceStep(Step[Spool, PlaceFacts]):
    """Establishments of the territory: compared with what is known, new spells staged unseen."""

    phase = "establishments"
    run: Run

    def _chunks(self, source: Spool) -> Iterator[tuple[int, list[tuple[int, PlaceFacts]]]]:
        for until, lines, faults in source.blocks():
            chunk: list[tuple[int, PlaceFacts]] = []
            for fault in faults:
                self.refuse(*fault)
            for number, picked, commune in lines:
                try:
                    facts = self._near(read_place(picked, commune))
                except BadCell as fault:
                    self.refuse(number, fault.column, fault.code, fault.value)
                    continue
                if facts.doubts:
                    self.doubt(number, facts.doubts)
                chunk.append((number, facts))
            yield until, chunk

    def _near(self, facts: PlaceFacts) -> PlaceFacts:
        """The same, without a position that cannot be its own."""
        place = facts.identity
        if not self.run.ground.is_far(place.commune, place.lon, place.lat):
            return facts
        told = (
            "coordonneeLambertAbscisseEtablissement",
            "position_elsewhere",
            f"{place.lon} {place.lat}",
        )
        return facts._replace(
            identity=place._replace(lon=None, lat=None), doubts=[*facts.doubts, told]
        )

    def skip(self, chunk: list[tuple[int, PlaceFacts]]) -> None:
        """Staged before: only remember that these places were seen."""
        self.run.seen_places.add_all(registered.place_ids(f.siret for _line, f in chunk))
        for _line, facts in chunk:
            self._is_repeated(facts.siret)

    def write(self, chunk: list[tuple[int, PlaceFacts]]) -> None:
        """Compare each line with what is known; stage new places and spells."""
        known = registered.places(facts.siret for _line, facts in chunk)
        units = self._units(chunk)
        codes = self.run.ground.codes
        batch = _Batch(self.run.load.pk if self.run.load else 0)
        for line, facts in chunk:
            siret = facts.siret
            if self._is_repeated(siret):
                self.remarks.append(Remark(self.file, line, "siret", "duplicate", siret))
                continue
            unit = units[siret[:9]]
            identity, segments = self._seen_with(unit, facts)
            if (prior := known.get(siret)) is not None:
                self._differ(prior, _Met(siret, identity, segments, unit), batch)
            elif identity.commune in codes:
                batch.met.append(_Met(siret, identity, segments, unit))
            else:
                self.run.outcome.counts["sieved"] += 1
        self.run.outcome.counts[Kind.NEW] += len(batch.met)
        self.run.seen_places.add_all(prior.place_id for prior in known.values())
        if self.run.load:
            self._insert(batch)
        elif self.run.lists:
            self.run.lists.add(_new(batch.met))
            self.run.lists.add(batch.listed)

    def _units(self, chunk: list[tuple[int, PlaceFacts]]) -> dict[str, Bearer]:
        """The legal unit of each line; one that no file tells of is made from its SIREN alone."""
        units = registered.bearers({facts.siret[:9] for _line, facts in chunk})
        if self.run.lists:
            units |= _told_aside(self.run.lists, {f.siret[:9] for _line, f in chunk} - units.keys())
        lone: dict[str, UnitFacts] = {}
        for line, facts in chunk:
            siren = facts.siret[:9]
            if siren not in units and siren not in lone:
                lone[siren] = _nameless(siren, facts.identity.diffusion)
                if self.run.load:
                    remark = Remark(
                        self.file, line, "siren", "unit_missing", siren, is_warning=True
                    )
                    self.remarks.append(remark)
        ids = insert_units(list(lone.values())) if self.run.load and lone else {}
        for siren, unit in lone.items():
            units[siren] = Bearer(ids.get(siren, 0), unit.diffusion, 0, "", "", "")
        return units

    def _is_repeated(self, siret: str) -> bool:
        """Whether a line of this file was already taken for this SIRET, one that the survey met twice."""
        if siret not in self.run.survey.twice:
            return False
        if siret in self.run.met_once:
            return True
        self.run.met_once.add(siret)
        return False

    def _seen_with(self, unit: Bearer, facts: PlaceFacts) -> tuple[Identity, int]:
        """The identity and segments that the legal unit leaves to its place."""
        segments, is_open = unit.segments, unit.diffusion == "O"
        if unit.unit_id in self.run.turned_units:
            segments, is_open = self.run.turned_units[unit.unit_id]
        identity = facts.identity if is_open else facts.identity.hidden()
        return identity, facts.segments | segments

    def _differ(self, prior: Known, met: _Met, batch: _Batch) -> None:
        _siret, identity, segments, _unit = met
        found = diffing.compare(
            prior, identity, segments, seen_on=self.run.seen_on, history=registered.history
        )
        unit_changes = prior.legal_unit_id in self.run.changed_units
        kind = found.kind
        if kind is Kind.UNCHANGED and unit_changes:
            kind = Kind.CHANGED
        self.run.outcome.counts[kind] += 1
        if kind is not Kind.UNCHANGED:
            self._detail(prior, met, found._replace(kind=kind), batch, unit_changes=unit_changes)
        batch.tell(prior.place_id, prior.legal_unit_id, found.spells)
        fields = found.identity | ({"absent_since_id": None} if prior.is_absent else {})
        if fields:
            batch.pending.append(
                PendingChange(
                    load=self.run.load,
                    target="e",
                    target_id=prior.place_id,
                    fields=fields,
                    withdraws=prior.identity.diffusion == "O" != identity.diffusion,
                )
            )

    def _detail(
        self, prior: Known, met: _Met, found: Difference, batch: _Batch, *, unit_changes: bool
    ) -> None:
        """Count what happens to it besides its kind, and list it under each in a preview."""
        identity = met.identity
        changes = turns.fields(prior, identity, found, met.segments, unit_changes=unit_changes)
        told = turns.turns(prior, identity, found, self.run.ground.towns)
        told += [f"{FIELD}{field}" for field in changes]
        self.run.outcome.counts.update(told)
        if self.run.lists:
            name = met.unit.name if met.unit.diffusion == "O" else ""
            entry = turns.entry(met.siret, name, identity, prior.identity.commune, changes)
            batch.listed += [(kind, entry) for kind in (found.kind.value, *told)]

    def _insert(self, batch: _Batch) -> None:
        """Write a chunk: places and their words, spells in order of start, identities to settle."""
        met = batch.met
        ids = bulk.next_ids("register_establishment", len(met))
        keys = bulk.fresh_keys(len(met))
        self.run.seen_places.add_all(ids)
        places: list[tuple[Any, ...]] = []
        words: list[tuple[int, str, str]] = []
        for number, key, (siret, identity, segments, unit) in zip(ids, keys, met, strict=True):
            places.append((number, key, siret, unit.unit_id, *identity, False))
            words.append((number, _words(identity, unit), identity.commune))
            batch.tell(number, unit.unit_id, diffing.first_spells(identity, segments))
        bulk.insert("register_establishment", _PLACE, places)
        bulk.insert("register_spell", SPELL, batch.spells)
        indexing.add(words, self.run.learnt)
        PendingChange.objects.bulk_create(batch.pending)


def _new(met: list[_Met]) -> Iterator[tuple[str, Entry]]:
    for one in met:
        name = one.unit.name if one.unit.diffusion == "O" else ""
        yield Kind.NEW.value, turns.entry(one.siret, name, one.identity, "", {})


def _told_aside(lists: Lists, sirens: set[str]) -> dict[str, Bearer]:
    """The legal units that the file of units told of in a preview, which wrote none."""
    return {
        siren: Bearer(0, str(diffusion), int(str(segments)), str(name), "", "")
        for siren, (diffusion, segments, name) in lists.aside(sirens).items()
    }


def _words(identity: Identity, unit: Bearer) -> str:
    if identity.diffusion != "O" or unit.diffusion != "O":
        return ""
    return indexing.text_of(
        unit.name, unit.trade_names, unit.acronym, identity.trade_name, identity.usual_name
    )


def _nameless(siren: str, diffusion: str) -> UnitFacts:
    return UnitFacts(siren, diffusion, False, "", "", "", "", None, "A", "", "", "", "", "", 0)


def note_absent(run: Run) -> None:
    """Mark the active establishments of the territory that the file does not tell of: absent, not closed."""
    communes, after = run.ground.perimeter.all_codes, 0
    # What this load has added stands in the file.
    until = run.load.progress["last_place"] if run.load else _EVERY
    while page := registered.ids_of(communes, after=after, until=until, limit=_PAGE):
        after = page[-1]
        unseen = [number for number in page if number not in run.seen_places]
        standing = registered.standing(unseen) if unseen else []
        run.outcome.counts["absent"] += len(standing)
        if run.lists:
            run.lists.add(_gone(number for number, _marked in standing))
        if run.load:
            with transaction.atomic():
                _pend_absent(run, [number for number, marked in standing if not marked])


def _gone(places: Iterable[int]) -> Iterator[tuple[str, Entry]]:
    for siret, name, commune in registered.named(places):
        yield "absent", Entry(siret, name, commune, "")


def _pend_absent(run: Run, places: list[int]) -> None:
    """Pend the mark once, even when a killed process had begun."""
    if run.load is None:
        return
    begun = run.load.pending.filter(
        target="e", target_id__in=places, fields__absent_since_id=run.load.pk
    )
    left = set(places) - set(begun.values_list("target_id", flat=True))
    PendingChange.objects.bulk_create(
        PendingChange(
            load=run.load, target="e", target_id=n, fields={"absent_since_id": run.load.pk}
        )
        for n in sorted(left)
    )
