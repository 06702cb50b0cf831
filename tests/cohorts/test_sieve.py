"""What tells who somebody is does not come in, by header or by cell; what only looks like it does."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from maillage.cohorts import sieve
from maillage.cohorts.columns import COLUMNS, SIEVE, STEPS
from maillage.cohorts.pseudonymising import WHO
from maillage.cohorts.reasons import REASONS
from maillage.cohorts.sieve import announced
from maillage.intake.tables import CannotTake, Row, Understanding
from maillage.kernel.rows import BadCell, Importer
from maillage.kernel.text import Words
from tests.cohorts import seen

KNOWN = ("jeton", "etape", "date", "commune", "siret", "montant", "divers")
TOKEN = "0612345678" * 6 + "0612"

# the column | its cell | the code of the refusal, nothing where it is taken
OF_THEIR_COLUMN = [
    ("jeton", TOKEN, ""),
    ("jeton", "luc@exemple.fr", "holds_mails"),
    ("siret", "06123456780001", ""),
    ("siret", "812 231 132 00026", ""),
    ("siret", "luc@exemple.fr", "holds_mails"),
    ("date", "2004-03-12", ""),
    ("date", "12/03/04", ""),
    ("date", "20040312", ""),
    ("montant", "12031985", ""),
    ("etape", "Premier Accueil", ""),
    ("etape", "Accueil 06 12 34 56 78", "holds_phones"),
    ("commune", "Marcq En Barœul", ""),
    ("commune", "née 12/03/1985 à Lille", "holds_births"),
]


def refused(names: Sequence[str], cells: Sequence[str]) -> tuple[str, str]:
    """The column and the code of a refusal."""
    try:
        SIEVE(names, cells)
    except BadCell as fault:
        return fault.column + fault.value, fault.code
    return "", ""


def under(name: str, cell: str) -> tuple[str, str]:
    """What is said of a cell under its header."""
    return refused(KNOWN, [""] * KNOWN.index(name) + [cell])


@pytest.mark.parametrize(("header", "code"), seen.HEADERS, ids=ascii)
def test_a_header_that_announces_somebody_is_refused(header: str, code: str) -> None:
    assert announced(header) == code
    column, found = refused((), ["jeton", header, "date"])
    assert found == code
    assert column in {header.strip(), "2"} if code else column == ""


@pytest.mark.parametrize(
    "header",
    ["Nom", "Prénom(s)", "Date de naissance", "Né(e) le", "E-mail", "Tél.", "NIR", "Adresse"],
)
def test_a_refusal_names_the_header_as_the_file_writes_it(header: str) -> None:
    assert refused((), [" jeton ", f" {header} "])[0] == header


@pytest.mark.parametrize(
    "title", ["Nom : Petit Luc", "Tél. de Luc : à demander", "Prénom Luc", "Adresse : 3 rue des Lilas", "Nom Petit", "Nom : Иванов", "Tél. 0612345678"]
)  # fmt: skip
def test_a_title_that_names_somebody_is_refused_by_its_place_alone(title: str) -> None:
    column, code = refused((), ["", title])
    assert (column, code[:6]) == ("2", "holds_")


@pytest.mark.parametrize(("cell", "code"), seen.ANYWHERE, ids=ascii)
@pytest.mark.parametrize("name", ["divers", "commune", "etape", "date", "montant"])
def test_a_cell_that_tells_of_somebody_is_refused_in_every_column(
    name: str, cell: str, code: str
) -> None:
    assert under(name, cell) == (name, code)


@pytest.mark.parametrize(("cell", "code"), seen.ANYWHERE, ids=ascii)
def test_a_title_or_a_table_that_nobody_reads_is_looked_at_too(cell: str, code: str) -> None:
    assert refused((), ["Suivi du printemps", cell])[1] == code


@pytest.mark.parametrize(("cell", "code"), seen.NOT_THERE, ids=ascii)
@pytest.mark.parametrize("name", ["commune", "date", "montant"])
def test_what_only_looks_like_it_is_taken_in_a_column_that_is_read(
    name: str, cell: str, code: str
) -> None:
    assert under(name, cell)[1] == code


@pytest.mark.parametrize(("cell", "code"), seen.ELSEWHERE, ids=ascii)
def test_a_column_that_nobody_knows_holds_neither_names_nor_days_of_birth(
    cell: str, code: str
) -> None:
    assert under("divers", cell) == (("divers", code) if code else ("", ""))
    assert refused(("jeton",), ["", cell]) == (("2", code) if code else ("", ""))


@pytest.mark.parametrize(("name", "cell", "code"), OF_THEIR_COLUMN)
def test_a_column_that_is_read_may_hold_what_it_is_for(name: str, cell: str, code: str) -> None:
    assert under(name, cell)[1] == code


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(["", "59350", "Accueil", "2024-02-05", "1500", "oui"]), min_size=7, max_size=7),
    st.integers(0, 6),
    st.sampled_from([cell for cell, _code in seen.ANYWHERE if "@" in cell]),
)  # fmt: skip
def test_wherever_a_mail_stands_its_column_is_told(cells: list[str], at: int, mail: str) -> None:
    assert refused(KNOWN, [*cells[:at], mail, *cells[at + 1 :]]) == (KNOWN[at], "holds_mails")


@settings(max_examples=50)
@given(st.text(max_size=60), st.sampled_from(KNOWN))
def test_whatever_is_refused_is_not_repeated(cell: str, name: str) -> None:
    column, code = under(name, cell)
    assert column in {"", name}
    assert code in {"", *REASONS}


@pytest.mark.parametrize(
    "unit", ["a", "0", "1 ", "A", "+1", "@", "a@", "A ", "12/", "00", " ", "m."]
)
def test_a_giant_cell_is_looked_at_in_a_moment(unit: str) -> None:
    """No expression takes the square of what it is given: a cell may have 32 000 characters."""
    cell = unit * (32_000 // len(unit))
    before = time.process_time()
    under("divers", cell)
    assert time.process_time() - before < 1


def test_each_reason_is_worded_in_both_languages_and_says_the_remedy() -> None:
    told = {code for _header, code in (*seen.HEADERS, *seen.ANYWHERE, *seen.ELSEWHERE) if code}
    assert told <= set(REASONS)
    assert told == {code for code in REASONS if code.startswith("holds_")}
    for code, words in REASONS.items():
        assert "\u00a0: " in words.fr, code
        assert ": " in words.en, code


def test_no_column_of_a_list_is_taken_for_somebody_and_those_of_a_person_are() -> None:
    for column in COLUMNS:
        for header in (column.name, column.words.fr, column.words.en, *column.aliases):
            assert announced(header) == "", header
    for column in WHO:
        for header in (column.name, column.words.fr, column.words.en, *column.aliases):
            assert announced(header), header
    assert not {one.name for one in WHO} & {one.name for one in STEPS}
    assert not {code for _shape, code in sieve.ANYWHERE} - set(REASONS)


SIFTED = Importer(
    name="sifted",
    words=Words("Liste", "List"),
    about=Words("", ""),
    columns=COLUMNS,
    identity=lambda row: row.line,
    guard=SIEVE,
    keeps_rows=False,
)
HEAD = ["jeton", "etape", "date"]
GOOD = ["", "Accueil", "2024-02-05"]

# tables: a name, its rows | the line and the column of the refusal, nothing where the file is taken
TABLES: list[tuple[list[tuple[str, list[list[str]]]], tuple[int, str] | None]] = [
    ([("", [HEAD, GOOD])], None),
    ([("", [["Suivi du printemps"], HEAD, GOOD])], None),
    ([("", [["Suivi de luc@exemple.fr"], HEAD, GOOD])], (1, "1")),
    ([("", [["", "Tél. : 06 12 34 56 78"], HEAD, GOOD])], (1, "2")),
    ([("", [["Nom"], HEAD, GOOD])], (1, "Nom")),
    ([("", [[*HEAD, "Nom"], [*GOOD, ""]])], (1, "Nom")),
    ([("", [HEAD, GOOD, [*GOOD, "Luc Petit"]])], (3, "4")),
    ([("Liste", [HEAD, GOOD]), ("Notes", [["rien"], ["à dire"]])], None),
    ([("Liste", [HEAD, GOOD]), ("Personnes", [["Nom", "Prénom"], ["Petit", "Luc"]])], (1, "Nom")),
    ([("Liste", [HEAD, GOOD]), ("Notes", [["rien"]] * 30)], None),
    ([("Liste", [HEAD, GOOD]), ("Notes", [["rien"]] * 30 + [["luc@exemple.fr"]])], (31, "1")),
    ([("Notes", [["rien"]] * 25 + [["", "06 12 34 56 78"]]), ("Liste", [HEAD, GOOD])], (26, "2")),
]


@pytest.mark.parametrize(("tables", "place"), TABLES)
def test_every_row_of_every_table_is_looked_at(
    tables: list[tuple[str, list[list[str]]]], place: tuple[int, str] | None
) -> None:
    told: list[tuple[object, ...]] = []
    for name, rows in tables:
        told += [("table", name, None), ("rows", list(enumerate(rows, 1)))]
    reading = Understanding("liste.xlsx", SIFTED)
    if place is None:
        assert [type(one) for one in reading.rows(told)] == [Row]
        return
    with pytest.raises(CannotTake) as why:
        list(reading.rows(told))
    remark = why.value.remark
    assert (remark.line, remark.column, remark.value, remark.row) == (*place, "", {})
    assert not {"Luc", "exemple", "06 12"} & set(str(why.value).split())
