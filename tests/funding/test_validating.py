"""A file held against the schema «subventions»: each fault by line, column and code; the official examples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from maillage.funding.scdl.validating import Verdict, validate
from tests.factories import funding as make
from tests.services import SHARED


def told(tmp_path: Path, content: bytes, version: str = "2.1.1") -> Verdict:
    path = tmp_path / "subventions.csv"
    path.write_bytes(content)
    return validate(path, version)


def faults(verdict: Verdict) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.code) for one in verdict.errors]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ({"nomAttribuant": ""}, "nomAttribuant", "constraint-error"),
        ({"idAttribuant": "21860194600000"}, "idAttribuant", "french-siret-value"),
        ({"dateConvention": "05/12/2016"}, "dateConvention", "type-error"),
        ({"dateConvention": "2016-02-30"}, "dateConvention", "type-error"),
        ({"idBeneficiaire": "32402138500000.0"}, "idBeneficiaire", "french-siret-value"),
        ({"idBeneficiaire": ""}, "idBeneficiaire", "one-of-required"),
        ({"rnaBeneficiaire": "W3222"}, "rnaBeneficiaire", "constraint-error"),
        ({"objet": "x" * 257}, "objet", "constraint-error"),
        ({"montant": "100000,1"}, "montant", "type-error"),
        ({"montant": ""}, "montant", "constraint-error"),
        ({"nature": "aide en numéraire,aide en nature"}, "nature", "constraint-error"),
        ({"datesPeriodeVersement": "2017-06-27_2018-06-27"}, "datesPeriodeVersement", "constraint-error"),
        ({"idRAE": "123456"}, "idRAE", "constraint-error"),
        ({"notificationUE": "no"}, "notificationUE", "type-error"),
        ({"pourcentageSubvention": "100"}, "pourcentageSubvention", "constraint-error"),
        ({"pourcentageSubvention": "0,5"}, "pourcentageSubvention", "type-error"),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_line_column_and_code(
    tmp_path: Path, line: dict[str, str], column: str, code: str
) -> None:
    verdict = told(tmp_path, make.file({}, line))
    assert faults(verdict) == [(3, column, code)]
    assert not verdict.valid
    assert verdict.errors[0].reason


def test_a_siret_that_is_too_short_is_told_by_both_checks_where_the_schema_has_both(
    tmp_path: Path,
) -> None:
    verdict = told(tmp_path, make.file({"idAttribuant": "218601946"}))
    assert faults(verdict) == [
        (2, "idAttribuant", "constraint-error"),
        (2, "idAttribuant", "french-siret-value"),
    ]


def test_the_schema_wants_all_of_its_columns_and_no_other_in_whatever_order(tmp_path: Path) -> None:
    verdict = told(tmp_path, make.file({}, {}, without="montant dispositifAide"))
    assert faults(verdict) == [
        (1, "montant", "missing-label"),
        (1, "dispositifAide", "missing-label"),
    ]
    verdict = told(tmp_path, make.file({}, names={"idRAE": "exercice"}))
    assert faults(verdict) == [(1, "exercice", "extra-label"), (1, "idRAE", "missing-label")]
    doubled = told(tmp_path, make.file({}, names={"idRAE": "objet"}))
    assert faults(doubled)[0] == (1, "objet", "duplicate-label")


@pytest.mark.parametrize(
    ("version", "line", "wrong"),
    [
        ("2.1.1", {"idBeneficiaire": "", "rnaBeneficiaire": "W123456789"}, []),
        ("2.0.2", {"idBeneficiaire": ""}, ["constraint-error"]),
        ("2.0.2", {"pourcentageSubvention": "0"}, ["constraint-error"]),
        ("1.1.0", {"pourcentageSubvention": "0"}, []),
        ("1.1.0", {"idRAE": "123456"}, []),
    ],
)
def test_each_version_asks_what_it_asks(
    tmp_path: Path, version: str, line: dict[str, str], wrong: list[str]
) -> None:
    later = "" if version == "2.1.1" else "rnaBeneficiaire dispositifAide"
    verdict = told(tmp_path, make.file(line, without=later), version)
    assert [one.code for one in verdict.errors] == wrong


@pytest.mark.parametrize(
    ("content", "line"), [(b"", 1), (b"nomAttribuant\n", 1), (b"a;b\n1;\x81\n", 2)]
)
def test_what_is_no_table_is_one_fault(tmp_path: Path, content: bytes, line: int) -> None:
    verdict = told(tmp_path, content)
    assert (line, "", "source-error") in faults(verdict)


def test_every_fault_is_counted_and_a_thousand_are_told(tmp_path: Path) -> None:
    verdict = told(tmp_path, make.file(*[{"notificationUE": "no"}] * 1_100))
    assert verdict.counted == Counter({"type-error": 1_100})
    assert len(verdict.errors) == 1_000


def official(name: str) -> Path:
    path = SHARED / "data/schemas/examples" / name
    if not path.is_file():
        pytest.skip(f"the official example {name} is not at hand")
    return path


def test_the_official_valid_example_is_valid() -> None:
    verdict = validate(official("scdl_subventions_valide.csv"))
    assert (verdict.read, verdict.errors) == (29, [])


def test_the_official_invalid_example_has_the_faults_of_the_schema() -> None:
    verdict = validate(official("scdl_subventions_invalide_cellules.csv"))
    own = {"french-siret-value", "one-of-required"}
    # What frictionless 5 says of it by the official schema, the two custom checks apart.
    assert [one for one in faults(verdict) if one[2] not in own] == [
        (1, "dispositifAide", "missing-label"),
        (2, "pourcentageSubvention", "constraint-error"), (3, "pourcentageSubvention", "constraint-error"),
        (4, "pourcentageSubvention", "constraint-error"), (5, "dateConvention", "type-error"),
        (5, "rnaBeneficiaire", "constraint-error"), (6, "montant", "type-error"), (6, "notificationUE", "type-error"),
        (7, "idAttribuant", "constraint-error"), (8, "datesPeriodeVersement", "constraint-error"),
        (8, "notificationUE", "type-error"), (9, "pourcentageSubvention", "type-error"),
        (10, "montant", "constraint-error"), (12, "rnaBeneficiaire", "constraint-error"),
        (16, "nature", "constraint-error"), (30, "rnaBeneficiaire", "constraint-error"),
    ]  # fmt: skip
    assert (9, "idBeneficiaire", "one-of-required") in faults(verdict)
    assert (6, "idBeneficiaire", "french-siret-value") in faults(verdict)
