"""Each refusal says the file, the line, the column, why, and what to do, in French and in English; never the text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from maillage.accounts.models import Organisation
from maillage.cohorts.reasons import REASONS
from maillage.intake import storage
from maillage.intake.models import Load, Reject
from maillage.kernel import clock
from tests.factories import accounts, cohorts as make, places
from tests.intake import files
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
SIREN, OTHER = "552100554", "443061841"
TOKEN = "0123456789abcdef" * 4
COLUMNS = (
    "jeton",
    "etape",
    "date",
    "montant",
    "commune",
    "code_postal",
    "qpv",
    "siret",
    "recette",
    "cle",
)
GOOD = {"jeton": TOKEN, "etape": "Accueil", "date": "2024-02-05", "cle": make.MARK}
SAID = "Ce Mot"  # of the cell, that no answer may repeat

# the column | its cell | the code | words of the reason in French, in English
LINES: list[tuple[str, str, str, str, str]] = [
    ("jeton", "12ab", "token", "64 chiffres", "64 digits"),
    ("jeton", TOKEN[:-1], "token", "ce n’est pas un jeton", "this is no token"),
    ("jeton", TOKEN + "0", "token", "ou rien", "or nothing"),
    ("jeton", SAID, "token", "de a à f", "letters a to f"),
    ("jeton", "g" * 64, "token", "64 chiffres", "64 digits"),
    ("etape", "", "blank", "", ""),
    ("etape", SAID, "unknown_stage", "prenez l’un de ceux de sa page", "take one of those on its page"),
    ("etape", "Acceuil", "unknown_stage", "n’a pas d’étape", "no stage of this name"),
    ("etape", "x" * 61, "too_long", "", ""),
    ("date", "", "blank", "", ""),
    ("date", SAID, "date", "", ""),
    ("date", "2024-02-30", "date", "", ""),
    ("date", "31/04/2024", "date", "", ""),
    ("date", "45000", "serial_day", "", ""),
    ("date", "05/02/24", "date", "", ""),
    ("date", "1800-02-05", "implausible_day", "", ""),
    ("date", "2024-12-02", "day_to_come", "", ""),
    ("date", "2099-01-01", "day_to_come", "", ""),
    ("montant", "0", "no_amount", "laissez la cellule vide", "leave the cell blank"),
    ("montant", "-12", "no_amount", "pas plus grand que zéro", "not more than nothing"),
    ("montant", "environ mille", "number", "", ""),
    ("montant", "1,2345", "too_precise", "", ""),
    ("montant", "1E+15", "spreadsheet_number", "", ""),
    ("montant", "9" * 16, "out_of_bounds", "", ""),
    ("commune", SAID, "commune_told", "son code INSEE", "its INSEE code"),
    ("commune", "00000", "commune_told", "pas une seule commune", "not one commune"),
    ("commune", "99999", "commune_told", "son code postal", "its postcode"),
    ("code_postal", "Lille", "postcode", "cinq chiffres", "five digits"),
    ("code_postal", "590001", "postcode", "cinq chiffres", "five digits"),
    ("code_postal", "59", "postcode", "cinq chiffres", "five digits"),
    ("qpv", SAID, "unknown_word", "", ""),
    ("siret", "812231132", "siren_for_siret", "", ""),
    ("siret", "81223113200027", "wrong_check_digit", "", ""),
    ("siret", "8122311320002", "lost_zero", "", ""),
    ("siret", SAID, "identifier", "", ""),
    ("cle", "", "no_key_told", "gardez la colonne", "keep the column"),
    ("cle", "0" * 16, "other_key", "prenez celle du programme", "take that of the programme"),
    ("cle", SAID, "other_key", "une autre clé", "another key"),
    *(("etape", stage, "amount_needed", "en euros", "in euros") for stage in ("Prêt", "Garantie", "loan", "GUARANTEE")),
    ("recette", "2", "other_recipe", "refaites le fichier", "make the file again"),
    ("recette", SAID, "other_recipe", "une autre version", "another version"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(noon("2024-12-01")):
        yield


@pytest.fixture
def structure() -> Organisation:
    places.places_loaded()
    found = make.structure(siren=SIREN)
    make.programme(None, found)
    return found


def run(
    path: Path, *words: str, structure: str = SIREN, language: str = "fr"
) -> tuple[int, dict[str, Any]]:
    out = StringIO()
    told = (str(path), "--structure", structure, "--json", *words)
    with translation.override(language):
        try:
            call_command("import_cohort", *told, stdout=out, stderr=StringIO())
        except SystemExit as leaving:
            return int(str(leaving.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def written(path: Path, *rows: dict[str, str], header: Sequence[str] = COLUMNS) -> Path:
    table = [[row.get(name, "") for name in header] for row in rows]
    path.write_bytes(files.as_csv([list(header), *table]))
    return path


def test_each_line_is_refused_at_its_column_for_its_reason_in_both_languages(
    tmp_path: Path, structure: Organisation
) -> None:
    """One list of every fault, a person a line, after one line that is right; no text of it is said again nor kept."""
    bad = [
        {**GOOD, "jeton": f"{rank:064x}", column: cell}
        for rank, (column, cell, *_said) in enumerate(LINES)
    ]
    path = written(tmp_path / "liste.csv", GOOD, *bad)
    told = {}
    for language in ("fr", "en"):
        words = ("--dry-run",) if language == "fr" else ()
        exit_code, answer = run(path, *words, language=language)
        told[language] = sorted(answer["rejects"], key=lambda one: int(one["line"]))
        counts = (exit_code, answer["read"], answer["accepted"], answer["rejected"])
        assert counts == (0, len(LINES) + 1, 1, len(LINES))
        assert SAID not in json.dumps(answer, ensure_ascii=False)
    for rank, (column, _cell, code, fr, en) in enumerate(LINES):
        french, english = told["fr"][rank], told["en"][rank]
        assert (french["file"], french["line"], french["value"]) == ("liste.csv", rank + 3, "")
        told_at = "montant" if code == "amount_needed" else column
        assert (french["column"], french["code"]) == (told_at, code)
        assert fr in french["reason"]
        assert en in english["reason"]
        assert french["reason"] != english["reason"]
    assert {(one.value, str(one.row)) for one in Reject.objects.all()} == {("", "{}")}


def test_a_line_told_twice_is_refused_once_in_other_words_too(
    tmp_path: Path, structure: Organisation
) -> None:
    """`Accueil`, `accueil` and `Welcome` are one stage; another day, another stage or nobody's are not one line."""
    rows = [
        GOOD,
        {**GOOD, "etape": "accueil"},
        {**GOOD, "etape": "Welcome", "date": "05/02/2024"},
        {**GOOD, "etape": "Welcome", "commune": "59350"},
        {**GOOD, "date": "2024-02-06"},
        {**GOOD, "etape": "Création"},
        {**GOOD, "jeton": ""},
        {**GOOD, "jeton": ""},
    ]
    _code, answer = run(written(tmp_path / "liste.csv", *rows))
    assert sorted((one["line"], one["code"]) for one in answer["rejects"]) == [
        (line, "duplicate") for line in (3, 4, 5)
    ]
    assert answer["accepted"] == len(make.standing()) == 5


