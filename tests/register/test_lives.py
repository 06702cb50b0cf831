"""Past periods compared with what is known: pure, without a database."""

import itertools
from datetime import date

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers.diffing import Told, effective
from maillage.register.importers.lives import Lived, past, signs, told_anew
from maillage.register.importers.periods import PeriodFacts
from maillage.register.segments import CRAFT_NAF, CRAFT_RM, EMPLOYER, ESS_SIRENE

LIVED = Lived(1, 1, True, "59350", "2010-01-01", "2015-01-01", "1071CZ", ESS_SIRENE.mask)
PRESENT = Told(
    "2015-01-01", "2010-01-01", "A", "59350", "10.71C", "NAFRev2", "01", ESS_SIRENE.mask, False
)
BACKWARDS = PRESENT._replace(starts_on="2010-01-01", reconstructed=True)
STOCK = [BACKWARDS, PRESENT]


def period(start, end, state="A", activity="47.11B", employer="", sign=""):
    return PeriodFacts(start, end, state, activity, "NAFRev2", employer, sign, "")


def anew(*periods, known=LIVED, line=STOCK):
    return told_anew(known, line, past(known, periods))


def days(spells):
    return [(told.starts_on, told.state, told.activity) for told in spells]


def test_a_period_replaces_what_was_read_backwards_and_the_present_stays_the_last_word():
    spells = anew(period("2010-01-01", "2014-12-31"))

    assert days(spells) == [("2010-01-01", "A", "47.11B"), ("2015-01-01", "A", "10.71C")]
    assert [told.reconstructed for told in spells] == [False, False]
    assert spells[-1] == PRESENT


def test_a_closing_between_two_lives_is_told():
    spells = anew(period("2010-01-01", "2012-05-31"), period("2012-06-01", "2014-12-31", "F"))

    assert [(told.starts_on, told.state) for told in spells] == [
        ("2010-01-01", "A"), ("2012-06-01", "F"), ("2015-01-01", "A"),
    ]  # fmt: skip


def test_segments_of_the_past_follow_its_activity_and_employer_flag_and_the_unit_of_today():
    (first, _present) = anew(period("2010-01-01", "2014-12-31", employer="O"))

    assert first.segments == CRAFT_RM.mask | EMPLOYER.mask | ESS_SIRENE.mask
    assert not first.segments & CRAFT_NAF.mask


def test_commune_and_headcount_stay_as_the_register_knew_them_on_each_day():
    grown = PRESENT._replace(starts_on="2012-01-01", size_band="11", commune="59512")
    spells = anew(period("2010-01-01", "2014-12-31"), line=[BACKWARDS, grown, PRESENT])

    assert [(told.starts_on, told.commune, told.size_band) for told in spells] == [
        ("2010-01-01", "59350", "01"),
        ("2012-01-01", "59512", "11"),
        ("2015-01-01", "59350", "01"),
    ]


def test_the_period_that_goes_on_is_the_stocks_own():
    assert past(LIVED, [period("2015-01-01", None)]) == []
    assert anew(period("2015-01-01", None)) == []


def test_a_history_older_than_the_stock_speaks_until_the_present_period():
    (only,) = past(LIVED, [period("2012-01-01", None)])

    assert (only.start, only.until) == ("2012-01-01", "2015-01-01")


@pytest.mark.parametrize(
    ("first", "start"),
    [(None, "2010-01-01"), ("1999-01-01", "2010-01-01"), ("2011-03-01", "2011-03-01")],
)
def test_a_period_begins_at_the_creation_at_the_earliest(first, start):
    assert past(LIVED, [period(first, "2014-12-31")])[0].start == start


def test_a_period_before_the_creation_is_none_of_its_life():
    assert past(LIVED, [period("2001-01-01", "2005-12-31")]) == []


