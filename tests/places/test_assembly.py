"""Vintages and exact days become spells of days."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings, strategies as st

from maillage.places.assembly import Geography, MemberRow, assemble
from maillage.places.sources import (
    ACTIVE,
    ChangeRule,
    KeyRule,
    RawChange,
    RawCommune,
    RawEpci,
    RawVintage,
    Rules,
)
from tests.factories.places import small_vintages

RULES = Rules(
    keys=(KeyRule("big", ("100000000", "100000001"), "The big one", "BIG"),),
    changes=(
        ChangeRule(date(2020, 3, 14), "big", "100000001", "200000000", ("C", "D"), "a decree"),
    ),
)


def vintage(year: int, epcis: dict[str, str], communes: str = "ABCD") -> RawVintage:
    """A vintage of communes of one letter: `{"100000000": "AB"}`."""
    rows = tuple(RawCommune(code, code, ACTIVE, population=year) for code in communes)
    drawn = tuple(
        RawEpci(siren, siren, tuple(members), 10 * len(members)) for siren, members in epcis.items()
    )
    return RawVintage(year, "1", rows, drawn)


def members_on(geography: Geography, territory: str, day: date) -> str:
    return "".join(
        row.commune
        for row in geography.members
        if row.territory == territory
        and row.starts_on <= day
        and (row.ends_on is None or row.ends_on >= day)
    )


def test_vintages_that_agree_make_one_spell_without_end() -> None:
    told = assemble([vintage(2019, {"1": "AB"}), vintage(2020, {"1": "AB"})], Rules())
    assert told.members == [
        MemberRow("A", "epci-1", date(2019, 1, 1), None),
        MemberRow("B", "epci-1", date(2019, 1, 1), None),
    ]


def test_a_commune_that_moves_leaves_on_the_eve_of_the_vintage() -> None:
    told = assemble([vintage(2019, {"1": "AB"}), vintage(2021, {"1": "A", "2": "B"})], Rules())
    assert MemberRow("B", "epci-1", date(2019, 1, 1), date(2020, 12, 31)) in told.members
    assert MemberRow("B", "epci-2", date(2021, 1, 1), None) in told.members


def test_a_commune_may_belong_nowhere_for_a_while() -> None:
    told = assemble(
        [vintage(2019, {"1": "AB"}), vintage(2020, {"1": "A"}), vintage(2021, {"1": "AB"})], Rules()
    )
    assert members_on(told, "epci-1", date(2020, 6, 1)) == "A"
    assert members_on(told, "epci-1", date(2021, 6, 1)) == "AB"


def test_an_exact_day_cuts_between_two_vintages() -> None:
    told = assemble(
        [
            vintage(2020, {"100000000": "AB", "200000000": "CD"}),
            vintage(2021, {"100000001": "ABCD"}),
        ],
        RULES,
    )
    assert members_on(told, "big", date(2020, 3, 13)) == "AB"
    assert members_on(told, "big", date(2020, 3, 14)) == "ABCD"
    assert members_on(told, "epci-200000000", date(2020, 3, 14)) == ""
    spells = [
        (row.siren, row.starts_on, row.ends_on, row.total_population)
        for row in told.spells
        if row.territory == "big"
    ]
    assert spells == [
        ("100000000", date(2020, 1, 1), date(2020, 3, 13), 20),
        ("100000001", date(2020, 3, 14), date(2020, 12, 31), 40),
        ("100000001", date(2021, 1, 1), None, 40),
    ]


def test_an_exact_day_before_the_first_vintage_changes_nothing() -> None:
    told = assemble([vintage(2021, {"100000001": "ABCD"})], RULES)
    assert members_on(told, "big", date(2021, 1, 1)) == "ABCD"
    assert [row.starts_on for row in told.spells] == [date(2021, 1, 1)]


def test_a_change_of_territories_that_no_vintage_lists_makes_no_spell() -> None:
    told = assemble([vintage(2019, {"1": "AB"}), vintage(2021, {"1": "AB"})], RULES)
    assert {row.territory for row in told.spells} == {"epci-1"}


def test_a_name_in_full_replaces_the_abbreviated_one() -> None:
    told = assemble([vintage(2019, {"100000000": "A", "3": "B"})], RULES)
    assert told.territories == {"big": "The big one", "epci-3": "3"}


def test_a_merged_commune_is_dated_by_the_first_vintage_that_lacks_it() -> None:
    later = vintage(2022, {"1": "A"}, communes="A")
    parts = (*later.communes, RawCommune("B", "Bee", "commune-deleguee", parent="A"))
    told = assemble(
        [vintage(2021, {"1": "AB"}, communes="AB"), RawVintage(2022, "1", parts, later.epcis)],
        Rules(),
    )
    assert [tuple(row) for row in told.successions] == [("B", "A", date(2022, 1, 1))]
    rows = {row.code: row for row in told.communes}
    assert rows["B"].kind == "former"
    assert rows["B"].populations == {"2021": 2021}
    assert rows["A"].populations == {"2021": 2021, "2022": 2022}


def test_a_commune_restored_by_a_later_vintage_speaks_for_itself_again() -> None:
    part = RawCommune("B", "Bee", "commune-associee", parent="A")
    before = RawVintage(2021, "1", (RawCommune("A", "A", ACTIVE), part), ())
    told = assemble([before, vintage(2022, {}, communes="AB")], Rules())
    assert [tuple(row) for row in told.successions] == [
        ("B", "A", None),
        ("B", "B", date(2022, 1, 1)),
    ]


def test_an_old_code_listed_beside_its_heir_is_kept_under_its_number() -> None:
    heir = RawCommune("59009", "Villeneuve-d'Ascq", ACTIVE, old_codes=("59020",))
    told = assemble([RawVintage(2026, "1", (heir,), ())], Rules())
    assert [tuple(row) for row in told.successions] == [("59020", "59009", None)]
    assert {row.code: row.name for row in told.communes}["59020"] == "59020"


def test_the_last_word_of_a_day_wins_and_a_change_of_nothing_is_dropped() -> None:
    history = (
        RawChange("B", "B", date(1970, 1, 1)),
        RawChange("B", "A", date(1980, 1, 1)),
        RawChange("B", "A", date(1990, 1, 1)),
    )
    only = RawVintage(2019, "1", (RawCommune("A", "A", ACTIVE),), (), history=history)
    told = assemble([only], Rules())
    assert [tuple(row) for row in told.successions] == [("B", "A", date(1980, 1, 1))]


def test_a_line_of_a_part_does_not_hide_the_commune_of_the_same_code() -> None:
    rows = (
        RawCommune("A", "New name", ACTIVE, population=5),
        RawCommune("A", "Old part", "commune-deleguee", parent="A"),
    )
    told = assemble([RawVintage(2026, "1", rows, ())], Rules())
    assert [(row.name, row.kind) for row in told.communes] == [("New name", "commune")]


SHARES = st.dictionaries(
    st.sampled_from(["100000000", "200000000", "300000000"]),
    st.sets(st.sampled_from("ABCD")),
    max_size=3,
)


def _apart(shares: dict[str, set[str]]) -> dict[str, str]:
    """A commune claimed by several goes to the first, as the law has it."""
    taken: set[str] = set()
    apart = {}
    for siren in sorted(shares):
        apart[siren] = "".join(sorted(shares[siren] - taken))
        taken |= shares[siren]
    return apart


@settings(max_examples=60)
@given(st.lists(SHARES, min_size=1, max_size=4))
def test_on_any_day_a_commune_belongs_to_at_most_one_territory(shares) -> None:  # type: ignore[no-untyped-def]
    vintages = [vintage(2019 + rank, _apart(one)) for rank, one in enumerate(shares)]
    by_commune: dict[str, list[MemberRow]] = defaultdict(list)
    for row in assemble(vintages, RULES).members:
        by_commune[row.commune].append(row)
    for rows in by_commune.values():
        for earlier, later in itertools.pairwise(rows):
            assert earlier.ends_on is not None
            assert earlier.ends_on < later.starts_on
        assert all(row.ends_on is None or row.ends_on >= row.starts_on for row in rows)


def test_spells_of_a_territory_follow_each_other_without_overlap() -> None:
    told = assemble(small_vintages(), RULES)
    by_key = defaultdict(list)
    for row in told.spells:
        by_key[row.territory].append(row)
    for rows in by_key.values():
        for earlier, later in itertools.pairwise(rows):
            assert earlier.ends_on == later.starts_on - timedelta(days=1)
