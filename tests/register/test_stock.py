"""Opening a stock file: its date, its columns, its lines, and where exactly it goes wrong."""

import zipfile
from datetime import date

import pytest

from maillage.register.importers.stock import KEY_COLUMNS, StockFile
from maillage.register.rejects import CannotTake
from tests.factories import register as firms


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("StockEtablissement_2020-01-01_utf8.csv", date(2020, 1, 1)),
        ("StockEtablissement_20200630.zip", date(2020, 6, 30)),
        ("stock-2020-06.csv", date(2020, 6, 1)),
        ("StockEtablissement_utf8.csv", None),
        ("derived_StockEtablissement_59_62.csv", None),
        ("stock_2020-13-45.csv", None),
        ("lot_123456789_2021_02_03.csv", date(2021, 2, 3)),
        ("9999-99 then 2019-12-31.csv", date(2019, 12, 31)),
    ],
)
def test_the_date_of_a_stock_is_read_in_its_name(tmp_path, name, expected):
    assert StockFile(tmp_path / name, "units").vintage == expected


def written(tmp_path, data, name="stock.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return StockFile(path, "establishments")


HEADER = ",".join(KEY_COLUMNS["establishments"])


def line(number):
    return f"{number:014d},O,2010-01-01,59350,2010-01-01,A,10.71C"


def read(file):
    with file.open() as lines:
        return [(lines.number, cells) for cells in lines]


def refused(file):
    with pytest.raises(CannotTake) as refusal:
        read(file)
    return refusal.value.remark


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_separators_and_ends_of_lines_are_those_of_the_file(tmp_path, end, separator):
    text = end.join([HEADER, line(1), line(2), ""]).replace(",", separator)

    assert read(written(tmp_path, text)) == [(2, line(1).split(",")), (3, line(2).split(","))]


def test_a_last_line_that_is_whole_needs_no_end(tmp_path):
    assert len(read(written(tmp_path, f"{HEADER}\n{line(1)}"))) == 1


def test_a_last_line_cut_in_the_middle_is_a_truncated_file(tmp_path):
    assert refused(written(tmp_path, f"{HEADER}\n{line(1)}\n{line(2)[:20]}")).code == "truncated"


@pytest.mark.parametrize("at", [1, 2, 3, 40, 400, 4000])
def test_a_byte_that_is_no_utf_8_is_refused_with_its_line(tmp_path, at):
    lines = [HEADER, *(line(number) for number in range(1, 4100))]
    data = "\n".join(lines).encode() + b"\n"
    start = len("\n".join(lines[: at - 1])) + (at > 1)
    data = data[: start + 5] + b"\xe9" + data[start + 5 :]

    remark = refused(written(tmp_path, data))

    assert (remark.code, remark.line) == ("encoding", at)


def test_a_quoted_cell_may_hold_separators_and_ends_of_lines(tmp_path):
    told = line(1).replace("10.71C", '"10,\n71C"')

    assert read(written(tmp_path, f"{HEADER}\n{told}\n"))[0][1][-1] == "10,\n71C"


@pytest.mark.parametrize("missing", KEY_COLUMNS["establishments"])
def test_a_key_column_that_is_missing_is_named(tmp_path, missing):
    header = HEADER.replace(missing, "autre")

    remark = refused(written(tmp_path, f"{header}\n{line(1)}\n"))

    assert (remark.code, remark.line, remark.column) == ("missing_columns", 1, missing)
    assert "stock complet" in remark.reason


def test_a_column_that_stands_twice_is_named(tmp_path):
    remark = refused(written(tmp_path, f"{HEADER},enseigne,enseigne\n{line(1)},a,b\n"))

    assert (remark.code, remark.column) == ("duplicate_column", "enseigne")


def test_blank_extra_columns_are_no_repetition(tmp_path):
    assert len(read(written(tmp_path, f"{HEADER},,\n{line(1)},,\n"))) == 1


def test_names_of_columns_may_be_surrounded_by_blanks(tmp_path):
    header = HEADER.replace(",", " , ")

    with written(tmp_path, f"{header}\n{line(1)}\n").open() as lines:
        assert lines.header == HEADER.split(",")


@pytest.mark.parametrize(
    ("members", "code"),
    [([], "zip_content"), (["a.txt"], "zip_content"), (["a.csv", "b.csv"], "zip_content")],
)
def test_an_archive_holds_one_csv_and_one_only(tmp_path, members, code):
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for name in members:
            archive.writestr(name, f"{HEADER}\n{line(1)}\n")

    assert refused(StockFile(tmp_path / "s.zip", "establishments")).code == code


def test_a_zipped_file_reads_and_seals_like_the_file_itself(tmp_path):
    text = "\n".join([HEADER, *(line(n) for n in range(1, 3000)), ""])
    plain = written(tmp_path, text)
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lisez-moi.txt", "rien")
        archive.writestr("Stock.CSV", text)
    zipped = StockFile(tmp_path / "s.zip", "establishments")

    assert read(zipped) == read(plain)
    with plain.open() as one, zipped.open() as two:
        assert one.exhaust() == two.exhaust()


def test_an_archive_damaged_inside_is_refused_while_it_is_read(tmp_path):
    text = "\n".join([HEADER, *(line(n * 7919) for n in range(1, 9000)), ""])
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("s.csv", text)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(CannotTake):
        read(StockFile(path, "establishments"))


def test_a_nul_is_noticed_wherever_it_stands(tmp_path):
    with written(tmp_path, f"{HEADER}\n{line(1)}\n").open() as clean:
        list(clean)
        assert not clean.has_nul
    with written(tmp_path, f"{HEADER}\n{line(1)[:-1]}\0\n").open() as holed:
        list(holed)
        assert holed.has_nul


def test_insee_s_own_columns_of_today_are_all_there():
    assert (len(firms.ESTABLISHMENT_COLUMNS), len(firms.UNIT_COLUMNS)) == (54, 35)
    assert set(KEY_COLUMNS["establishments"]) <= set(firms.ESTABLISHMENT_COLUMNS)
    assert set(KEY_COLUMNS["units"]) <= set(firms.UNIT_COLUMNS)
