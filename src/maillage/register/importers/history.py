"""StockEtablissementHistorique into the register: the life of an establishment before its present period.

Lines of one establishment follow one another, as INSEE publishes them: the file streams, whatever its
length. What it tells becomes spells (state, activity, segments) and periods (signs, employer flag).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeAlias

from maillage.register import bulk
from maillage.register.importers import lives, lives_known
from maillage.register.importers.cells import BadCell, check_shape
from maillage.register.importers.diffing import Told
from maillage.register.importers.following import Following, FollowUp
from maillage.register.importers.periods import PeriodFacts, period_picker, read_period
from maillage.register.importers.sieve import Sieve
from maillage.register.importers.spool import CHUNK
from maillage.register.importers.staging import Step
from maillage.register.importers.stock import Lines, Role, StockFile
from maillage.register.models import Source
from maillage.register.rejects import CannotTake, Remark

_SPELL = ("establishment_id", "legal_unit_id", "load_id", *Told._fields)
_PERIOD = (
    "establishment_id", "load_id", "starts_on", "ends_on", "employer", "trade_name", "usual_name",
)  # fmt: skip

Life: TypeAlias = tuple[str, list[PeriodFacts]]
"""A SIRET and its periods, as the file tells them."""


class HistoryStep(Step[Lines, Life]):
    """Lives compared with what is known; those told otherwise are staged unseen."""

    phase = "history"
    run: Following

    def __init__(self, run: Following, file: StockFile) -> None:
        super().__init__(run, file.name)
        self.met, self.highest = Sieve(), ""
        self.read = self.outside = self.before = 0

    def _chunks(self, source: Lines) -> Iterator[tuple[int, list[tuple[int, Life]]]]:
        chunk: list[tuple[int, Life]] = []
        held = 0
        siret, periods = "", list[PeriodFacts]()
        for number, found, facts in self._lines(source):
            if found != siret:
                if held >= CHUNK:
                    yield self.before, chunk
                    chunk, held = [], 0
                self._begin(found, number)
                siret, periods = found, []
                chunk.append((number, (siret, periods)))
            periods.append(facts)
            held += 1
        yield source.number, chunk
        counts = self.run.outcome.counts
        counts["read"], counts["outside"] = self.read, self.outside + counts["sieved"]

    def _lines(self, lines: Lines) -> Iterator[tuple[int, str, PeriodFacts]]:
        """The lines that tell of an establishment of the territory; what is wrong in the others is kept."""
        pick, width = period_picker(lines.header), len(lines.header)
        at_siret, known = lines.header.index("siret"), self.run.known
        number = lines.number
        for line in lines:
            self.read, self.before, number = self.read + 1, number, lines.number
            try:
                if len(line) != width or lines.has_nul:
                    check_shape(line, width)
                if line[at_siret].isdecimal() and line[at_siret] not in known:
                    self.outside += 1
                    continue
                siret, facts, doubts = read_period(pick(line))
            except BadCell as fault:
                self.refuse(number, fault.column, fault.code, fault.value)
                continue
            if doubts:
                self.doubt(number, doubts)
            yield number, siret, facts

    def _begin(self, siret: str, line: int) -> None:
        """Refuse a file where an establishment comes back after others.

        Raises:
            CannotTake: it does.
        """
        if siret <= self.highest and siret in self.met:
            raise CannotTake(Remark(self.file, line, "siret", "scattered", siret))
        self.met.add(siret)
        self.highest = max(self.highest, siret)

    def write(self, chunk: list[tuple[int, Life]]) -> None:
        """Compare each life with what is known; stage the lines told anew and their signs."""
        known = lives_known.lived(siret for _line, (siret, _periods) in chunk)
        codes = set(self.run.ground.perimeter.all_codes)
        ids = [one.place_id for one in known.values()]
        lines, signs = lives_known.lines(ids), lives_known.signs(ids)
        load = self.run.load.pk if self.run.load else 0
        spells: list[tuple[Any, ...]] = []
        periods: list[tuple[Any, ...]] = []
        for _line, (siret, told) in chunk:
            lived = known.get(siret)
            if lived is None or lived.commune not in codes or not lines.get(lived.place_id):
                self.run.outcome.counts["sieved"] += len(told)
                continue
            stretches = lives.past(lived, told)
            place = lived.place_id
            anew = lives.told_anew(lived, lines[place], stretches)
            shown = list(lives.signs(lived, stretches))
            if shown == signs.get(place, []):
                shown = []
            spells += [(place, lived.legal_unit_id, load, *spell) for spell in anew]
            periods += [(place, load, *sign) for sign in shown]
            self.run.outcome.counts["told" if anew or shown else "unchanged"] += 1
        self._insert(spells, periods)

    def _insert(self, spells: list[tuple[Any, ...]], periods: list[tuple[Any, ...]]) -> None:
        self.run.outcome.counts["spells"] += len(spells)
        self.run.outcome.counts["periods"] += len(periods)
        if self.run.load:
            bulk.insert("register_spell", _SPELL, spells)
            bulk.insert("register_period", _PERIOD, periods)


class HistoryImport(FollowUp):
    """One request to read past periods."""

    source: ClassVar[str] = Source.HISTORY
    role: ClassVar[Role] = "history"
    tables: ClassVar[tuple[str, ...]] = ("register_spell", "register_period")

    def step(self, run: Following) -> HistoryStep:
        """What reads the file."""
        return HistoryStep(run, self.file)
