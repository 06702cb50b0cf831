"""`maillage import_scdl` and `validate_scdl`: what programs read of them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.funding.models import PublishedGrant
from tests.factories import funding as make
from tests.services import SHARED


def run(name: str, path: Path, *options: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(name, str(path), *options, stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def answer_of(name: str, path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code, printed, _said = run(name, path, "--json", *options)
    return code, json.loads(printed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "subventions.csv"


@pytest.mark.django_db
def test_an_import_says_what_it_read_and_how_it_understood_it(path: Path) -> None:
    names = {"idBeneficiaire": "N° SIRET", "montant": "mtsubv"}
    path.write_bytes(make.file({}, {"montant": "?"}, names=names))
    code, answer = answer_of("import_scdl", path)
    assert (code, answer["status"]) == (0, "applied")
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (2, 1, 1)
    assert answer["aliases"] == {"N° SIRET": "idBeneficiaire", "mtsubv": "montant"}
    assert (answer["encoding"], answer["version"]) == ("utf-8-sig", "2.1.1")
    (one,) = answer["rejects"]
    assert (one["file"], one["line"], one["column"]) == ("subventions.csv", 3, "montant")
    assert one["reason"]
    assert PublishedGrant.objects.count() == 1


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(path: Path) -> None:
    path.write_bytes(make.file({}, without="rnaBeneficiaire dispositifAide"))
    code, answer = answer_of("import_scdl", path, "--dry-run")
    assert (code, answer["status"], answer["version"]) == (0, "dry_run", "2.0.2")
    assert not PublishedGrant.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code", "columns"),
    [(b"", "empty", ""), (b"Titre\nMontant;Objet\n12;x\n", "missing_columns", "idAttribuant")],
)
def test_a_file_refused_whole_is_one_reject_at_line_1(
    path: Path, content: bytes, code: str, columns: str
) -> None:
    path.write_bytes(content)
    left, answer = answer_of("import_scdl", path)
    assert (left, answer["status"], answer["read"]) == (2, "refused", 0)
    (one,) = answer["rejects"]
    assert one["code"] == code
    assert columns in one["column"]


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said_to_be_unreadable(path: Path) -> None:
    code, answer = answer_of("import_scdl", path)
    assert (code, answer["status"], answer["aliases"]) == (2, "refused", {})


@pytest.mark.django_db
def test_real_lists_that_are_at_hand_are_read_line_by_line() -> None:
    somme = SHARED / "data/subsidies/somme_subventions_2022_latin1.csv"
    if not somme.is_file():
        pytest.skip("the real lists of grants are not at hand")
    _code, answer = answer_of("import_scdl", somme)
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (18, 18, 0)
    amounts = PublishedGrant.objects.order_by("number").values_list("amount_cents", flat=True)
    assert list(amounts[:2]) == [23_200_000, 23_400_000]
    for name, read in (("scdl_import_fixture.csv", 9), ("scdl_import_fixture.xlsx", 10)):
        _code, answer = answer_of("import_scdl", somme.with_name(name))
        assert answer["read"] == answer["accepted"] + answer["rejected"] == read


def test_a_validation_says_each_fault_to_people_and_to_programs(path: Path) -> None:
    path.write_bytes(make.file({}, {"montant": "12,5"}))
    code, answer = answer_of("validate_scdl", path)
    assert (code, answer["valid"], answer["read"]) == (1, False, 2)
    (fault,) = answer["errors"]
    assert (fault["line"], fault["column"], fault["code"]) == (3, "montant", "type-error")
    code, printed, said = run("validate_scdl", path)
    assert (code, printed.strip()) == (1, "not valid: 2 read")
    assert said.startswith("subventions.csv:3 montant: ")
    path.write_bytes(make.file({}))
    assert answer_of("validate_scdl", path)[1]["valid"] is True