def test_of_two_periods_that_overlap_the_later_holds():
    spans = past(LIVED, [period("2012-01-01", "2014-12-31"), period("2010-01-01", "2013-12-31")])

    assert [(one.start, one.until) for one in spans] == [
        ("2010-01-01", "2012-01-01"), ("2012-01-01", "2015-01-01"),
    ]  # fmt: skip


def test_days_between_two_periods_stay_as_they_were_known():
    spells = anew(period("2010-01-01", "2010-12-31"), period("2012-01-01", "2014-12-31"))

    assert [(told.starts_on, told.reconstructed) for told in spells] == [
        ("2010-01-01", False), ("2011-01-01", True), ("2012-01-01", False), ("2015-01-01", False),
    ]  # fmt: skip


def test_a_place_of_unknown_birth_stays_outside_dated_stocks():
    known = LIVED._replace(created_on=None)
    line = [PRESENT._replace(starts_on=None, opened_on=None)]

    assert anew(period("2010-01-01", "2014-12-31"), known=known, line=line) == []
    assert anew(period("2010-01-01", "2014-12-31"), known=known) == []


def test_without_a_start_of_the_present_period_the_history_gives_it():
    known = LIVED._replace(period_on=None)
    (one,) = past(known, [period("2010-01-01", "2012-12-31"), period("2013-01-01", None)])

    assert one.until == "2013-01-01"


def test_the_closing_day_of_a_closed_place_stays_a_spell_of_its_own():
    """The next stock would take another day for a corrected closing."""
    closed = PRESENT._replace(state="F")
    spells = anew(
        period("2010-01-01", "2011-12-31"),
        period("2012-01-01", "2014-12-31", "F", "10.71C"),
        line=[BACKWARDS, closed],
    )

    assert (spells[-1].starts_on, spells[-1].state) == ("2015-01-01", "F")


def test_signs_and_employer_flag_are_told_with_their_days():
    spans = past(LIVED, [period("2010-01-01", "2014-12-31", employer="N", sign="AU FOUR")])

    assert list(signs(LIVED, spans)) == [("2010-01-01", "2014-12-31", "N", "AU FOUR", "")]


def test_a_firm_of_partial_diffusion_keeps_no_sign_of_its_past():
    spans = past(LIVED, [period("2010-01-01", "2014-12-31", employer="N", sign="AU FOUR")])
    hidden = LIVED._replace(sees=False)

    assert list(signs(hidden, spans)) == [("2010-01-01", "2014-12-31", "N", "", "")]


def test_a_period_without_sign_nor_flag_is_in_the_spells_only():
    assert list(signs(LIVED, past(LIVED, [period("2010-01-01", "2014-12-31")]))) == []


DAYS = st.dates(min_value=date(2008, 1, 1), max_value=date(2016, 1, 1))
PERIODS = st.lists(
    st.builds(
        period,
        st.none() | DAYS.map(str),
        st.none() | DAYS.map(str),
        st.sampled_from("AF"),
        st.sampled_from(["47.11B", "10.71C"]),
        st.sampled_from(["", "O", "N"]),
    ).filter(lambda p: not (p.starts_on and p.ends_on and p.ends_on < p.starts_on)),
    max_size=5,
)


@given(PERIODS)
def test_told_twice_it_adds_nothing(periods):
    first = anew(*periods)

    assert anew(*periods, line=[*STOCK, *first]) == []


@given(PERIODS)
def test_the_present_is_never_changed_and_days_ascend(periods):
    spells = anew(*periods)
    line = effective([*STOCK, *spells])

    assert line[-1].content == PRESENT.content
    assert [told.starts_on for told in line] == sorted({told.starts_on for told in line})
    assert all(told.opened_on == "2010-01-01" for told in spells)


@given(PERIODS)
def test_stretches_are_in_order_and_apart(periods):
    spans = past(LIVED, periods)

    assert all(one.start < one.until <= "2015-01-01" for one in spans)
    assert all(a.until <= b.start for a, b in itertools.pairwise(spans))
