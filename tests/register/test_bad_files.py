"""Files that cannot be taken, and lines that are refused: what, where, why; nothing half-applied."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command

from maillage.accounts.actors import System
from maillage.kernel.errors import Conflict
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, LegalUnit, Load, Spell
from maillage.register.rejects import CannotTake
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def load(units, establishments, **options):
    return import_stock(
        units=units, establishments=establishments, territory="mel", by=System("test"), **options
    )


def files(tmp_path, *rows, **options):
    return firms.sirene_files(tmp_path, rows or [firms.establishment_row(1)], **options)


def refusal(units, establishments):
    with pytest.raises(CannotTake) as refused:
        load(units, establishments)
    assert not Spell.objects.exists()
    assert not Establishment.objects.exists()
    assert not LegalUnit.objects.exists()
    assert not Load.objects.visible().exists()
    return refused.value.remark


def rewrite(path, change):
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _data: b"", "empty"),
        (lambda data: data.split(b"\n")[0] + b"\n", "empty"),
        (lambda data: data.decode().encode("utf-16"), "utf16"),
        (lambda data: data.decode().encode("utf-16-le"), "utf16"),
        (lambda data: data.replace(b"AU BON PAIN", "AU PÂTÉ".encode("cp1252")), "encoding"),
        (lambda data: data[: data.index(b"AU BON PAIN")], "truncated"),
        (lambda data: data.replace(b"AU BON", b'"AU BON'), "truncated"),
        (lambda data: data.replace(b"AU BON", b'"AU" BON'), "quotes"),
        (lambda data: data.replace(b"AU BON PAIN 1", b"A" * 200_000), "quotes"),
        (lambda data: data.replace(b"codeCommuneEtablissement", b"commune"), "missing_columns"),
        (lambda data: data.replace(b"statutDiffusionEtablissement", b"diffusion"), "missing_columns"),
        (lambda data: data.replace(b"codeCedexEtablissement", b"siret"), "duplicate_column"),
        (lambda data: data.split(b"\n", 1)[1], "missing_columns"),
        (lambda _data: b"SIREN,NIC,L1_NORMALISEE\n1,2,3\n", "legacy_layout"),
        (lambda _data: b"PK\x03\x04 half an archive", "zip"),
        (lambda _data: b"\x00\x01\x02\x03", "utf16"),
        (lambda _data: b"%PDF-1.7 not a table\nat all\n", "missing_columns"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(tmp_path, change, code):
    units, establishments = files(tmp_path)
    rewrite(establishments, change)

    remark = refusal(units, establishments)

    assert (remark.code, remark.file) == (code, establishments.name)
    assert remark.reason


def test_a_unit_file_cut_in_the_middle_leaves_nothing(tmp_path):
    units, establishments = files(tmp_path)
    rewrite(units, lambda data: data[: data.index(b"BOULANGERIE")])

    assert refusal(units, establishments).code == "truncated"


def test_files_given_in_the_place_of_each_other_are_told_so(tmp_path):
    units, establishments = files(tmp_path)

    assert refusal(establishments, units).code == "swapped"


def test_a_file_that_is_not_there_is_refused(tmp_path):
    units, _ = files(tmp_path)

    assert refusal(units, tmp_path / "nothing.csv").code == "unreadable"


def test_a_byte_order_mark_a_semicolon_and_a_zip_are_taken(tmp_path):
    units, establishments = files(tmp_path)
    rewrite(units, lambda data: b"\xef\xbb\xbf" + data.replace(b",", b";"))
    archive = tmp_path / "StockEtablissement_2020-01-01_utf8.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(establishments, "StockEtablissement_utf8.csv")

    assert load(units, archive).counts["new"] == 1
    assert LegalUnit.objects.get().name == "BOULANGERIE DU PONT 1"


def test_an_archive_of_two_files_and_a_truncated_one_are_refused(tmp_path):
    units, establishments = files(tmp_path)
    archive = tmp_path / "both.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(units, "a.csv")
        made.write(establishments, "b.csv")
    assert refusal(units, archive).code == "zip_content"
    archive.write_bytes(archive.read_bytes()[:-200])
    assert refusal(units, archive).code == "zip"


def test_unknown_columns_are_ignored(tmp_path):
    units, establishments = files(tmp_path)
    rewrite(
        establishments,
        lambda data: b"\n".join(line + b",new" for line in data.splitlines()) + b"\n",
    )

    assert load(units, establishments).counts["new"] == 1


GOOD = firms.siret(firms.siren(1))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("siret", "4,9E+13", "spreadsheet_number"),
        ("siret", GOOD[:9], "siren_for_siret"),
        ("siret", GOOD[1:], "lost_zero"),
        ("siret", "12A45678901234", "identifier"),
        ("siret", "", "identifier"),
        ("siren", firms.siren(99), "siren_differs"),
        ("codeCommuneEtablissement", "1004", "lost_zero"),
        ("codeCommuneEtablissement", "LILLE", "commune"),
        ("dateCreationEtablissement", "01/01/2010", "date"),
        ("dateCreationEtablissement", "2010-02-30", "date"),
        ("dateDebut", "20100101", "date"),
        ("etatAdministratifEtablissement", "X", "state"),
        ("statutDiffusionEtablissement", "", "diffusion"),
        ("trancheEffectifsEtablissement", "1", "lost_zero"),
        ("trancheEffectifsEtablissement", "99", "code"),
        ("activitePrincipaleEtablissement", "10.71CX", "code"),
        ("enseigne1Etablissement", "A\0B", "nul"),
    ],
)
def test_a_line_that_cannot_be_taken_is_refused_with_file_line_column_and_reason(
    tmp_path, column, value, code
):
    bad = firms.establishment_row(1, **{column: value})
    units, establishments = files(tmp_path, firms.establishment_row(2), bad)

    outcome = load(units, establishments)

    assert (outcome.counts["new"], outcome.counts["rejected"]) == (1, 1)
    (told,) = outcome.as_json()["rejects"]
    assert (told["file"], told["line"], told["code"]) == (establishments.name, 3, code)
    assert code == "nul" or told["column"] == column
    assert told["reason"]
    assert outcome.load.rejects.refused().count() == 1


def test_a_line_with_too_few_cells_and_one_read_twice_are_refused(tmp_path):
    units, establishments = files(
        tmp_path, firms.establishment_row(1), firms.establishment_row(1), firms.establishment_row(2)
    )
    rewrite(establishments, lambda data: data + b"1,2,3\n")

    outcome = load(units, establishments)

    assert [(r.line, r.code) for r in outcome.rejects] == [(3, "duplicate"), (5, "cells")]
    assert outcome.counts["new"] == 2


def test_a_firm_that_closes_before_its_birth_is_refused(tmp_path):
    row = firms.establishment_row(1, etatAdministratifEtablissement="F", dateDebut="2009-12-31")

    outcome = load(*files(tmp_path, row))

    assert [r.code for r in outcome.rejects] == ["dates_in_disorder"]


def test_a_wrong_check_digit_warns_and_the_line_is_taken(tmp_path):
    code = firms.siren(1)
    wrong = code[:8] + str((int(code[8]) + 1) % 10)
    row = firms.establishment_row(1, siren=wrong, siret=wrong + "00010")
    units, establishments = files(tmp_path, row)

    outcome = load(units, establishments)

    assert outcome.counts["new"] == 1
    assert {w.code for w in outcome.warnings} == {"check_digit"}


def test_an_office_of_la_poste_obeys_its_own_rule(tmp_path):
    row = firms.establishment_row(1, siren="356000000", siret="35600000000048")
    unit = firms.unit_row(1, siren="356000000")

    outcome = load(*files(tmp_path, row, units=[unit]))

    assert outcome.counts["new"] == 1
    assert outcome.warnings == []


@pytest.mark.parametrize("day", ["0001-01-01", "5015-03-02"])
def test_an_implausible_creation_is_an_unknown_start(tmp_path, day):
    outcome = load(*files(tmp_path, firms.establishment_row(1, dateCreationEtablissement=day)))

    assert [w.code for w in outcome.warnings] == ["implausible_date"]
    assert Spell.objects.get().starts_on is None


def test_a_unit_missing_from_its_file_leaves_the_establishment_with_a_doubt(tmp_path):
    outcome = load(*files(tmp_path, firms.establishment_row(1), units=[firms.unit_row(2)]))

    assert outcome.counts["new"] == 1
    assert [w.code for w in outcome.warnings] == ["unit_missing"]
    assert LegalUnit.objects.get().siren == firms.siren(1)


def test_an_older_stock_is_refused_once_a_newer_one_is_active(tmp_path):
    load(*files(tmp_path, day="2020-02-01"))

    with pytest.raises(Conflict, match="plus récent"):
        load(*files(tmp_path, day="2020-01-01"))


def test_files_without_a_date_are_taken_with_a_warning(tmp_path):
    units, establishments = files(tmp_path)
    units = units.rename(tmp_path / "units.csv")
    establishments = establishments.rename(tmp_path / "places.csv")

    outcome = load(units, establishments)

    assert outcome.counts["new"] == 1
    assert "--vintage" in outcome.notes[0]


def run(units, establishments, *options, territory="mel"):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(
            "import_sirene",
            *("--units", units, "--establishments", establishments, "--territory", territory),
            *("--json", *options), stdout=out, stderr=err,
        )  # fmt: skip
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue()), err.getvalue()


def test_the_command_prints_json_whatever_its_exit_and_progress_aside(tmp_path):
    units, establishments = files(tmp_path)
    keys = {"new", "changed", "closed", "moved", "unchanged", "absent", "rejected", "rejects"}

    code, answer, progress = run(units, establishments, "--dry-run")
    assert (code, answer["new"], answer["status"]) == (0, 1, "dry_run")
    assert keys <= answer.keys()
    assert "establishments" in progress
    assert not Load.objects.exists()

    code, answer, _ = run(units, establishments)
    assert (code, answer["new"]) == (0, 1)

    code, answer, message = run(units, units)
    assert (code, answer["rejects"][0]["file"]) == (2, units.name)
    assert "StockEtablissement" in message

    code, answer, _ = run(units, establishments, territory="nowhere")
    assert (code, answer["status"], answer["new"]) == (2, "refused", 0)

    older = files(tmp_path, day="2019-06-01")
    assert run(*older)[0] == 1


def test_the_command_without_json_says_the_same_in_words(tmp_path):
    units, establishments = files(tmp_path, firms.establishment_row(1, siret="4,9E+13"))
    out = io.StringIO()

    call_command(
        "import_sirene", units=units, establishments=establishments, territory="mel",
        stdout=out, stderr=io.StringIO(),
    )  # fmt: skip

    assert "rejected: 1" in out.getvalue()
    assert "un tableur a arrondi" in out.getvalue()
