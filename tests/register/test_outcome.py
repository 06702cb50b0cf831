"""What an import answers, as JSON and as words: stable keys, counts that stay true past what is shown."""

import io

import pytest

from maillage.kernel.errors import Conflict
from maillage.places import UnknownTerritory
from maillage.register.importers import files, outcome as outcomes, telling
from maillage.register.importers.outcome import Outcome
from maillage.register.rejects import REASONS, CannotTake, Remark

KEYS = {"new", "changed", "closed", "moved", "unchanged", "absent", "rejected", "rejects"}
BAD = Remark("StockEtablissement.csv", 12, "siret", "siren_for_siret", "732829320")


def test_the_answer_has_the_keys_of_the_contract_even_when_nothing_was_read():
    told = Outcome().as_json()

    assert told.keys() >= KEYS
    assert told["rejects"] == []
    assert all(told[key] == 0 for key in KEYS - {"rejects"})


def test_a_refused_line_says_file_line_column_and_reason_in_french():
    assert BAD.as_json() == {
        "file": "StockEtablissement.csv", "line": 12, "column": "siret",
        "reason": "un SIREN (9 chiffres) tient la place du SIRET (14 chiffres)",
        "code": "siren_for_siret",
    }  # fmt: skip


def test_refused_lines_are_counted_beyond_those_that_are_shown(monkeypatch):
    monkeypatch.setattr(outcomes, "SHOWN", 2)
    told = Outcome()
    for _ in range(3):
        told.remark(BAD)
        told.remark(BAD._replace(is_warning=True))

    assert (told.counts["rejected"], len(told.rejects)) == (3, 2)
    assert (told.counts["warned"], len(told.warnings)) == (3, 2)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_reason_is_told_in_both_languages(code):
    words = REASONS[code]

    assert words.fr
    assert words.en
    assert words.fr != words.en


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(CannotTake(BAD), 2), (UnknownTerritory("nowhere"), 2), (Conflict("busy"), 1)],
)
def test_a_request_or_file_that_cannot_be_taken_exits_2_and_a_refusal_exits_1(refusal, code):
    told, found = telling.refused(refusal)

    assert (told.status, found) == ("refused", code)
    assert told.rejects == ([BAD] if isinstance(refusal, CannotTake) else [])


def test_a_refused_import_tells_why_aside_and_still_answers(tmp_path, monkeypatch):
    def refuse(**_request):
        raise CannotTake(BAD)

    monkeypatch.setattr(files, "import_stock", refuse)
    given = {"units": tmp_path, "establishments": tmp_path, "territory": "mel"}
    out, err = io.StringIO(), io.StringIO()

    assert telling.tell_import(given, as_json=True, out=out, err=err) == 2
    assert '"status": "refused"' in out.getvalue()
    assert "StockEtablissement.csv:12 (siret)" in err.getvalue()
