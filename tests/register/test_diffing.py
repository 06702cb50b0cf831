"""The line of an establishment in time: first spells, changes, corrections, unknown days."""

import pytest

from maillage.register.importers.diffing import (
    Kind,
    Known,
    compare,
    effective,
    first_spells,
    tell,
)
from maillage.register.importers.parsing import Identity

SEEN = "2020-01-01"


def place(**facts):
    given = dict.fromkeys(Identity._fields, "") | {
        "diffusion": "O", "is_headquarters": True, "commune": "59350", "lon": None, "lat": None,
        "state": "A", "created_on": "2010-01-01", "period_on": "2010-01-01", "activity": "10.71C",
        "nomenclature": "NAFRev2", "size_band": "01",
    }  # fmt: skip
    return Identity(**(given | facts))


def line(spells):
    return [(s.starts_on, s.state, s.reconstructed) for s in spells]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [("2010-01-01", "A", False)]),
        ({"period_on": "2015-06-01"}, [("2010-01-01", "A", True), ("2015-06-01", "A", False)]),
        ({"period_on": None}, [("2010-01-01", "A", True)]),
        ({"created_on": None}, [(None, "A", False)]),
        ({"created_on": None, "period_on": None}, [(None, "A", False)]),
        ({"state": "F", "period_on": "2018-01-01"},
         [("2010-01-01", "A", True), ("2018-01-01", "F", False)]),
        ({"state": "F"}, [("2010-01-01", "F", False)]),
        ({"state": "F", "period_on": None}, [(None, "F", False)]),
        ({"state": "F", "created_on": None, "period_on": "2018-01-01"}, [("2018-01-01", "F", False)]),
    ],
)  # fmt: skip
def test_first_knowledge_of_an_establishment(facts, expected):
    assert line(first_spells(place(**facts), 1)) == expected


def known(identity, spells):
    return Known(1, 1, False, identity, spells[-1] if spells else None)


def later(before, after, *, segments=(1, 1), history=None):
    spells = history or first_spells(before, segments[0])
    return compare(
        known(before, spells), after, segments[1], seen_on=SEEN, history=lambda _id: spells
    )


@pytest.mark.parametrize(
    ("after", "kind", "expected"),
    [
        ({}, Kind.UNCHANGED, []),
        ({"trade_name": "NEW"}, Kind.CHANGED, []),
        ({"street": "RUE NEUVE"}, Kind.MOVED, []),
        ({"commune": "59512"}, Kind.MOVED, [(SEEN, "A", False)]),
        ({"size_band": "11"}, Kind.CHANGED, [(SEEN, "A", False)]),
        ({"activity": "43.21A", "period_on": "2019-05-01"}, Kind.CHANGED, [("2019-05-01", "A", False)]),
        ({"activity": "43.21A"}, Kind.CHANGED, [(SEEN, "A", False)]),
        ({"state": "F", "period_on": "2019-09-30"}, Kind.CLOSED, [("2019-09-30", "F", False)]),
        ({"state": "F", "period_on": None}, Kind.CLOSED, [(SEEN, "F", False)]),
        ({"created_on": "2008-01-01"}, Kind.CHANGED, [("2008-01-01", "A", True)]),
        ({"created_on": "2012-01-01"}, Kind.CHANGED,
         [("2010-01-01", "F", True), ("2012-01-01", "A", True)]),
        ({"created_on": None}, Kind.CHANGED, [("2010-01-01", "A", False)]),
    ],
)  # fmt: skip
def test_a_line_that_differs(after, kind, expected):
    found = later(place(), place(**after))

    assert (found.kind, line(found.spells)) == (kind, expected)


def test_a_turn_of_segments_alone_is_a_change_dated_by_the_file():
    found = later(place(), place(), segments=(1, 5))

    assert (found.kind, line(found.spells)) == (Kind.CHANGED, [(SEEN, "A", False)])


def test_an_unknown_start_stays_unknown_until_it_is_told():
    unknown = place(created_on=None, period_on=None)

    assert line(later(unknown, unknown._replace(size_band="11")).spells) == [(None, "A", False)]
    told = later(unknown, place())
    assert line(told.spells) == [("2010-01-01", "A", False)]


def test_a_reopening_starts_on_its_day():
    closed = place(state="F", period_on="2015-01-01")

    found = later(closed, place(period_on="2019-02-01"))

    assert (found.kind, line(found.spells)) == (Kind.CHANGED, [("2019-02-01", "A", False)])


def test_a_corrected_end_tells_the_whole_line_anew():
    closed = place(state="F", period_on="2015-01-01")

    found = later(closed, place(state="F", period_on="2016-01-01"))

    assert line(found.spells) == [("2010-01-01", "A", True), ("2016-01-01", "F", False)]


def test_a_corrected_birth_keeps_the_changes_that_came_after():
    born = place()
    history = [*first_spells(born, 1), tell(place(size_band="11"), 1, "2018-01-01")]

    found = later(
        place(size_band="11"), place(size_band="11", created_on="2012-01-01"), history=history
    )

    assert line(found.spells) == [
        ("2010-01-01", "F", True), ("2012-01-01", "A", True), ("2018-01-01", "A", False),
    ]  # fmt: skip


def test_a_place_whose_only_load_was_undone_is_new_again():
    found = compare(
        Known(1, 1, False, place(), None), place(), 1, seen_on=SEEN, history=lambda _id: []
    )

    assert (found.kind, line(found.spells)) == (Kind.NEW, [("2010-01-01", "A", False)])


def test_withdrawing_the_diffusion_is_no_move():
    shown = place(street="RUE DE LILLE")

    assert later(shown, shown.hidden()).kind == Kind.CHANGED


def test_the_last_written_wins_from_its_start_on():
    told = [tell(place(), 1, day) for day in ("2010-01-01", "2020-01-01", "2015-01-01")]

    assert [t.starts_on for t in effective(told)] == ["2010-01-01", "2015-01-01"]
