from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from maillage.kernel.periods import Period
from maillage.ui import formats

N, B = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "places", "french", "english"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (16000, 0, f"16{N}000", "16,000"),
        (1234567, 0, f"1{N}234{N}567", "1,234,567"),
        (-29, 0, "−29", "−29"),
        (-0.4, 0, "0", "0"),
        (12.44, 1, "12,4", "12.4"),
        (12.45, 1, "12,5", "12.5"),
        (2.5, 0, "3", "3"),
        (Decimal("1157276.5"), 2, f"1{N}157{N}276,50", "1,157,276.50"),
        (None, 0, "s.o.", "n/a"),
    ],
)
def test_numbers_follow_each_language(value, places, french, english):
    assert formats.number(value, places, "fr") == french
    assert formats.number(value, places, "en") == english


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (15_000_000, f"150{N}000{B}€", "€150,000"),
        (0, f"0{B}€", "€0"),
        (1250, f"12,50{B}€", "€12.50"),
        (1200, f"12{B}€", "€12"),
        (99_999, f"999,99{B}€", "€999.99"),
        (100_049, f"1{N}000{B}€", "€1,000"),
        (-1250, f"−12,50{B}€", "−€12.50"),
        (None, "s.o.", "n/a"),
    ],
)
def test_money_has_no_cents_above_a_thousand_euros(cents, french, english):
    assert formats.euros(cents, "fr") == french
    assert formats.euros(cents, "en") == english


@pytest.mark.parametrize(
    ("fraction", "french", "english"),
    [
        (0.69, f"69{B}%", "69%"),
        (0.054, f"5,4{B}%", "5.4%"),
        (0.05, f"5{B}%", "5%"),
        (0, f"0{B}%", "0%"),
        (1, f"100{B}%", "100%"),
        (0.999, f"99{B}%", "99%"),
        (1.204, f"120{B}%", "120%"),
        (None, "s.o.", "n/a"),
    ],
)
def test_a_percentage_has_a_decimal_only_under_ten_and_never_reaches_100_by_rounding(
    fraction, french, english
):
    assert formats.percent(fraction, "fr") == french
    assert formats.percent(fraction, "en") == english


@pytest.mark.parametrize(
    ("fraction", "french", "english"),
    [
        (0.03, f"+{B}3{B}points", f"+3{B}pts"),
        (-0.29, f"−{B}29{B}points", f"−29{B}pts"),
        (0.01, f"+{B}1{B}point", f"+1{B}pt"),
        (0, f"0{B}point", f"0{B}pts"),
        (None, "s.o.", "n/a"),
    ],
)
def test_gaps_between_rates_carry_a_true_minus_sign(fraction, french, english):
    assert formats.points(fraction, "fr") == french
    assert formats.points(fraction, "en") == english


def test_the_first_of_a_month_is_written_1er_in_french_only():
    assert formats.day(date(2020, 7, 1), "fr") == "1er juillet 2020"
    assert formats.day(date(2020, 7, 1), "en") == "1 July 2020"
    assert formats.day(date(2020, 6, 30), "fr") == "30 juin 2020"
    assert formats.short_day(date(2020, 1, 12), "fr") == "12 janv. 2020"
    assert formats.short_day(date(2020, 1, 12), "en") == "12 Jan 2020"


def test_an_instant_is_read_in_paris():
    instant = datetime(2020, 6, 30, 22, 12, tzinfo=UTC)
    assert formats.day(instant, "fr") == "1er juillet 2020"
    assert formats.moment(instant, "fr") == f"1er juillet 2020 à 0{B}h{B}12"
    assert formats.moment(instant, "en") == "1 July 2020 at 00:12"
    assert formats.clock_time(datetime(2020, 6, 30, 18, 5), "fr") == f"18{B}h{B}05"  # noqa: DTZ001


def test_nothing_is_written_as_nothing():
    assert formats.day(None) == formats.moment(None) == formats.clock_time(None) == ""
    assert formats.siret(None) == ""


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("2019..2020", "2019-2020", "2019–2020"),
        ("2020", "2020", "2020"),
        ("2020-06", "juin 2020", "June 2020"),
        ("2020-06-30", "30 juin 2020", "30 June 2020"),
        (
            "2019-04-05..2020-12-31",
            "du 5 avril 2019 au 31 décembre 2020",
            "5 April 2019 to 31 December 2020",
        ),
    ],
)
def test_a_period_is_said_as_shortly_as_it_can(text, french, english):
    assert formats.period(Period.parse(text), "fr") == french
    assert formats.period(Period.parse(text), "en") == english


def test_siret_and_siren_are_grouped_as_read_aloud():
    assert formats.siret("12345678900012") == "123 456 789 00012"
    assert formats.siret("123456789") == "123 456 789"
    assert formats.siret("inconnu") == "inconnu"


def test_months_are_short_on_axes():
    assert formats.month("2019-04", "fr", short=True) == "avr. 2019"
    assert formats.month("2019-04", "en") == "April 2019"