# what the file is | the code | the line | the column
WHOLE: list[tuple[bytes, str, int, str]] = [
    (b"", "empty", 1, ""),
    (b"jeton;etape;date\n", "empty", 1, ""),
    (b"jeton;etape\n;Accueil\n", "missing_columns", 1, "date"),
    (b"etape;date\nAccueil;2024-02-05\n", "missing_columns", 1, "jeton"),
    (b"jeton;etape;date;date\n;Accueil;2024-02-05;2024-02-05\n", "duplicate_column", 1, "date"),
    (b"jeton;etape;date;jour\n;Accueil;2024-02-05;2024-02-05\n", "duplicate_column", 1, "jour"),
    (b'jeton;etape;date\n;"Accueil;2024-02-05\n', "open_quote", 2, ""),
    (b"Nom;jeton;etape;date\n;;Accueil;2024-02-05\n", "holds_names", 1, "Nom"),
    (b"jeton;etape;date;Tel\n;Accueil;2024-02-05;\n", "holds_phones", 1, "Tel"),
    (b"jeton;etape;date;n\n;Accueil;2024-02-05;\n;Accueil;2024-02-05;a@b.fr\n", "holds_mails", 3, "n"),
    (b"jeton;etape;date;commune\n;Accueil;2024-02-05;1 85 02 59 350 123 45\n", "holds_numbers", 2, "commune"),
    (b"jeton;etape;date\n;Accueil;1985-02-05\n", "holds_births", 2, "date"),
    (b"jeton;etape;date;Adresse\n;Accueil;2024-02-05;\n", "holds_addresses", 1, "Adresse"),
    (b"Suivi de a@b.fr\njeton;etape;date\n;Accueil;2024-02-05\n", "holds_mails", 1, "1"),
]  # fmt: skip


def test_a_file_refused_whole_says_where_and_why_and_leaves_nothing(
    tmp_path: Path, structure: Organisation
) -> None:
    path = tmp_path / "liste.csv"
    for content, code, line, column in WHOLE:
        path.write_bytes(content)
        for language in ("fr", "en"):
            exit_code, answer = run(path, language=language)
            (one,) = answer["rejects"]
            assert (exit_code, answer["status"], answer["accepted"]) == (2, "refused", 0), content
            assert answer["read"] == answer["accepted"] + answer["rejected"]
            assert (one["file"], one["line"], one["column"]) == ("liste.csv", line, column)
            assert one["code"] == code or answer["read"] == 0
            assert one["reason"]
            if code in REASONS:
                wanted = REASONS[code].fr if language == "fr" else REASONS[code].en
                assert one["reason"] == wanted
    assert make.standing() == []


