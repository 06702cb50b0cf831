"""How somebody's own columns are tied to acts: what a mapping says, and what it may not."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.kernel.rows import BadCell
from maillage.ledger import kinds, mapping
from maillage.ledger.importers.past_acts import IMPORTER
from maillage.ledger.mapping import FIELDS, past_kinds, understood
from tests.factories.intake import MAPPING

DAY = date(2020, 1, 15)
ALL = """
kind = "outreach.visit_done"

[columns]
occurred_on = "Date"
siret = "SIRET"
name = "Entreprise"
commune = "Commune"
kind = "Résultat"
theme = "Besoin"
amount = "Montant"
jobs = "ETP"
quantity = "Nombre"
reference = "N°"

[kinds]
"Vu" = "outreach.visit_done"

[themes]
"Énergie" = "energy"
"""


def wrong(text: str) -> tuple[str, str]:
    with pytest.raises(BadCell) as refused:
        understood(text)
    assert refused.value.code in IMPORTER.reasons
    return refused.value.code, refused.value.value


def test_every_field_may_be_mapped_and_is_found_under_its_own_header() -> None:
    mapped = understood(ALL)

    assert [column.name for column in mapped.columns] == list(FIELDS)
    assert {c.name for c in mapped.columns if not c.may_be_blank} == {"occurred_on", "kind"}
    assert all(column.needed for column in mapped.columns)
    assert "resultat" in next(c for c in mapped.columns if c.name == "kind").spellings


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Visite faite", "visit_done"), ("VISITE FAITE", "visit_done"), ("absent", "visit_absent"), (None, "visit_done"),
     ("autre chose", "visit_done")],
)  # fmt: skip
def test_a_word_means_its_kind_and_any_other_the_kind_of_the_file(
    word: str | None, kind: str
) -> None:
    assert understood(MAPPING).kind_of(word).name == f"outreach.{kind}"


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("Numérique", "digital"),
        ("numerique", "digital"),
        ("energy", "energy"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_word_means_its_theme_and_a_code_itself(word: str | None, theme: str) -> None:
    assert understood(MAPPING).theme_of(word, DAY) == theme


def test_an_unknown_theme_is_refused_since_it_might_be_sensitive() -> None:
    with pytest.raises(BadCell) as refused:
        understood(MAPPING).theme_of("autre", DAY)

    assert (refused.value.column, refused.value.code) == ("theme", "unknown_word")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ("mapping_needs", "occurred_on, kind")),
        ("= ", ("mapping_toml", None)),
        ('kinds = "x"', ("mapping_table", "kinds")),
        ("[themes]\na = 1", ("mapping_needs", None)),
        ("other = 1\nmore = 2", ("mapping_unknown", "more, other")),
        ('[columns]\nsiren = "S"', ("mapping_unknown", "siren")),
        ('kind = "outreach.visit"', ("mapping_kind", "outreach.visit")),
        ('[kinds]\n"x" = "y"', ("mapping_kind", "y")),
    ],
)
def test_what_a_mapping_may_not_say(text: str, said: tuple[str, str | None]) -> None:
    code, value = wrong(text)

    assert code == said[0]
    assert said[1] in {None, value}


def test_money_needs_no_firm_and_visits_do() -> None:
    columns = '[columns]\noccurred_on = "D"\namount = "M"\n'

    assert understood(f'kind = "conventions.payment_made"\n{columns}').kind is not None
    assert wrong(f'kind = "outreach.call_done"\n{columns}') == ("mapping_needs", "siret")


def test_only_acts_of_the_field_and_money_are_taken_from_a_file() -> None:
    taken = set(past_kinds())

    assert {"outreach.visit_done", "outreach.need_expressed", "conventions.payment_made"} <= taken
    assert not taken & {
        "figures.period_published",
        "outreach.firm_listed",
        "conventions.version_signed",
    }
    assert taken < set(kinds())


def test_a_mapping_is_understood_once() -> None:
    assert mapping.understood(ALL) is mapping.understood(ALL)


def test_the_importer_reads_the_columns_that_were_mapped() -> None:
    names = [column.name for column in IMPORTER.columns_for({"mapping": MAPPING})]

    assert names == ["occurred_on", "siret", "name", "commune", "kind", "theme", "reference"]
    assert not IMPORTER.common
