"""Laws of every import, whatever the files: counts add up, twice is once, chunks do not show."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import System
from maillage.register.importers import sieve, spool
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, LegalUnit, Load, Reject, Spell
from maillage.register.rejects import REASONS, CannotTake
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]
few = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])

CELLS = {
    "siret": ["4,9E+13", "123456789", "1234567890123", "", "12A45678901234"],
    "codeCommuneEtablissement": ["59350", "59512", "62498", "1004", "LILLE", "", "59298"],
    "dateCreationEtablissement": ["2010-01-01", "", "01/01/2010", "0001-01-01", "2019-12-31"],
    "dateDebut": ["2010-01-01", "2018-03-04", "", "2030-99-99"],
    "etatAdministratifEtablissement": ["A", "F", "X"],
    "statutDiffusionEtablissement": ["O", "P", "N", ""],
    "trancheEffectifsEtablissement": ["", "NN", "01", "1", "99"],
    "enseigne1Etablissement": ["CHEZ ÉLÉONORE", "A;B\"C,D", "[ND]", "x" * 300, "A\0B"],
}  # fmt: skip
_changes = st.dictionaries(st.sampled_from(sorted(CELLS)), st.integers(0, 6), max_size=2)
_line = st.tuples(st.integers(1, 6), _changes)
_lines = st.lists(_line, min_size=1, max_size=10)
_lines_of_their_own = st.lists(_line, min_size=1, max_size=6, unique_by=lambda line: line[0])


def row(number, changes):
    facts = {column: CELLS[column][at % len(CELLS[column])] for column, at in changes.items()}
    return firms.establishment_row(number, **facts)


def load(folder, lines, *, day="2020-01-01", **options):
    rows = [row(number, changes) for number, changes in lines]
    units = [firms.unit_row(number) for number in range(1, 5)]
    made = firms.sirene_files(Path(folder), rows, units, day=day)
    return import_stock(
        units=made[0], establishments=made[1], territory="mel", by=System("test"), **options
    )


def known():
    """What the register tells, without its row numbers."""
    spells = Spell.objects.known().order_by("establishment__siret", "id")
    return list(
        spells.values_list(
            "establishment__siret", "establishment__trade_name", "establishment__street",
            "legal_unit__siren", "legal_unit__name", "starts_on", "opened_on", "state", "commune",
            "activity", "size_band", "segments",
        )
    )  # fmt: skip


class Undone(Exception):  # noqa: N818 -- it carries nothing
    """Ends an attempt without a trace."""


def attempt(lines, **options):
    """What an import tells and leaves, then undone: the next one starts from the same register."""
    told = []
    try:
        with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
            outcome = load(folder, lines, **options)
            told = [outcome.counts, outcome.rejects, known()]
            raise Undone  # noqa: TRY301 -- it ends the transaction
    except Undone:
        return told


@few
@given(_lines)
def test_each_line_read_is_of_one_kind_refused_or_outside(lines):
    counts, rejects, _known = attempt(lines)

    kinds = ("new", "changed", "closed", "moved", "unchanged", "outside", "rejected")
    assert sum(counts[kind] for kind in kinds) == counts["read"] == len(lines)
    assert len(rejects) == counts["rejected"]
    assert all(r.file and r.line > 1 and r.reason == REASONS[r.code].fr for r in rejects)


@few
@given(_lines)
def test_a_dry_run_counts_what_the_import_counts_repeated_numbers_included(lines):
    dry, real = attempt(lines, dry_run=True), attempt(lines)

    both = ("new", "unchanged", "outside", "rejected", "read", "units", "absent")
    assert [dry[0][kind] for kind in both] == [real[0][kind] for kind in both]
    assert dry[1] == real[1]


@few
@given(_lines, st.integers(1, 4))
def test_chunks_of_any_size_leave_what_one_chunk_leaves(lines, size):
    whole = attempt(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "CHUNK", size)
        assert attempt(lines) == whole


@few
@given(_lines_of_their_own)
def test_a_later_file_that_says_the_same_changes_nothing(lines):
    try:
        with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
            first = load(folder, lines)
            before, loads = known(), Load.objects.count()
            again = load(folder, lines, day="2020-02-01")
            after, made = known(), Load.objects.count() - loads
            raise Undone  # noqa: TRY301 -- it ends the transaction
    except Undone:
        pass

    assert after == before
    assert made == 1
    assert again.counts["new"] == again.counts["changed"] == again.counts["closed"] == 0
    assert again.counts["rejected"] == first.counts["rejected"]


def test_a_number_repeated_far_away_in_the_file_is_refused_once_in_any_order(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", 2)
    lines = [(n, {}) for n in (1, 2, 3, 4, 5, 1, 6, 3)]

    dry = load(tmp_path, lines, dry_run=True)
    real = load(tmp_path, lines)

    assert [(r.line, r.code) for r in dry.rejects] == [(7, "duplicate"), (9, "duplicate")]
    assert dry.rejects == real.rejects
    assert dry.counts["new"] == real.counts["new"] == Establishment.objects.count() == 6


def test_a_repeated_number_is_refused_again_when_the_firms_are_known(tmp_path):
    lines = [(1, {}), (2, {}), (1, {})]
    load(tmp_path, lines)

    again = load(tmp_path, lines, day="2020-02-01")

    assert [(r.line, r.code) for r in again.rejects] == [(4, "duplicate")]
    assert again.counts["unchanged"] == 2


def units_twice(folder, numbers, **options):
    """Files whose legal units are told of in this order, each time under another name."""
    units = [
        firms.unit_row(1, siren=firms.siren(n), denominationUniteLegale=f"LIGNE {line}")
        for line, n in enumerate(numbers, 2)
    ]
    rows = [firms.establishment_row(n) for n in sorted(set(numbers))]
    files = firms.sirene_files(folder, rows, units, day=options.pop("day", "2020-01-01"))
    return import_stock(
        units=files[0], establishments=files[1], territory="mel", by=System("test"), **options
    )


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_legal_unit_told_of_twice_is_refused_the_second_time(tmp_path, monkeypatch, size):
    monkeypatch.setattr(spool, "CHUNK", size)
    numbers = (1, 2, 2, 4, 3, 1)

    dry = units_twice(tmp_path, numbers, dry_run=True)
    real = units_twice(tmp_path, numbers)
    later = units_twice(tmp_path, numbers, day="2020-02-01")

    for outcome in (dry, real, later):
        told = [(r.file[:16], r.line, r.column, r.code) for r in outcome.rejects]
        assert told == [("StockUniteLegale", line, "siren", "duplicate") for line in (4, 7)]
    assert later.counts["changed"] == 0
    named = LegalUnit.objects.order_by("siren").values_list("name", flat=True)
    assert list(named) == ["LIGNE 2", "LIGNE 3", "LIGNE 6", "LIGNE 5"]


def test_a_legal_unit_is_taken_whatever_the_sieve_believes(tmp_path, monkeypatch):
    """A sieve may take a new SIREN for one it holds: the file has the last word."""
    monkeypatch.setattr(sieve.Sieve, "add", lambda *_: False)
    monkeypatch.setattr(sieve.Sieve, "__contains__", lambda *_: True)

    outcome = units_twice(tmp_path, (3, 2, 1, 2))

    assert [(r.line, r.code) for r in outcome.rejects] == [(5, "duplicate")]
    assert outcome.counts["units"] == 3


def test_the_first_line_that_can_be_taken_is_taken_though_an_earlier_one_was_refused(tmp_path):
    bad = {"etatAdministratifEtablissement": 2}

    outcome = load(tmp_path, [(1, bad), (1, {})])

    assert [(r.line, r.code) for r in outcome.rejects] == [(2, "state")]
    assert outcome.counts["new"] == 1


def test_an_undone_load_gives_back_what_was_known_before(tmp_path):
    load(tmp_path, [(1, {}), (2, {})])
    before = Counter(row[:1] + row[5:] for row in known())
    second = load(tmp_path, [(1, {"trancheEffectifsEtablissement": 1}), (3, {})], day="2020-02-01")
    assert Counter(row[:1] + row[5:] for row in known()) != before

    firms.undo_load(load=second.load, by=System("test"))

    assert Counter(row[:1] + row[5:] for row in known()) == before


_MUTATIONS = {
    "nothing": lambda data, _at: data,
    "cut": lambda data, at: data[:at],
    "one byte": lambda data, at: data[:at] + b"\xe9" + data[at + 1 :],
    "a NUL": lambda data, at: data[:at] + b"\0" + data[at:],
    "a quote": lambda data, at: data[:at] + b'"' + data[at:],
    "a line end": lambda data, at: data[:at] + b"\n" + data[at:],
    "a comma": lambda data, at: data[:at] + b"," + data[at:],
    "CRLF": lambda data, _at: data.replace(b"\n", b"\r\n"),
    "CR alone": lambda data, _at: data.replace(b"\r", b"").replace(b"\n", b"\r"),
    "BOM": lambda data, _at: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data, _at: data.decode().encode("utf-16"),
    "a huge cell": lambda data, at: data[:at] + b"9" * 10_000_000 + data[at:],
}


@settings(few, max_examples=60)
@given(st.sampled_from(sorted(_MUTATIONS)), st.floats(0, 1), st.sampled_from([0, 1]))
def test_a_damaged_file_never_breaks_the_import(name, where, which):
    try:
        with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
            rows = [row(number, {}) for number in range(1, 4)]
            made = firms.sirene_files(Path(folder), rows)
            data = made[which].read_bytes()
            made[which].write_bytes(_MUTATIONS[name](data, int(where * len(data))))
            try:
                outcome = import_stock(
                    units=made[0], establishments=made[1], territory="mel", by=System("test")
                )
                remarks, journalled = outcome.rejects, Reject.objects.refused().count()
            except CannotTake as refused:
                remarks, journalled = [refused.remark], 1
                assert not Spell.objects.exists()
            raise Undone  # noqa: TRY301 -- it ends the transaction
    except Undone:
        pass

    assert journalled == len(remarks)
    assert all(r.file in {path.name for path in made} and r.reason for r in remarks)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    units, _ = firms.sirene_files(tmp_path, [firms.establishment_row(1)])

    with pytest.raises(CannotTake) as refused:
        import_stock(units=units, establishments=tmp_path, territory="mel", by=System("test"))

    assert refused.value.remark.code == "unreadable"
