"""Numbers, money, rates and days at their edges: halves, signs, absurd sizes, what does not exist."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.kernel.periods import Period
from maillage.ui import formats

N, B = "\u202f", "\u00a0"
NAN, INFINITE = float("nan"), float("inf")
WRITERS = [formats.number, formats.percent, formats.points]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("value", [None, NAN, INFINITE, -INFINITE, Decimal("NaN")])
def test_a_figure_that_does_not_exist_is_said_and_never_shown_as_zero(write, value):
    assert write(value, language="fr") == "s.o."
    assert write(value, language="en") == "n/a"


@pytest.mark.parametrize(
    ("value", "places", "french"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("-0.5", 0, "−1"),
        ("-2.5", 0, "−3"),
        ("0.05", 1, "0,1"),
        ("2.675", 2, "2,68"),
        ("1.005", 2, "1,01"),
        ("-0.04", 1, "0,0"),
        ("999.5", 0, f"1{N}000"),
        ("999999.5", 0, f"1{N}000{N}000"),
        ("99.995", 2, "100,00"),
        ("7", 2, "7,00"),
    ],
)
def test_halves_go_away_from_zero_the_same_for_a_float_and_a_decimal(value, places, french):
    assert formats.number(Decimal(value), places, "fr") == french
    assert formats.number(float(value), places, "fr") == french


@pytest.mark.parametrize("power", [12, 27, 28, 30, 99, 308])
def test_an_absurd_size_is_written_and_never_breaks_the_page(power):
    exact = Decimal(1).scaleb(power)
    digits = "1" + "0" * power
    for value in (10**power, exact, float(exact)):
        written = formats.number(value, 0, "fr")
        assert written.replace(N, "") == digits
        assert formats.number(value, 2, "en").replace(",", "") == digits + ".00"
    assert formats.euros(10**power * 100, "en").replace(",", "") == "€" + digits
    assert formats.percent(exact, "en").replace(",", "") == digits + "00%"


@given(st.integers())
def test_a_whole_number_is_read_back_in_both_languages(value):
    french, english = (formats.number(value, 0, language) for language in ("fr", "en"))
    assert int(french.replace(N, "").replace("−", "-")) == value
    assert int(english.replace(",", "").replace("−", "-")) == value


@given(st.integers())
def test_thousands_are_three_by_three_and_only_the_first_group_is_short(value):
    first, *others = formats.number(value, 0, "fr").removeprefix("−").split(N)
    assert 1 <= len(first) <= 3
    assert all(len(group) == 3 for group in others)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(0, 3))
def test_rounding_never_puts_two_numbers_in_the_wrong_order(one, other, places):
    low, high = (
        Decimal(formats.number(value, places, "en").replace(",", "").replace("−", "-"))
        for value in sorted((one, other))
    )
    assert low <= high


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (1, f"0,01{B}€", "€0.01"),
        (-1, f"−0,01{B}€", "−€0.01"),
        (100, f"1{B}€", "€1"),
        (110, f"1,10{B}€", "€1.10"),
        (99_950, f"999,50{B}€", "€999.50"),
        (-99_999, f"−999,99{B}€", "−€999.99"),
        (100_000, f"1{N}000{B}€", "€1,000"),
        (100_050, f"1{N}001{B}€", "€1,001"),
        (-100_050, f"−1{N}001{B}€", "−€1,001"),
        (123_456_789, f"1{N}234{N}568{B}€", "€1,234,568"),
    ],
)
def test_an_amount_keeps_its_cents_only_under_a_thousand_euros(cents, french, english):
    assert formats.euros(cents, "fr") == french
    assert formats.euros(cents, "en") == english


@given(st.integers(-99_999, 99_999))
def test_under_a_thousand_euros_no_cent_is_lost(cents):
    said = formats.euros(cents, "en").replace("€", "").replace("−", "-").replace(",", "")
    assert int(Decimal(said) * 100) == cents


@pytest.mark.parametrize(
    ("fraction", "french"),
    [
        ("0.0004", "0"),
        ("0.0005", "0,1"),
        ("0.0949", "9,5"),
        ("0.0996", "10"),
        ("0.104", "10"),
        ("0.105", "11"),
        ("0.9949", "99"),
        ("0.995", "99"),
        ("0.99999", "99"),
        ("1", "100"),
        ("1.995", "200"),
        ("-0.054", "−5,4"),
        ("-0.9999", "−99"),
        ("-1", "−100"),
        ("12.345", f"1{N}235"),
    ],
)
def test_a_rate_is_rounded_yet_what_is_not_the_whole_never_reads_100(fraction, french):
    assert formats.percent(Decimal(fraction), "fr") == f"{french}{B}%"
    assert (
        formats.percent(float(fraction), "en")
        == french.replace(N, ",").replace("0,1", "0.1").replace("9,5", "9.5").replace("5,4", "5.4")
        + "%"
    )


@pytest.mark.parametrize(
    ("fraction", "french", "english"),
    [
        (0.004, f"0{B}point", f"0{B}pts"),
        (-0.004, f"0{B}point", f"0{B}pts"),
        (0.005, f"+{B}1{B}point", f"+1{B}pt"),
        (-0.005, f"−{B}1{B}point", f"−1{B}pt"),
        (0.015, f"+{B}2{B}points", f"+2{B}pts"),
        (-1, f"−{B}100{B}points", f"−100{B}pts"),
    ],
)
def test_a_gap_that_rounds_to_nothing_has_no_sign_and_one_point_is_singular(
    fraction, french, english
):
    assert formats.points(fraction, "fr") == french
    assert formats.points(fraction, "en") == english


@given(st.decimals(-10, 10, places=4))
def test_no_french_figure_can_be_cut_at_the_end_of_a_line(value):
    said = [write(value, language="fr") for write in WRITERS]
    assert not any(" " in text for text in [*said, formats.euros(int(value * 10**6), "fr")])


@pytest.mark.parametrize(
    ("instant", "day", "clock"),
    [
        ("2020-06-30T21:59:59", "30 juin 2020", "23 h 59"),
        ("2020-06-30T22:00:00", "1er juillet 2020", "0 h 00"),
        ("2020-12-31T22:59:59", "31 décembre 2020", "23 h 59"),
        ("2020-12-31T23:00:00", "1er janvier 2021", "0 h 00"),
        ("2020-03-29T00:59:00", "29 mars 2020", "1 h 59"),
        ("2020-03-29T01:00:00", "29 mars 2020", "3 h 00"),
        ("2020-10-25T00:30:00", "25 octobre 2020", "2 h 30"),
        ("2020-10-25T01:30:00", "25 octobre 2020", "2 h 30"),
    ],
)
def test_midnight_and_the_change_of_hour_are_those_of_paris(instant, day, clock):
    given_at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert formats.day(given_at, "fr") == day
    assert formats.clock_time(given_at, "fr") == clock.replace(" ", B)
    assert formats.moment(given_at, "fr") == f"{day} à {clock.replace(' ', B)}"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_day_of_a_leap_year_is_said_differently(language):
    days = [date(2020, 1, 1) + timedelta(days=rank) for rank in range(366)]
    for write in (formats.day, formats.short_day):
        assert len({write(day, language) for day in days}) == 366
    firsts = [formats.day(day, "fr") for day in days if day.day == 1]
    assert all(said.startswith("1er ") for said in firsts)


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("2020-02", "février 2020", "February 2020"),
        ("2020-02-01..2020-02-28", "du 1er février 2020 au 28 février 2020", None),
        ("2019-02-01..2019-02-28", "février 2019", "February 2019"),
        ("2019-01-01..2019-12-31", "2019", "2019"),
        ("2019-01-01..2019-12-30", "du 1er janvier 2019 au 30 décembre 2019", None),
        ("2020-02-29", "29 février 2020", "29 February 2020"),
        ("2019-04..2019-06", "du 1er avril 2019 au 30 juin 2019", "1 April 2019 to 30 June 2019"),
        ("2018..2021", "2018-2021", "2018–2021"),
    ],
)
def test_a_period_takes_its_short_name_only_when_it_is_whole(text, french, english):
    assert formats.period(Period.parse(text), "fr") == french
    if english:
        assert formats.period(Period.parse(text), "en") == english


@pytest.mark.parametrize(
    ("active", "asked", "spoken"),
    [
        ("fr", None, "fr"),
        ("en", None, "en"),
        ("en-gb", None, "en"),
        ("en", "fr", "fr"),
        ("fr", "en-us", "en"),
        ("de", None, "fr"),
    ],
)
def test_the_language_asked_for_comes_before_the_readers(active, asked, spoken):
    with translation.override(active):
        assert formats.spoken(asked) == spoken
        assert formats.number(1.5, 1, asked) == {"fr": "1,5", "en": "1.5"}[spoken]
    with translation.override(None):
        assert formats.spoken() == "fr"
