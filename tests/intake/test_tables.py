"""From rows as read to rows understood: headers found, columns recognised, faults told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from maillage.intake.reading.limits import Refused
from maillage.intake.tables import CannotTake, Header, Remark, Understanding, understand
from maillage.kernel.rows import BadCell, Row
from tests.intake.specimen import GOOD, HEADER, IMPORTER, OTHER, SIRET, row

COLUMNS = IMPORTER.columns


def read(*tables: tuple[str, list | None, list[list[str]]]) -> tuple[Understanding, list]:
    """What is understood of tables given as the child would."""
    reading = Understanding("f.csv", IMPORTER)
    return reading, list(reading.rows(events(*tables)))


def events(*tables: tuple[str, list | None, list[list[str]]]):
    yield ["said", {"kind": "csv"}]
    for name, header, rows in tables:
        yield ["table", name, header]
        yield ["rows", [[number, list(map(str, cells))] for number, cells in enumerate(rows, 1)]]


def refused(*tables: tuple[str, list | None, list[list[str]]]) -> Remark:
    with pytest.raises(CannotTake) as why:
        read(*tables)
    return why.value.remark


def test_cells_are_understood_by_column_whatever_their_order() -> None:
    order = [3, 0, 2, 1, 4, 6, 5]
    header, good = ([line[n] for n in order] for line in (HEADER, GOOD))

    _reading, (told,) = read(("", None, [header, good]))

    assert isinstance(told, Row)
    assert (told["siret"], told["commune"], told["amount"], told["jobs"]) == (
        SIRET,
        "59350",
        123450,
        1500,
    )
    assert told.texts["amount"] == "1 234,50"
    assert told.line == 2


@pytest.mark.parametrize(
    "header",
    [
        ["SIRET", "code commune", "JOUR", "montant", "etp", "objet", "remarque"],
        [" siret ", "Code  INSEE", "date de l'acte", "Montant", "E.T.P.", "Objet", "Remarque"],
        ["N° SIRET", "code_insee", "jour", "MONTANT", "ETP", "OBJET", "note"],
        ["siret_etablissement", "commune", "day", "amount", "jobs", "kind", "note"],
    ],
)
def test_headers_are_recognised_under_each_of_their_names(header: list[str]) -> None:
    _reading, (told,) = read(("", None, [header, GOOD]))

    assert isinstance(told, Row)


@pytest.mark.parametrize("above", range(0, 19, 3))
def test_a_title_above_the_header_does_no_harm(above: int) -> None:
    titles = [["Export du 2 mai"], *([f"ligne {n}", "x"] for n in range(above))]

    reading, told = read(("", None, [*titles, HEADER, row(1), row(2)]))

    assert [one.line for one in told] == [above + 3, above + 4]
    assert reading.read == 2


def test_a_header_too_far_down_is_not_looked_for() -> None:
    assert refused(("", None, [*([["x"]] * 20), HEADER, GOOD])).code == "missing_columns"


def test_the_nearest_header_says_which_columns_are_missing() -> None:
    remark = refused(("", None, [["Titre"], HEADER[2:], GOOD[2:]]))

    assert (remark.code, remark.column) == ("missing_columns", "siret, commune")


def test_columns_of_no_use_and_sheets_of_no_use_are_told() -> None:
    reading, told = read(
        ("Notice", None, [["Lisez-moi"], ["x"]]),
        ("Actes", None, [[*HEADER, "Couleur", ""], [*row(1), "bleu", ""]]),
        ("Autre", ["a", "b"], [["1", "2"]]),
    )

    assert len(told) == 1
    assert told[0].table == "Actes"
    assert reading.notes == [
        {"code": "ignored_table", "table": "Notice", "names": []},
        {"code": "ignored_columns", "table": "Actes", "names": ["Couleur"]},
        {"code": "ignored_table", "table": "Autre", "names": []},
    ]


def test_two_sheets_of_the_same_form_are_both_read_and_a_row_counts_once() -> None:
    reading, told = read(("A", None, [HEADER, row(1)]), ("B", None, [HEADER, row(1), row(2)]))

    assert [type(one) for one in told] == [Row, Remark, Row]
    assert (told[1].table, told[1].line, told[1].code) == ("B", 2, "duplicate")
    assert reading.read == 3


def test_a_column_that_is_not_needed_may_be_absent() -> None:
    _reading, (told,) = read(("", None, [HEADER[:-1], GOOD[:-1]]))

    assert told["note"] is None


def test_a_row_cut_short_lacks_its_last_cells_and_blank_ones_beyond_do_no_harm() -> None:
    _reading, told = read(("", None, [HEADER, [*row(1), "", " "], row(2)[:6]]))

    assert [type(one) for one in told] == [Row, Row]


def test_the_first_fault_of_a_row_is_told_with_the_row_as_read() -> None:
    bad = [SIRET, "Lille", "hier", "x", "y", "z", "n"]

    _reading, (told,) = read(("", None, [HEADER, bad]))

    assert (told.column, told.code, told.value) == ("commune", "commune", "Lille")
    assert told.row["day"] == "hier"
    assert told.as_json(IMPORTER)["line"] == 2


def test_what_is_kept_of_a_row_is_bounded_and_may_be_stored() -> None:
    bad = row(1, Objet="x\0y\ud800" + "z" * 5000)

    _reading, (told,) = read(("", None, [HEADER, bad]))

    assert told.code == "nul"
    assert len(told.row["kind"]) == 500
    assert "\0" not in str(told.row)
    told.row["kind"].encode()


@pytest.mark.parametrize("header", [None, HEADER])
def test_a_table_without_rows_is_empty(header) -> None:
    assert refused(("", header, [] if header else [HEADER])).code == "empty"


def test_a_refusal_of_the_reader_keeps_its_line() -> None:
    def broken():
        yield ["table", "", None]
        raise Refused("quotes", line=7)

    with pytest.raises(CannotTake) as why:
        list(Understanding("f.csv", IMPORTER).rows(broken()))

    assert why.value.remark.line == 7
    assert "f.csv:7" in str(why.value)
    assert why.value.place() == {
        "file": "f.csv", "table": "", "line": 7, "column": "", "code": "quotes", "value": "",
    }  # fmt: skip


def test_a_header_is_read_once_and_says_what_it_lacks() -> None:
    header = Header.of(["SIRET", "", "siret", "Autre"], COLUMNS)

    assert header.places == {"siret": 0}
    assert header.twice == ["siret"]
    assert header.unknown == ["Autre"]
    assert "commune" in header.missing
    assert header.width == 4


def test_cells_are_understood_alone_as_for_a_correction() -> None:
    texts = dict(zip([c.name for c in COLUMNS], GOOD, strict=True))

    assert understand(texts, COLUMNS)["kind"] == "visit"
    with pytest.raises(BadCell) as wrong:
        understand(texts | {"siret": OTHER[:9]}, COLUMNS)
    assert (wrong.value.column, wrong.value.code) == ("siret", "siren_for_siret")


def test_a_suggestion_takes_the_place_of_what_was_read() -> None:
    reading = Understanding("f.csv", IMPORTER)
    fault = BadCell("siret", "blank", suggest={"siret": SIRET})

    told = reading.remark("", 3, fault, {"siret": "", "note": "n"})

    assert told.row == {"siret": SIRET, "note": "n"}


@given(st.lists(st.lists(st.text(max_size=8), min_size=7, max_size=9), max_size=8))
def test_whatever_the_rows_hold_each_is_accepted_or_refused(body: list[list[str]]) -> None:
    reading, told = read(("", None, [HEADER, row(0), *body]))

    assert len(told) == reading.read == len(body) + 1
    assert all(one.code and one.file == "f.csv" for one in told if isinstance(one, Remark))


def guarded(names: Sequence[str], cells: Sequence[str]) -> None:
    """No cell may say a secret, nor a header announce one."""
    for rank, cell in enumerate(cells):
        if "secret" in cell.casefold():
            raise BadCell(names[rank] if names else cell, "unknown_word", cell)


HELD = replace(
    IMPORTER,
    guard=guarded,
    keeps_rows=False,
    may_repeat=lambda row: row["note"] is None,
    identity=lambda row: row["note"],
)


def held(*rows: list[str]) -> list[Row | Remark]:
    return list(Understanding("f.csv", HELD).rows(events(("", None, [HEADER, *rows]))))


@pytest.mark.parametrize("at", [1, 3])
def test_what_a_guard_refuses_refuses_the_file_and_is_not_repeated(at: int) -> None:
    rows = [list(HEADER), list(GOOD), list(GOOD)]
    rows[at - 1] = [*rows[at - 1][:-1], "Un secret"]
    with pytest.raises(CannotTake) as why:
        held(*rows[1:]) if at > 1 else list(
            Understanding("f.csv", HELD).rows(events(("", None, rows)))
        )
    remark = why.value.remark
    assert (remark.line, remark.value, remark.row) == (at, "", {})
    assert remark.column == ("Un secret" if at == 1 else HEADER[-1])


def test_a_source_that_keeps_no_rows_tells_where_and_why_alone() -> None:
    (remark,) = held(row(SIRET="x"))
    assert isinstance(remark, Remark)
    assert (remark.line, remark.column, remark.value, remark.row) == (2, "siret", "", {})


def test_rows_that_may_repeat_are_numbered_and_the_others_refused() -> None:
    first, twin, again = held(row(Remarque=""), row(Remarque=""), row(Remarque=""))
    assert [one.rank for one in (first, twin, again) if isinstance(one, Row)] == [0, 1, 2]
    taken, refused_twin = held(row(), row())
    assert isinstance(taken, Row)
    assert isinstance(refused_twin, Remark)
    assert refused_twin.code == "duplicate"
