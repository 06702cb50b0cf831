"""Addresses as people write them, and the one form that is kept."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, strategies as st

from maillage.kernel.errors import Invalid
from maillage.post.addresses import digest, normalised
from maillage.post.models import Kind


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" lea@Example.ORG ", "lea@example.org"),
        ("Lea.Martin+news@example.org", "Lea.Martin+news@example.org"),
        ("lea@atelier-été.fr", "lea@atelier-été.fr"),
    ],
)
def test_an_e_mail_address_keeps_its_name_and_loses_the_capitals_of_its_host(
    typed: str, kept: str
) -> None:
    assert normalised(Kind.EMAIL, typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "lea", "lea@", "@example.org", "lea@example", "lea martin@example.org"),
        *("lea@example.org, max@example.org", "lea@example.org\r\nRCPT TO:<max@example.org>"),
        *("léa@example.org", "x" * 400 + "@example.org"),
    ],
)
def test_what_no_mail_server_takes_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Rien ne peut être envoyé"):
        normalised(Kind.EMAIL, typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0590 12 34 56", "+33590123456"),
    ],
)
def test_a_number_is_kept_with_the_code_of_its_country(typed: str, kept: str) -> None:
    assert normalised(Kind.TEXT, typed) == kept


@pytest.mark.parametrize("typed", ["", "0612", "06 12 34 56 7x", "+33", "٠٦١٢٣٤٥٦٧٨", "12345678"])
def test_what_no_telephone_answers_to_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        normalised(Kind.TEXT, typed)


@given(st.text(alphabet=string.digits + " .-+()/", max_size=24))
def test_a_number_that_is_taken_is_taken_again_as_it_is(typed: str) -> None:
    try:
        kept = normalised(Kind.TEXT, typed)
    except Invalid:
        return
    assert normalised(Kind.TEXT, kept) == kept
    assert kept[1:].isdigit()


def test_an_envelope_keeps_its_lines_without_what_is_blank() -> None:
    typed = "  Atelier   Martin \r\n\r\n12 rue des Lilas\n59000 Lille\n"

    assert normalised(Kind.LETTER, typed) == "Atelier Martin\n12 rue des Lilas\n59000 Lille"


@pytest.mark.parametrize("typed", ["", "Atelier Martin", "\n".join("abcdefgh"), "a\n" + "b" * 61])
def test_what_a_window_does_not_show_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        normalised(Kind.LETTER, typed)


def test_an_address_without_itself_is_the_same_on_any_machine() -> None:
    # Its SHA-256: written once, so that a restored database knows who unsubscribed.
    assert digest(Kind.EMAIL, "Lea@example.org") == digest(Kind.EMAIL, "lea@example.org")
    assert digest(Kind.EMAIL, "lea@example.org").startswith("d013505d704a")
    assert digest(Kind.TEXT, "lea@example.org") != digest(Kind.EMAIL, "lea@example.org")
