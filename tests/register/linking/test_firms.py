"""What is compared of a firm, and what brings two firms before each other."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from maillage.register.linking import Firm
from maillage.register.linking.firms import LISTS, TEXTS, table, told
from tests.register.linking.invented import association, register

WHOLE = Firm(
    id="1",
    name="SARL Martin et Fils",
    sign="Le Fournil",
    first_name="Luc",
    last_name="Martin",
    street="12 bis, r. de la Gare",
    postcode="59 000",
    town="Lille CEDEX",
    commune="59350",
    activity="10.71C",
    phone="+33 3 20 11 22 33",
    email="Contact@Fournil.fr",
    siret="552 081 317 66522",
)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "martin fils"),
        ("sign", "fournil"),
        ("person", None),
        ("manager", "luc martin"),
        ("first_name", "luc"),
        ("last_name", "martin"),
        ("number", "12"),
        ("street", "rue gare"),
        ("postcode", "59000"),
        ("town", "lille"),
        ("commune", "59350"),
        ("activity", "1071C"),
        ("phone", "320112233"),
        ("email", "contact@fournil.fr"),
        ("domain", "fournil.fr"),
        ("siret", "55208131766522"),
        ("bags", ["fils martin", "fournil"]),
        ("words", ["fils", "fournil", "martin"]),
    ],
)
def test_each_column_has_one_form(column: str, value: object) -> None:
    assert told(WHOLE)[column] == value


def test_every_column_that_is_laid_is_told() -> None:
    assert told(WHOLE).keys() == {*TEXTS, *LISTS, "keys"}


def test_a_firm_of_which_nothing_is_said_has_no_key() -> None:
    empty = told(Firm(id="1"))
    assert empty["keys"] == []
    assert all(empty[column] is None for column in (*TEXTS, *LISTS))


def test_who_runs_it_is_a_name_only_where_the_other_list_names_nobody() -> None:
    named = told(WHOLE, as_person=True)
    assert named["person"] == "luc martin"
    assert named["manager"] is None
    assert "luc martin" in named["bags"]


def test_the_other_list_decides_for_the_whole_list() -> None:
    nobody = Firm(id="2", name="Dubois")
    assert table([WHOLE], [nobody])[0][1]["person"] == "luc martin"
    assert table([WHOLE], [nobody, WHOLE])[0][1]["person"] is None


def test_a_number_given_apart_comes_before_the_one_in_the_address() -> None:
    both = told(Firm(id="1", number="7", street="12 rue de la Gare"))
    assert (both["number"], both["street"]) == ("7", "rue gare")


@pytest.mark.parametrize("wrong", ["55208131766523", "552081317", "4,9E+13", ""])
def test_a_siret_that_is_none_is_not_compared(wrong: str) -> None:
    assert told(Firm(id="1", siret=wrong))["siret"] is None


@pytest.mark.parametrize(
    "key",
    [
        "59000/martin",
        "lille/fournil",
        "59350/fils",
        "59000~mar",
        "martin/gare",
        "12/fournil",
        "12#gare",
        "lille#12",
        "fils+martin",
        "phone=320112233",
        "email=contact@fournil.fr",
        "domain=fournil.fr",
        "siret=55208131766522",
        "siren=552081317",
    ],
)
def test_a_firm_is_met_by_each_of_these(key: str) -> None:
    assert key in told(WHOLE)["keys"]


@pytest.mark.parametrize("key", ["59000", "lille", "martin", "59000/et", "12"])
def test_a_place_a_word_or_a_number_alone_brings_nobody_together(key: str) -> None:
    assert key not in told(WHOLE)["keys"]


def test_a_mail_of_a_provider_brings_together_by_the_address_alone() -> None:
    keys = told(Firm(id="1", email="martin@orange.fr"))["keys"]
    assert keys == ["email=martin@orange.fr"]


def test_a_name_of_many_words_is_met_by_its_longest_ones() -> None:
    keys = told(Firm(id="1", name=" ".join(f"word{'x' * n}" for n in range(20)), town="Lille"))[
        "keys"
    ]
    met = {key for key in keys if "/" in key}
    assert len(met) == 8
    assert f"lille/word{'x' * 19}" in met


@given(st.permutations(range(12)))
def test_a_table_lies_in_an_order_that_its_content_decides(order: list[int]) -> None:
    firms = register(12)
    mixed = [firms[rank] for rank in order]
    assert [firm.id for firm, _told in table(mixed, firms)] == [
        firm.id for firm, _told in table(firms, firms)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_nearly_every_invented_line_meets_its_firm(seed: int) -> None:
    firms = register(200, seed)
    lines = association(firms, seed + 1)
    met = sum(
        bool(set(told(line)["keys"]) & set(told(firm)["keys"]))
        for line, firm in zip(lines, firms, strict=True)
    )
    assert met >= 195


@given(st.builds(Firm, id=st.just("1"), name=st.text(max_size=40), street=st.text(max_size=40)))
def test_whatever_is_written_can_be_laid(firm: Firm) -> None:
    found = told(firm)
    assert all(found[column] is None or found[column] for column in (*TEXTS, *LISTS))
    assert found["keys"] == sorted(set(found["keys"]))


def test_two_lines_alike_are_told_alike_whoever_wrote_them() -> None:
    draw = random.Random(5)  # noqa: S311
    for firm in draw.sample(register(40), 10):
        assert told(firm) == told(
            Firm(**{**{f: getattr(firm, f) for f in firm.__slots__}, "id": "x"})
        )


def test_two_homonyms_of_two_towns_do_not_meet_by_a_word_and_a_place() -> None:
    one = told(Firm(id="1", name="Martin", town="Lille", postcode="59000"))
    other = told(Firm(id="2", name="Martin", town="Lens", postcode="62300"))
    assert not set(one["keys"]) & set(other["keys"])


def test_the_zero_that_a_spreadsheet_took_does_not_part_two_lines() -> None:
    one = told(Firm(id="1", name="Martin", postcode="1000"))
    other = told(Firm(id="2", name="Martin", postcode="01000"))
    assert "01000/martin" in set(one["keys"]) & set(other["keys"])


def test_a_house_number_parts_two_firms_of_one_name_in_one_street() -> None:
    one = told(Firm(id="1", name="Martin", street="12 rue Foch"))
    other = told(Firm(id="2", name="Martin", street="14 rue Foch"))
    assert set(one["keys"]) & set(other["keys"]) == {"martin/foch", "martin/rue"}
