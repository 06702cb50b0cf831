"""`maillage pseudonymise`: a structure's spreadsheet becomes a list that tells who nobody is."""

from __future__ import annotations

import json
import stat
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.cohorts import recipe
from tests.intake import files

HEAD = [
    "Nom",
    "Prénom",
    "Né(e) le",
    "Courriel",
    "Étape",
    "Date de l’étape",
    "Montant (€)",
    "CP",
    "Habite en QPV",
    "Suivi par",
]
ROWS = [
    HEAD,
    ["LEFEVRE", "Anne-Marie", "02/03/1985", "am@exemple.fr", "Accueil", "05/02/2024", "", "59000", "Oui", "Zoé K."],
    ["Lefèvre", "anne marie", "2 mars 1985", "", "Prêt", "2024-06-03", "1 500,50 €", "59000", "oui", ""],
    ["Petit", "Luc", "", "", "Accueil", "05/02/2024", "", "", "ne sait pas", ""],
    ["Petit", "Luc", "31/02/1985", "", "Accueil", "05/02/2024", "", "", "", ""],
    ["Mar7in", "Eve", "01/01/1990", "", "Accueil", "05/02/2024", "", "", "", ""],
]  # fmt: skip


def run(*words: object) -> tuple[int, dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("pseudonymise", *map(str, words), stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(str(leaving.code)), json.loads(out.getvalue()), out.getvalue()
    return 0, json.loads(out.getvalue()), out.getvalue()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "programme.key"
    run("--make-key", path)
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_spreadsheet_becomes_a_list_without_anybody_in_it(
    tmp_path: Path, key: Path, form: str
) -> None:
    source = tmp_path / f"suivi.{form}"
    source.write_bytes(files.as_csv(ROWS) if form == "csv" else files.as_xlsx(("Suivi", ROWS)))
    code, answer, printed = run(source, "--key-file", key)
    assert (code, answer["status"], answer["version"]) == (0, "written", "1")
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (5, 3, 2)
    assert answer["without_birth"] == 1
    assert {(one["line"], one["column"]) for one in answer["rejects"]} == {
        (5, "naissance"),
        (6, "nom"),
    }
    assert answer["aliases"]["Né(e) le"] == "naissance"
    assert set(answer["left_out"]) == {"Courriel", "Suivi par"}
    assert key.read_text().strip() not in printed
    written = Path(answer["written"])
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    text = written.read_text("utf-8")
    head, *lines = [line.split(";") for line in text.splitlines()]
    assert head == ["jeton", "etape", "date", "montant", "commune", "code_postal", "qpv", "siret", "recette", "cle"]  # fmt: skip
    mark = recipe.fingerprint(key.read_bytes().strip())
    told = [line[1:] for line in lines]
    assert told == [
        ["Accueil", "2024-02-05", "", "", "59000", "oui", "", "1", mark],
        ["Prêt", "2024-06-03", "1500.50", "", "59000", "oui", "", "1", mark],
        ["Accueil", "2024-02-05", "", "", "", "", "", "1", mark],
    ]
    assert lines[0][0] == lines[1][0]
    assert (len(lines[0][0]), lines[2][0]) == (64, "")
    for secret in ("lefevre", "anne", "1985", "exemple", "petit", "zoé", "mar7in"):
        assert secret not in text.casefold()
        assert secret not in printed.casefold()


def test_two_keys_make_two_strangers(tmp_path: Path, key: Path) -> None:
    source, other = tmp_path / "suivi.csv", tmp_path / "other.key"
    source.write_bytes(files.as_csv(ROWS[:2]))
    assert run("--make-key", other)[1]["fingerprint"] != ""
    tokens = set()
    for one in (key, other):
        out = tmp_path / f"{one.stem}.csv"
        assert run(source, "--key-file", one, "--out", out)[0] == 0
        tokens.add(out.read_text().splitlines()[1].partition(";")[0])
    assert len(tokens) == 2


def test_a_key_is_drawn_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "programme.key"
    code, answer, printed = run("--make-key", path)
    assert (code, answer["status"], len(answer["fingerprint"])) == (0, "made", 16)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    drawn = path.read_text().strip()
    assert len(drawn) == 64
    assert drawn not in printed
    code, answer, _ = run("--make-key", path)
    assert (code, answer["status"], path.read_text().strip()) == (1, "refused", drawn)
    code, answer, _ = run("--make-key", tmp_path / "nowhere" / "key")
    assert (code, answer["status"]) == (1, "refused")


def test_a_key_that_is_short_lost_or_anybodys_to_change_is_refused(
    tmp_path: Path, key: Path
) -> None:
    source = tmp_path / "suivi.csv"
    source.write_bytes(files.as_csv(ROWS))
    short = tmp_path / "short.key"
    short.write_bytes(b"k" * 31 + b"\n")
    for path in (short, tmp_path / "lost.key"):
        code, answer, _ = run(source, "--key-file", path)
        assert (code, answer["status"], answer["rejects"][0]["line"]) == (1, "refused", 1)
    key.chmod(0o666)
    assert run(source, "--key-file", key)[0] == 1
    key.chmod(0o644)
    code, answer, _ = run(source, "--key-file", key)
    assert (code, bool(answer["notes"])) == (0, True)


def test_a_file_that_cannot_be_taken_is_one_reject_at_line_1(tmp_path: Path, key: Path) -> None:
    source = tmp_path / "suivi.csv"
    source.write_text("Nom;Étape\nPetit;Accueil\n")
    code, answer, _ = run(source, "--key-file", key)
    (one,) = answer["rejects"]
    assert (code, answer["read"], one["line"]) == (2, 0, 1)
    assert "prenom" in one["column"]
    assert not list(tmp_path.glob("*pseudonymes*"))
    assert not list(tmp_path.glob(".*"))
    code, answer, _ = run(source)
    assert (code, answer["status"]) == (2, "refused")
    assert run(tmp_path / "absent.csv", "--key-file", key)[0] == 2
    source.write_bytes(files.as_csv(ROWS[:2]))
    assert run(source, "--key-file", key, "--out", tmp_path / "no" / "where.csv")[0] == 2


def test_the_answer_is_json_bytes_that_any_program_reads(tmp_path: Path, key: Path) -> None:
    source = tmp_path / "suivi.csv"
    source.write_bytes(BytesIO(files.as_csv(ROWS)).getvalue())
    _code, answer, printed = run(source, "--key-file", key, "--json")
    assert json.loads(printed) == answer
    assert answer["read"] == answer["accepted"] + answer["rejected"]
