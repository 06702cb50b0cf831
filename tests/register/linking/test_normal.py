"""What people write of a firm, brought to one form."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.register.linking import normal


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Sté MARTIN & Fils S.A.R.L.", "martin fils"),
        ("MARTIN ET FILS", "martin fils"),
        ("Ets. Lefèvre", "lefevre"),
        ("A.B.C. Coiffure", "abc coiffure"),
        ("L'Atelier de la Gare", "atelier gare"),
        ("Monsieur Jean-Pierre Œuvrard", "jean pierre oeuvrard"),
        ("Association Les Amis du Quartier", "amis quartier"),
    ],
)
def test_legal_forms_articles_and_accents_leave_a_name(written: str, meant: str) -> None:
    assert normal.name(written) == meant


@pytest.mark.parametrize("written", ["SARL", "Le & La", "E.U.R.L."])
def test_a_name_made_of_nothing_else_stays_as_it_is(written: str) -> None:
    assert normal.name(written)


@pytest.mark.parametrize("written", ["", "   ", None, "***"])
def test_what_says_nothing_is_none(written: str | None) -> None:
    assert normal.name(written) is None
    assert normal.street(written) == (None, None)
    assert normal.town(written) is None


@pytest.mark.parametrize(
    ("written", "number", "street"),
    [
        ("12 bis, av. du Gal de Gaulle", "12", "avenue general gaulle"),
        ("12 AVENUE DU GENERAL DE GAULLE", "12", "avenue general gaulle"),
        ("012, r. St-André", "12", "rue saint andre"),
        ("Bd Victor Hugo", None, "boulevard victor hugo"),
        ("3B rue de la Gare", "3", "rue gare"),
        ("ZA du Moulin", None, "zone moulin"),
    ],
)
def test_a_number_leaves_its_street_whose_kind_is_written_whole(
    written: str, number: str | None, street: str
) -> None:
    assert normal.street(written) == (number, street)


@pytest.mark.parametrize(
    ("written", "number"), [("12 ter", "12"), ("n° 7", "7"), ("0", None), ("", None), ("bis", None)]
)
def test_a_number_is_read_without_what_repeats_it(written: str, number: str | None) -> None:
    assert normal.house(written) == number


@pytest.mark.parametrize(
    ("written", "town"),
    [
        ("ST ANDRE CEDEX 2", "saint andre"),
        ("Saint-André", "saint andre"),
        ("Villeneuve d’Ascq", "villeneuve d ascq"),
        ("VILLENEUVE D'ASCQ", "villeneuve d ascq"),
    ],
)
def test_a_town_has_one_name(written: str, town: str) -> None:
    assert normal.town(written) == town


@pytest.mark.parametrize(
    ("written", "postcode"),
    [("59 000", "59000"), ("1000", "01000"), ("SW1A 1AA", "SW1A1AA"), ("", None), (None, None)],
)
def test_a_postcode_has_its_zero_back(written: str | None, postcode: str | None) -> None:
    assert normal.postcode(written) == postcode


@pytest.mark.parametrize(
    ("written", "code"),
    [("10.71C", "1071C"), ("10.71 c", "1071C"), ("10", "10"), ("1071", "1071"), ("boulangerie", None), ("", None)],
)  # fmt: skip
def test_an_activity_is_a_code_or_is_not_compared(written: str, code: str | None) -> None:
    assert normal.activity(written) == code


@pytest.mark.parametrize("written", ["03 20 12 34 56", "+33 3 20 12 34 56", "0033 (0)320.12.34.56"])
def test_a_telephone_is_one_whatever_its_prefix(written: str) -> None:
    assert normal.phone(written) == "320123456"


def test_too_short_a_telephone_is_not_compared() -> None:
    assert normal.phone("3620") is None


@pytest.mark.parametrize(
    ("written", "address", "domain"),
    [
        (" Contact@Fournil-Martin.fr ", "contact@fournil-martin.fr", "fournil-martin.fr"),
        ("martin@orange.fr", "martin@orange.fr", None),
        ("martin", None, None),
        ("a@b@c", None, None),
        ("", None, None),
    ],
)
def test_a_mail_has_a_domain_where_the_domain_is_its_own(
    written: str, address: str | None, domain: str | None
) -> None:
    assert normal.mail(written) == (address, domain)


@given(st.text(max_size=60))
def test_bringing_to_one_form_twice_changes_nothing_more(text: str) -> None:
    once = normal.name(text)
    again = normal.name(once)
    assert again is None or set(again.split()) <= set((once or "").split())
    assert normal.town(normal.town(text)) == normal.town(text)
    assert normal.phone(normal.phone(text)) == normal.phone(text)
    assert normal.postcode(normal.postcode(text)) == normal.postcode(text)


@given(st.text(max_size=60))
def test_case_changes_nothing(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isascii())
    assert normal.name(plain.upper()) == normal.name(plain.lower())
    assert normal.street(plain.upper()) == normal.street(plain.lower())
