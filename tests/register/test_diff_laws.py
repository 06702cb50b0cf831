"""Laws of the difference: applied, it gives the line that was read; read again, it finds nothing."""

from hypothesis import given, strategies as st

from maillage.register.importers.diffing import (
    Kind,
    Known,
    compare,
    content,
    differences,
    effective,
    first_spells,
)
from maillage.register.importers.parsing import Identity

DAYS = [f"20{year:02d}-0{month}-01" for year in range(8, 20) for month in (1, 6)]
SEEN = "2020-01-01"

_day = st.sampled_from(DAYS)


@st.composite
def identities(draw):
    """What two stocks may tell of one place, dates in their order."""
    born = draw(st.none() | _day)
    since = draw(st.none() | _day.filter(lambda day: born is None or day >= born))
    blank = dict.fromkeys(Identity._fields, "")
    told = {
        "diffusion": draw(st.sampled_from("OP")), "is_headquarters": draw(st.booleans()),
        "commune": draw(st.sampled_from(["59350", "59512"])), "lon": None, "lat": None,
        "state": draw(st.sampled_from("AF")), "created_on": born, "period_on": since,
        "activity": draw(st.sampled_from(["10.71C", "43.21A"])), "nomenclature": "NAFRev2",
        "size_band": draw(st.sampled_from(["", "01", "11"])),
    }  # fmt: skip
    return Identity(**(blank | told))


_masks = st.sampled_from([0, 1, 5])


def known(identity, spells, *, absent=False):
    return Known(7, 3, absent, identity, spells[-1])


def read(before, history, after, mask):
    return compare(
        known(before, history), after, mask, seen_on=SEEN, history=lambda _place: history
    )


@given(identities(), _masks)
def test_the_first_spells_end_on_what_the_line_says(identity, mask):
    last = first_spells(identity, mask)[-1]

    assert last.content == content(identity, mask)
    assert last.opened_on == identity.created_on


@given(identities(), _masks)
def test_first_spells_start_in_order_and_never_twice_on_a_day(identity, mask):
    starts = [told.starts_on for told in first_spells(identity, mask)]

    assert starts == sorted(set(starts), key=str)


@given(identities(), identities())
def test_the_differences_applied_to_what_was_known_give_what_was_read(before, after):
    changed = differences(before, after)

    assert before._replace(**changed) == after
    assert all(getattr(before, name) != new for name, new in changed.items())


@given(identities(), _masks, identities(), _masks)
def test_after_a_difference_is_written_the_present_is_what_was_read(before, mask, after, new_mask):
    history = first_spells(before, mask)

    found = read(before, history, after, new_mask)
    told = [*history, *found.spells]

    assert told[-1].content == content(after, new_mask)


@given(identities(), _masks, identities(), _masks)
def test_the_same_line_read_again_changes_nothing(before, mask, after, new_mask):
    history = first_spells(before, mask)
    history = [*history, *read(before, history, after, new_mask).spells]

    again = read(after, history, after, new_mask)

    assert (again.kind, again.identity) == (Kind.UNCHANGED, {})
    assert again.spells == []


@given(identities(), _masks)
def test_what_did_not_change_is_unchanged_whatever_it_is(identity, mask):
    assert read(identity, first_spells(identity, mask), identity, mask).kind is Kind.UNCHANGED


@given(identities(), _masks, identities(), _masks)
def test_a_closing_is_told_as_a_closing_and_nothing_else_is(before, mask, after, new_mask):
    found = read(before, first_spells(before, mask), after, new_mask)

    assert (found.kind is Kind.CLOSED) == (before.state == "A" and after.state == "F")


@given(st.lists(st.tuples(st.none() | _day, identities()), max_size=6))
def test_the_line_that_holds_is_the_one_a_reader_finds_day_by_day(written):
    history = [first_spells(i, 1)[-1]._replace(starts_on=day) for day, i in written]
    line = effective(history)

    assert [t.starts_on for t in line] == sorted({t.starts_on for t in line})
    for day in DAYS:
        last = [t for t in history if t.starts_on is not None and t.starts_on <= day]
        held = [t for t in line if str(t.starts_on) <= day]
        assert (held[-1:] or [None])[0] == (last[-1:] or [None])[0]
