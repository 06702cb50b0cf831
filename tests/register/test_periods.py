"""A line of the history read alone: what it tells, or the reason why it is refused; no database."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers.cells import BadCell
from maillage.register.importers.periods import COLUMNS, PeriodFacts, period_picker, read_period
from maillage.register.rejects import REASONS
from maillage.site.stock.columns import HISTORY
from tests.factories import register as firms

SIRET = firms.siret(firms.siren(1))


def line(**cells: str) -> list[str]:
    """A line of the 18 columns, in INSEE's order."""
    told = firms.period_row(1, **cells)
    return [told.get(name, "") for name in HISTORY]


def read(**cells: str) -> tuple[str, PeriodFacts, list[tuple[str, str, str]]]:
    return read_period(period_picker(HISTORY)(line(**cells)))


def test_a_period_is_read_from_the_columns_of_insee() -> None:
    siret, facts, doubts = read(enseigne1Etablissement="AU FOUR")

    assert siret == SIRET
    assert facts == PeriodFacts(
        "2010-01-01", "2014-12-31", "A", "10.71C", "NAFRev2", "O", "AU FOUR", ""
    )
    assert doubts == []


def test_the_eighteen_columns_hold_all_that_is_read() -> None:
    assert len(HISTORY) == 18
    assert set(COLUMNS) <= set(HISTORY)


def test_columns_are_found_by_their_names_in_any_order() -> None:
    backwards = HISTORY[::-1]

    assert read_period(period_picker(backwards)(line()[::-1])) == read()


def test_an_optional_column_that_is_missing_reads_blank() -> None:
    kept = [name for name in HISTORY if not name.startswith("enseigne")]
    told = firms.period_row(1, enseigne1Etablissement="AU FOUR")
    cells = [told.get(name, "") for name in kept]

    assert read_period(period_picker(kept)(cells))[1].trade_name == ""


def test_the_period_that_goes_on_has_no_last_day() -> None:
    assert read(dateFin="")[1].ends_on is None


def test_a_period_of_one_day_is_taken() -> None:
    facts = read(dateDebut="2014-12-31")[1]

    assert facts.starts_on == facts.ends_on == "2014-12-31"


@pytest.mark.parametrize(
    ("written", "kept"), [("O", "O"), ("N", "N"), ("", ""), ("[ND]", ""), ("o", "")]
)
def test_an_employer_flag_is_yes_no_or_not_known(written: str, kept: str) -> None:
    assert read(caractereEmployeurEtablissement=written)[1].employer == kept


@pytest.mark.parametrize("column", ["dateDebut", "dateFin"])
def test_a_withheld_day_is_not_known_and_leaves_no_doubt(column: str) -> None:
    _siret, facts, doubts = read(**{column: "[ND]"})

    assert None in {facts.starts_on, facts.ends_on}
    assert doubts == []


def test_a_sign_longer_than_its_column_is_cut() -> None:
    facts = read(enseigne1Etablissement="A" * 300, denominationUsuelleEtablissement="B" * 300)[1]

    assert (len(facts.trade_name), len(facts.usual_name)) == (160, 100)


def test_codes_of_older_nomenclatures_are_kept_as_they_are() -> None:
    facts = read(
        activitePrincipaleEtablissement="158C",
        nomenclatureActivitePrincipaleEtablissement="NAFRev1",
    )[1]

    assert (facts.activity, facts.nomenclature) == ("158C", "NAFRev1")


ODD = ["", " ", "[ND]", "A", "F", "O", "2010-01-01", "2010-13-45", "0001-01-01", "4,9E+13", SIRET,
       SIRET[:9], "10.71C", "É" * 400, "a\tb", "2010-W01-1"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(ODD) | st.text(max_size=20)))
def test_whatever_the_cells_a_line_is_read_or_refused_with_a_reason_in_words(
    cells: dict[str, str],
) -> None:
    try:
        siret, facts, doubts = read(**cells)
    except BadCell as fault:
        refused = fault
    else:
        refused = None
    if refused:
        assert refused.code in REASONS
        assert refused.column in COLUMNS
        return
    assert len(siret) == 14
    assert facts.state in {"A", "F"}
    assert not (facts.starts_on and facts.ends_on) or facts.starts_on <= facts.ends_on
    assert {code for _column, code, _value in doubts} <= REASONS.keys()
