"""Values of answers: whatever a service says, what goes further is what it should be."""

import pytest
from hypothesis import given, strategies as st

from maillage.kernel.remote import said

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(VALUES)
def test_a_text_is_one_short_printable_line_or_refused(value: object) -> None:
    try:
        told = said.text(value)
    except TypeError:
        assert not isinstance(value, str)
        return
    assert len(told) <= said.LONGEST
    assert told.isprintable()
    assert told == told.strip() or len(told) == said.LONGEST


@given(VALUES)
def test_a_number_has_its_digits_or_is_refused(value: object) -> None:
    try:
        told = said.number(value, 9)
    except (TypeError, ValueError):
        return
    assert len(told) == 9
    assert told.isdigit()


@given(VALUES)
def test_a_day_is_a_day_or_nothing_or_refused(value: object) -> None:
    try:
        told = said.day(value)
    except (TypeError, ValueError):
        return
    assert told == "" or len(told) == 10


@given(VALUES)
def test_degrees_and_shares_are_within_their_bounds_or_refused(value: object) -> None:
    for read, most in ((lambda v: said.degrees(v, 90), 90), (said.share, 1)):
        try:
            assert abs(read(value)) <= most
        except (TypeError, ValueError):
            continue


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, ""), ("[ND]", ""), ("  A \n B ", "A B"), ("A\0B\u202e", "AB"), ("é" * 300, "é" * 250)],
)
def test_texts(value: object, told: str) -> None:
    assert said.text(value) == told


@pytest.mark.parametrize(
    ("value", "told"), [("2019-03-11T00:00:00", "2019-03-11"), ("", ""), (None, "")]
)
def test_days(value: object, told: str) -> None:
    assert said.day(value) == told


@pytest.mark.parametrize("value", ["hier", "2019-02-30", "2019-W10-1", 20190311])
def test_what_is_no_day_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        said.day(value)


@pytest.mark.parametrize("value", ["²³⁴²³⁴²³⁴", "١٢٣٤٥٦٧٨٩", "12345678", "1234567890"])
def test_what_is_no_number_of_nine_digits_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=value):
        said.number(value, 9)