def test_the_file_of_a_list_that_was_refused_or_applied_is_gone(
    tmp_path: Path, structure: Organisation
) -> None:
    bad = tmp_path / "liste.csv"
    bad.write_bytes(b"jeton;etape;date;n\n;Accueil;2024-02-05;a@b.fr\n")
    run(bad)
    run(written(tmp_path / "bonne.csv", GOOD))
    for load in Load.objects.all():
        kept = storage.path_of(load, "file")
        assert not kept.exists(), (load.state, load.files)


def test_a_dry_run_reads_everything_and_writes_nothing(
    tmp_path: Path, structure: Organisation
) -> None:
    path = written(tmp_path / "liste.csv", GOOD, {**GOOD, "etape": "Rien"}, {**GOOD, "jeton": ""})
    code, answer = run(path, "--dry-run")
    assert (code, answer["status"]) == (0, "dry_run")
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
    assert (answer["kinds"], make.standing()) == ({"new": 2}, [])


HEADERS = [
    ("Pseudonyme;Stade;Jour;Clé", {"Pseudonyme": "jeton", "Stade": "etape", "Jour": "date", "Clé": "cle"}),
    ("JETON;ÉTAPE;DATE;CLE", {"JETON": "jeton", "ÉTAPE": "etape", "DATE": "date", "CLE": "cle"}),
    ("identifiant pseudonyme;statut;date d’entrée;cle", {
        "identifiant pseudonyme": "jeton", "statut": "etape", "date d’entrée": "date"}),
    ("Token;Step;Day;Key", {"Token": "jeton", "Step": "etape", "Day": "date", "Key": "cle"}),
    ("jeton;etape;date;cle;zzz", {}),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "named"), [("utf-8-sig", "utf-8-sig"), ("cp1252", "")])
def test_headers_and_encodings_of_spreadsheets_are_understood_and_told(
    tmp_path: Path, structure: Organisation, encoding: str, named: str
) -> None:
    path = tmp_path / "liste.csv"
    for header, aliases in HEADERS:
        extra = ";" * header.count("zzz")
        rows = (
            f"{TOKEN};Prêt d’honneur;2024-02-05;{make.MARK}{extra}\n;Création;05/02/2024;{extra}\n"
        )
        path.write_bytes(f"{header}\n{rows}".encode(encoding))
        code, answer = run(path, "--dry-run")
        assert (code, answer["read"], answer["accepted"]) == (0, 2, 1)
        assert answer["aliases"] == aliases
        assert named in answer["encoding"]


@pytest.mark.parametrize(
    ("words", "siren", "en"),
    [
        ((), OTHER, "programme"),
        ((), "000000000", "SIREN 000000000"),
        ((), "x", "No active organisation"),
        (("--programme", "Autre"), SIREN, "Name the programme"),
        (("--corrects", "999999"), SIREN, "no such deposit"),
        (("--corrects", "x"), SIREN, ""),
    ],
)
def test_a_request_that_cannot_be_taken_is_one_reject_at_line_1_in_both_languages(
    tmp_path: Path, structure: Organisation, words: tuple[str, ...], siren: str, en: str
) -> None:
    accounts.organisation(siren=OTHER)
    path = written(tmp_path / "liste.csv", GOOD)
    told = {}
    for language in ("fr", "en"):
        code, answer = run(path, *words, structure=siren, language=language)
        (one,) = answer["rejects"]
        assert (code, one["file"], one["line"], answer["read"], answer["accepted"]) == (
            2,
            "liste.csv",
            1,
            0,
            0,
        )
        told[language] = f"{one['reason']} {' '.join(answer['notes'])}"
    assert en in told["en"]
    assert told["fr"] != told["en"]
    assert make.standing() == []


def test_a_deposit_corrects_one_of_its_structure_and_programme_only(
    tmp_path: Path, structure: Organisation
) -> None:
    other = make.structure(siren=OTHER)
    make.programme(None, structure, other, name="Seconde (inventée)")
    first = make.handed(
        make.acting(structure), ("Anne", "Accueil", "2024-02-05"), programme="Fabrique (inventé)"
    )
    theirs = make.handed(make.acting(other), ("Anne", "Accueil", "2024-02-05"))
    path = written(tmp_path / "liste.csv", {**GOOD, "date": "2024-03-05"})
    for programme, load, taken in (
        ("Seconde (inventée)", first, False),
        ("Fabrique (inventé)", theirs, False),
        ("Seconde (inventée)", theirs, False),
        ("Fabrique (inventé)", first, True),
    ):
        code, answer = run(path, "--programme", programme, "--corrects", str(load.pk))
        assert (code == 0, answer["status"] == "applied") == (taken, taken)
    assert [one.on.isoformat() for one in make.standing(organisation=structure)] == ["2024-03-05"]
    assert len(make.standing(organisation=other)) == 1
