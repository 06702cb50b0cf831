"""Sets of flat memory: never a forgotten member, rarely a false one, the same in every process."""

from hypothesis import given, strategies as st

from maillage.register.importers.sieve import Bits, Sieve

numbers = st.lists(st.integers(0, 10**14 - 1).map("{:014d}".format), max_size=60)


@given(numbers)
def test_a_sieve_holds_whatever_was_put_into_it(given_numbers):
    sieve = Sieve(bits=12)
    for number in given_numbers:
        sieve.add(number)

    assert all(number in sieve for number in given_numbers)


def test_a_sieve_seldom_takes_one_number_for_another():
    sieve = Sieve(bits=20)
    for number in range(5_000):
        sieve.add(f"{number:09d}")

    wrong = sum(f"{number:09d}" in sieve for number in range(10_000, 60_000))

    assert wrong < 200


def test_a_sieve_says_whether_a_number_was_certainly_new():
    sieve = Sieve(bits=12)

    assert sieve.add("73282932000074") is True
    assert sieve.add("73282932000074") is False


@given(st.sets(st.integers(0, 50_000), max_size=50), st.integers(0, 50_000))
def test_bits_hold_exactly_the_rows_put_into_them(rows, other):
    bits = Bits()
    bits.add_all(rows)

    assert (other in bits) is (other in rows)
    assert bits.add(other) is (other not in rows)
    assert other in bits
