"""Laws that hold whatever the vintages say: spells, successions, folded names, what a process remembers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maillage import places
from maillage.places import memory
from maillage.places.assembly import Geography, SuccessionRow, assemble
from maillage.places.models import Vintage
from maillage.places.sources import (
    ACTIVE,
    ChangeRule,
    KeyRule,
    RawChange,
    RawCommune,
    RawEpci,
    RawVintage,
    Rules,
    department_of,
)
from maillage.places.succession import Change, chase

KEY = KeyRule("big", ("100000000", "100000001"), "The big one", "BIG")
MERGER = ChangeRule(date(2020, 3, 14), "big", "100000001", "200000000", ("C", "D"), "a decree")
YEARS = (2019, 2020, 2021, 2022)


def vintage(year: int, epcis: dict[str, str], parts: dict[str, str] | None = None) -> RawVintage:
    """`{"100000000": "AB"}`: who is together; `{"D": "C"}`: whose part is what."""
    parts = parts or {}
    rows = [RawCommune(c, c, ACTIVE, population=year) for c in "ABCD" if c not in parts]
    rows += [RawCommune(c, c, "commune-deleguee", parent=parent) for c, parent in parts.items()]
    drawn = (RawEpci(siren, siren, tuple(m), 10 * len(m)) for siren, m in epcis.items())
    return RawVintage(year, "1", tuple(rows), tuple(drawn))


@st.composite
def geographies(draw: st.DrawFn, *, merger: bool = True) -> Geography:
    """Vintages in which each commune belongs to one of three territories, or to none."""
    told = []
    for year in YEARS[: draw(st.integers(1, 4))]:
        belongs = [draw(st.sampled_from(["100000000", "200000000", "3", ""])) for _ in "ABCD"]
        shares: dict[str, str] = defaultdict(str)
        for code, siren in zip("ABCD", belongs, strict=True):
            if siren:
                shares[siren] += code
        told.append(vintage(year, shares))
    return assemble(told, Rules((KEY,), (MERGER,) if merger and draw(st.booleans()) else ()))


class TestSpells:
    @settings(max_examples=60)
    @given(told=geographies())
    def test_of_a_territory_never_overlap_and_never_end_before_they_start(
        self, told: Geography
    ) -> None:
        by_key: dict[str, list[Any]] = defaultdict(list)
        for row in told.spells:
            by_key[row.territory].append(row)
        for rows in by_key.values():
            for earlier, later in pairwise(rows):
                assert earlier.ends_on is not None
                assert earlier.ends_on < later.starts_on
            assert all(row.ends_on is None or row.ends_on >= row.starts_on for row in rows)

    @settings(max_examples=60)
    @given(told=geographies(merger=False), days=st.integers(0, 1400))
    def test_who_has_members_on_a_day_exists_that_day(self, told: Geography, days: int) -> None:
        day = date(2019, 1, 1) + timedelta(days=days)

        def holds(row: Any) -> bool:
            return row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)

        lived = {row.territory for row in told.members if holds(row)}

        assert lived <= {row.territory for row in told.spells if holds(row)}

    @settings(max_examples=60)
    @given(told=geographies())
    def test_every_territory_of_a_row_has_a_name(self, told: Geography) -> None:
        rows = [row.territory for row in (*told.spells, *told.members)]

        assert {key for key in rows if key != "big"} <= {*told.territories, "big"}

    def test_the_order_in_which_vintages_come_changes_nothing(self) -> None:
        several = [vintage(year, {"100000000": "AB", "3": "CD"}) for year in YEARS]

        assert assemble(several, Rules((KEY,))) == assemble(several[::-1], Rules((KEY,)))

    def test_a_territory_that_comes_back_has_two_spells_and_a_gap(self) -> None:
        told = assemble(
            [vintage(2019, {"3": "AB"}), vintage(2020, {}), vintage(2021, {"3": "AB"})], Rules()
        )

        assert [(row.starts_on, row.ends_on) for row in told.spells] == [
            (date(2019, 1, 1), date(2019, 12, 31)),
            (date(2021, 1, 1), None),
        ]

    @pytest.mark.parametrize(
        ("years", "siren_on_the_day"),
        [((2019, 2020), "100000001"), ((2020, 2021), "100000001"), ((2020,), "100000001")],
    )
    def test_the_exact_day_counts_whatever_vintages_stand_around_it(
        self, years: tuple[int, ...], siren_on_the_day: str
    ) -> None:
        before = {"100000000": "AB", "200000000": "CD"}
        after = {"100000001": "ABCD"}
        told = assemble(
            [vintage(y, before if y <= 2020 else after) for y in years], Rules((KEY,), (MERGER,))
        )
        there = [
            row.siren
            for row in told.spells
            if row.territory == "big"
            and row.starts_on <= MERGER.on
            and (row.ends_on is None or row.ends_on >= MERGER.on)
        ]

        assert there == [siren_on_the_day]


# acts of the history: code, day, heir → asked on a day, answer
FOLLOWED = [
    ("A", "1999-12-31", "A"),
    ("A", "2000-01-01", "B"),
    ("A", "2009-12-31", "B"),
    ("A", "2010-01-01", "C"),
    ("A", "2020-06-01", "A"),  # re-established
    ("B", "2009-12-31", "B"),
    ("B", "2010-01-01", "C"),
    ("C", "2030-01-01", "C"),
    ("Z", "2030-01-01", "Z"),
]


class TestSuccessions:
    CHANGES: dict[str, list[Change]] = {
        "A": [(date(2000, 1, 1), "B"), (date(2020, 6, 1), "A")],
        "B": [(date(2010, 1, 1), "C")],
    }

    @pytest.mark.parametrize(("code", "day", "heir"), FOLLOWED)
    def test_a_code_is_followed_to_who_speaks_for_it_that_day(
        self, code: str, day: str, heir: str
    ) -> None:
        assert chase(code, date.fromisoformat(day), self.CHANGES)[0] == heir

    def test_a_history_repeated_by_each_vintage_is_told_once(self) -> None:
        change = RawChange("D", "A", date(1990, 1, 1))
        several = [
            RawVintage(year, "1", (RawCommune("A", "A", ACTIVE),), (), history=(change,))
            for year in YEARS
        ]

        assert assemble(several, Rules()).successions == [SuccessionRow("D", "A", change.on)]

    @settings(max_examples=60)
    @given(
        parts=st.lists(
            st.dictionaries(st.sampled_from("CD"), st.sampled_from("AB")), min_size=1, max_size=4
        )
    )
    def test_on_the_day_of_a_vintage_each_code_leads_where_the_vintage_says(
        self, parts: list[dict[str, str]]
    ) -> None:
        several = [vintage(year, {}, part) for year, part in zip(YEARS, parts, strict=False)]
        changes: dict[str, list[Change]] = defaultdict(list)
        for row in assemble(several, Rules()).successions:
            changes[row.old].append((row.on, row.new))

        for one, part in zip(several, parts, strict=False):
            for code in "ABCD":
                assert chase(code, one.in_force_on, changes)[0] == part.get(code, code)


@pytest.mark.parametrize(
    ("code", "department"),
    [("59350", "59"), ("2A004", "2A"), ("97101", "971"), ("98735", "987"), ("01001", "01")],
)
def test_a_code_begins_with_its_departement(code: str, department: str) -> None:
    assert department_of(code) == department


class TestFolding:
    @given(name=st.text(max_size=40))
    def test_folding_twice_is_folding_once(self, name: str) -> None:
        assert places.fold(places.fold(name)) == places.fold(name)

    @given(name=st.text(max_size=40))
    def test_what_is_folded_holds_letters_digits_and_single_blanks(self, name: str) -> None:
        folded = places.fold(name)

        assert folded == folded.strip()
        assert "  " not in folded
        assert all(letter.isalnum() or letter == " " for letter in folded)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("SAINT-ANDRE", "Saint-André"),
            ("L’Haÿ-les-Roses", "L'Hay les Roses"),
            ("Œuf-en-Ternois", "OEUF EN TERNOIS"),
            ("Lys-lez-Lannoy", "lys lez  lannoy"),
        ],
    )
    def test_two_ways_to_write_a_name_are_one(self, one: str, other: str) -> None:
        assert places.fold(one) == places.fold(other)


@pytest.mark.django_db
class TestMemory:
    """What a process remembers of the geography, and when it looks again."""

    @pytest.fixture
    def read(self) -> list[int]:
        return []

    def test_a_reading_is_asked_once_until_the_geography_changes(self, read: list[int]) -> None:
        @memory.remembered
        def double(number: int) -> int:
            read.append(number)
            return 2 * number

        assert (double(2), double(2), double(3)) == (4, 4, 6)
        assert read == [2, 3]
        memory.forget()
        assert double(2) == 4
        assert read == [2, 3, 2]

    def test_what_was_refused_is_asked_again(self, read: list[int]) -> None:
        @memory.remembered
        def refuse(number: int) -> int:
            read.append(number)
            raise ValueError

        for _ in range(2):
            with pytest.raises(ValueError, match=r"^$"):
                refuse(1)
        assert read == [1, 1]

    def test_it_looks_again_after_a_minute_and_keeps_what_did_not_change(
        self, read: list[int]
    ) -> None:
        @memory.remembered
        def once(number: int) -> int:
            read.append(number)
            return number

        once(1)
        memory._seen["until"] = 0.0  # all of it is forgotten when the test ends
        once(1)

        assert read == [1]

    def test_without_geography_there_is_a_token_all_the_same(self) -> None:
        assert not Vintage.objects.exists()
        assert places.vintage_token() == "-"
