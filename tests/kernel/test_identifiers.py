"""SIREN, SIRET and the public keys of our own records."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, strategies as st

from maillage.kernel import identifiers

# Numbers of public bodies, as INSEE publishes them.
MEL = "200093201"
LA_POSTE_OFFICE = "35600000000048"


@pytest.mark.parametrize("siren", [MEL, "356000000", "732829320"])
def test_a_siren_satisfies_its_check_digit(siren: str) -> None:
    assert identifiers.is_siren(siren)


@pytest.mark.parametrize(
    "text",
    ["200093202", "20009320", "2000932010", "", "20009320A", "٢٠٠٠٩٣٢٠١", "200 093 201"],
)
def test_what_is_no_siren_is_told(text: str) -> None:
    assert not identifiers.is_siren(text)


def test_a_siret_satisfies_its_check_digit() -> None:
    assert identifiers.is_siret("73282932000074")
    assert not identifiers.is_siret("73282932000075")


def test_a_siren_in_place_of_a_siret_is_told() -> None:
    assert not identifiers.is_siret(MEL)


@pytest.mark.parametrize(
    "text", ["", "4,9E+13", "7328293200007", "732829320000741", "7328293200007４"]
)
def test_what_is_no_siret_is_told(text: str) -> None:
    assert not identifiers.is_siret(text)


def test_an_office_of_la_poste_satisfies_the_plain_sum() -> None:
    office = next(
        f"356000000{n:05d}"
        for n in range(1, 1000)
        if sum(map(int, f"356000000{n:05d}")) % 5 == 0 and not identifiers.luhn(f"356000000{n:05d}")
    )

    assert identifiers.is_siret(office)
    assert identifiers.is_siret(LA_POSTE_OFFICE)


def test_the_plain_sum_is_for_la_poste_alone() -> None:
    other = next(
        f"732829320{n:05d}"
        for n in range(1000)
        if sum(map(int, f"732829320{n:05d}")) % 5 == 0 and not identifiers.luhn(f"732829320{n:05d}")
    )

    assert not identifiers.is_siret(other)


@given(st.integers(0, 10**13 - 1))
def test_every_number_has_one_check_digit(stem: int) -> None:
    valid = [digit for digit in "0123456789" if identifiers.luhn(f"{stem:013d}{digit}")]

    assert len(valid) == 1


@given(st.integers(0, 10**14 - 1), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(number: int, place: int, error: int) -> None:
    text = f"{number:014d}"
    wrong = text[:place] + str((int(text[place]) + error) % 10) + text[place + 1 :]

    assert not (identifiers.luhn(text) and identifiers.luhn(wrong))


def test_blanks_between_groups_are_left_out() -> None:
    assert identifiers.digits("200 093\u00a0201\u202f000-12.") == "20009320100012"


def test_a_siret_is_written_as_it_is_read_aloud() -> None:
    assert identifiers.spaced_siret("73282932000074") == "732 829 320 00074"
    assert identifiers.spaced_siret(MEL) == MEL


def test_a_public_key_is_a_version_7_identifier() -> None:
    key = identifiers.uuid7()

    assert key.version == 7
    assert key.variant == uuid.RFC_4122


def test_public_keys_sort_by_their_birth(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter(range(1_700_000_000_000_000_000, 1_700_000_050_000_000_000, 1_000_000_000))
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: next(instants))
    keys = [identifiers.uuid7() for _ in range(50)]

    assert keys == sorted(keys)


def test_public_keys_of_one_instant_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 1_700_000_000_000_000_000)

    assert len({identifiers.uuid7() for _ in range(1000)}) == 1000
