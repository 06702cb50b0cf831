"""The conventions that ship say what the public sources say, no more; what is not sure is said so."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.conventions.importers.toml_file import library
from maillage.conventions.text.document import Basis, ConventionText, TargetKind, VersionText
from maillage.conventions.text.reading import read

FACTS = """
file              | axes | described | announced | euros  | from       | until      | floor
mel-cma-2019      | 6    | 8         | 18        | 150000 | 2019-04-05 | 2020-12-31 | 4000
call-cma-2017     | 3    | 2         | -         | 140000 | 2017-01-01 | 2020-12-31 | -
cap-2021          | 4    | 4         | -         | -      | 2021-01-01 | -          | -
oise-charter-2020 | 1    | 2         | -         | -      | 2020-05-05 | -          | -
pmdess-2015       | 5    | 12        | -         | -      | 2015-01-01 | -          | -
"""
ROWS = [[c.strip() for c in line.split("|")] for line in FACTS.strip().splitlines()[1:]]
NAMES = [row[0] for row in ROWS]


def text(name: str) -> ConventionText:
    return read(library()[f"{name}.toml"], file=name)


def original(name: str) -> VersionText:
    return text(name).versions[0]


def said(value: object) -> str:
    return "-" if value is None else str(value)


def test_the_table_names_every_file() -> None:
    assert {f"{name}.toml" for name in NAMES} == set(library())


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_each_file_holds_the_facts_of_its_source(row: list[str]) -> None:
    name, axes, described, announced, euros, since, until, floor = row
    version = original(name)
    assert len(version.axes) == int(axes)
    assert len(list(version.actions())) == int(described)
    assert said(version.announced_actions) == announced
    assert said(version.amount_cents and version.amount_cents // 100) == euros
    assert said(version.effective_on) == since
    if until != "-":
        assert said(version.effective_until) == until
    promised = [t.amount for t in version.all_targets() if t.kind is not TargetKind.MONITOR]
    assert promised == ([] if floor == "-" else [int(floor)])


def test_the_floor_of_the_mel_counts_firms_prospected_there_by_the_end_of_2020() -> None:
    (floor,) = (t for t in original("mel-cma-2019").all_targets() if t.amount)
    assert (floor.kind, floor.indicator, floor.version) == (
        TargetKind.FLOOR,
        "outreach.firms_prospected",
        1,
    )
    assert floor.filter["territory"] == "mel"
    assert floor.by_on == date(2020, 12, 31)


def test_the_mel_voted_on_5_april_2019_and_the_day_of_signature_is_not_known() -> None:
    version = original("mel-cma-2019")
    assert [v.decided_on for v in version.deliberations] == [date(2019, 4, 5)]
    assert version.signed_on is None
    assert version.doubt


def test_what_both_partners_of_the_call_give_is_not_split_by_guess() -> None:
    version = original("call-cma-2017")
    assert [p.share_bp for p in version.parties] == [None, None]
    assert [(b.funder, b.year, b.amount_cents) for b in version.budget] == [("", None, 14_000_000)]
    assert "(sic)" in version.doubt


@pytest.mark.parametrize("name", NAMES)
def test_each_file_says_where_it_comes_from_and_what_is_not_sure(name: str) -> None:
    convention = text(name)
    assert convention.source
    assert any([convention.doubt, *(v.doubt for v in convention.versions)])
    assert {v.basis for v in convention.versions} <= {Basis.PUBLIC_SOURCE, Basis.UNSCANNED}


@pytest.mark.parametrize("name", NAMES)
def test_no_text_watches_what_its_dashboard_shows_already(name: str) -> None:
    """Money and late actions stand on every dashboard; by another filter they would say another number."""
    own = {"conventions.commitments", "conventions.payments", "conventions.late_actions"}
    watched = [t for t in original(name).targets if t.indicator in own]
    assert not [t.code for t in watched if t.amount is None]


@pytest.mark.parametrize("name", NAMES)
def test_budget_lines_sum_to_the_amount_when_it_is_known(name: str) -> None:
    version = original(name)
    if version.amount_cents is None:
        assert version.budget == ()
    else:
        assert sum(line.amount_cents for line in version.budget) == version.amount_cents


@pytest.mark.parametrize("name", NAMES)
def test_no_doubtful_total_of_results_slips_into_a_file(name: str) -> None:
    """The sources' results (2 746, 483, 62…) are never entered: they would be typed-in figures."""
    whole = library()[f"{name}.toml"]
    assert not any(f"= {result}" in whole for result in ("2746", "483", "481", "2 746"))
    assert "actual" not in whole
