"""The history of a country through a machine that holds one chunk of it: what is kept does not grow with the file."""

from __future__ import annotations

import tracemalloc

import pytest

from maillage.accounts.actors import System
from maillage.register.importers import history
from maillage.register.importers.history import HistoryImport, HistoryStep
from maillage.register.importers.sirene import import_stock
from maillage.register.importers.stock import StockFile
from maillage.register.models import Load, Period
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

BY = System("test")
HERE = 30


@pytest.fixture
def _stock(tmp_path, geography):
    rows = [firms.establishment_row(n, dateDebut="2015-01-01") for n in range(1, HERE + 1)]
    units, establishments = firms.sirene_files(tmp_path, rows)
    import_stock(units=units, establishments=establishments, territory="mel", by=BY)


def request(tmp_path, numbers, *, periods=1, day="2020-01-01", progress=None):
    rows = [
        firms.period_row(n, dateDebut=f"{2010 + p}-01-01", dateFin=f"{2010 + p}-12-31")
        for n in numbers
        for p in range(periods)
    ]
    file = StockFile(firms.history_file(tmp_path, rows, day=day), "history")
    return HistoryImport(file, "mel", BY, progress=progress or (lambda _phase, _line: None))


def peak(reading):
    tracemalloc.start()
    try:
        reading.run(dry_run=True)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("_stock")
def test_lines_of_elsewhere_leave_nothing_in_memory(tmp_path):
    small = peak(request(tmp_path, range(1, 200)))
    large = peak(request(tmp_path, range(1, 6_000), day="2020-02-01"))

    assert large < small + 500_000


@pytest.mark.usefixtures("_stock")
def test_a_chunk_holds_whole_lives_and_few_more_lines_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "CHUNK", 10)
    chunks, write = [], HistoryStep.write

    def seen(self, chunk):
        chunks.append([(siret, len(periods)) for _line, (siret, periods) in chunk])
        write(self, chunk)

    monkeypatch.setattr(HistoryStep, "write", seen)
    request(tmp_path, range(1, HERE + 1), periods=3).run()

    assert [sum(count for _siret, count in chunk) for chunk in chunks] == [12] * 7 + [6]
    assert {count for chunk in chunks for _siret, count in chunk} == {3}
    assert Period.objects.count() == HERE * 3


@pytest.mark.usefixtures("_stock")
def test_each_chunk_saves_how_far_the_reading_went_and_tells_it(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "CHUNK", 10)
    heard = []
    reading = request(
        tmp_path, range(1, HERE + 1), progress=lambda phase, line: heard.append((phase, line))
    )

    outcome = reading.run()

    assert heard == [("history", 11), ("history", 21), ("history", 31), ("activate", 0)]
    assert outcome.load.progress["history"] == 31


@pytest.mark.usefixtures("_stock")
def test_a_file_that_changes_while_it_is_read_is_given_up_and_leaves_nothing(tmp_path, monkeypatch):
    reading = request(tmp_path, range(1, 4))
    write = HistoryStep.write

    def meanwhile(self, chunk):
        write(self, chunk)
        monkeypatch.setattr("maillage.register.importers.stock.Lines.digest", "another")

    monkeypatch.setattr(HistoryStep, "write", meanwhile)

    with pytest.raises(Exception, match="a changé pendant la lecture"):
        reading.run()

    assert not Period.objects.exists()
    assert Load.objects.get(source="sirene_history").state == Load.State.FAILED
