"""The links of two lists: their laws, and what each says of itself."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from django.utils import translation

from maillage.register.linking import Firm, Link, link
from maillage.register.linking.firms import Told, told
from tests.register.linking.invented import association, register

BAKERY = Firm(
    id="1", name="SARL Martin et Fils", sign="Le Fournil", number="12", street="RUE DE LA GARE",
    postcode="59000", town="LILLE", activity="10.71C", phone="03 20 11 22 33",
)  # fmt: skip
FLORIST = Firm(
    id="2", name="Dubois Claire", sign="Au Jardin", number="3", street="PLACE DE LA REPUBLIQUE",
    postcode="59100", town="ROUBAIX", activity="47.76Z", phone="03 20 44 55 66",
)  # fmt: skip
GARAGE = Firm(
    id="3", name="Garage Lecocq", number="87", street="AVENUE FOCH", postcode="59200", town="TOURCOING",
)  # fmt: skip
REGISTER = [BAKERY, FLORIST, GARAGE]


def pairs(links: list[Link]) -> set[tuple[str, str]]:
    """Which lines are linked."""
    return {(one.left, one.right) for one in links}


def why(one: Link) -> dict[str, tuple[str, float]]:
    """Of each field, the level and the weight."""
    return {part.field: (part.level, part.weight) for part in one.why}


@cache
def drawn() -> tuple[list[Firm], list[Firm], list[Link]]:
    """Two invented lists and their links: eighty firms, a quarter of each known to one list only."""
    firms = register(100)
    left, right = association(firms[:80]), firms[20:]
    return left, right, link(left, right)


def test_a_line_finds_its_firm_by_the_sign_over_the_door_and_an_abbreviated_street() -> None:
    line = Firm(
        id="a", name="Le Fournil", street="12 r. de la Gare", postcode="59000", town="Lille"
    )
    (found,) = link([line], REGISTER)
    assert (found.left, found.right) == ("a", "1")
    assert found.p > 0.99
    told = why(found)
    assert [told[name][0] for name in ("name", "number", "street", "place")] == [
        "words", "same", "same", "same",
    ]  # fmt: skip


def test_what_could_not_be_compared_is_said_and_weighs_nothing() -> None:
    line = replace(GARAGE, id="a")
    other = replace(FLORIST, id="b")
    found = next(one for one in link([line, other], REGISTER) if one.left == "a")
    assert why(found)["activity"] == ("unknown", 0.0)
    assert why(found)["phone"] == ("unknown", 0.0)


def test_what_differs_speaks_against_a_link() -> None:
    moved = replace(BAKERY, id="a", number="99", phone="")
    found = link([moved], REGISTER)[0]
    level, weight = why(found)["number"]
    assert level == "differs"
    assert weight < 0


def test_the_weights_sum_to_the_score_and_the_score_gives_the_probability() -> None:
    _left, _right, links = drawn()
    assert links
    for one in links:
        assert one.score == sum(part.weight for part in one.why)
        assert one.p == pytest.approx(2**one.score / (1 + 2**one.score), rel=1e-12)
        assert one.why[0].field == "prior"


def test_nearly_every_line_finds_its_own_firm_and_no_other() -> None:
    left, _right, links = drawn()
    assert all(one.left[1:] == one.right[1:] for one in links if one.p >= 0.99)
    assert len(links) >= 0.9 * (len(left) - 20)


def test_the_order_of_the_lines_changes_nothing() -> None:
    left, right, links = drawn()
    draw = random.Random(3)  # noqa: S311
    again = link(draw.sample(left, len(left)), draw.sample(right, len(right)))
    assert {(one.left, one.right): one.p for one in again} == {
        (one.left, one.right): pytest.approx(one.p, rel=1e-9) for one in links
    }


def test_the_lists_exchanged_give_the_same_pairs() -> None:
    left, right, links = drawn()
    turned = {(one.right, one.left) for one in link(right, left) if one.p >= 0.99}
    assert turned == {(one.left, one.right) for one in links if one.p >= 0.99}


def test_links_come_in_the_order_of_the_left_list() -> None:
    left, _right, links = drawn()
    order = [firm.id for firm in left]
    ranks = [order.index(one.left) for one in links]
    assert ranks == sorted(ranks)


def test_a_line_given_twice_is_linked_twice() -> None:
    left, right, links = drawn()
    twice = [replace(firm, id=f"B{firm.id[1:]}") for firm in left[:40]]
    again = pairs(link([*left, *twice], right))
    sure = {one.left for one in links if one.p >= 0.99}
    assert {one.id for one in twice if f"A{one.id[1:]}" in sure} <= {line for line, _firm in again}


def test_a_firm_that_stands_twice_word_for_word_is_found_twice() -> None:
    line = replace(BAKERY, id="a", sign="")
    found = link([line], [*REGISTER, replace(BAKERY, id="1 again")])
    assert pairs(found) == {("a", "1"), ("a", "1 again")}
    assert all(one.p > 0.99 for one in found)


def test_two_firms_that_fit_as_well_share_the_probability_and_say_so() -> None:
    line = replace(BAKERY, id="a", number="", phone="", activity="")
    other = replace(BAKERY, id="1 bis", number="14", phone="03 20 99 99 99")
    found = link([line], [*REGISTER, other], least=0.3)
    assert pairs(found) == {("a", "1"), ("a", "1 bis")}
    for one in found:
        assert one.p == pytest.approx(0.5, abs=0.05)
        assert why(one)["rivals"][1] < 0
        assert one.score == sum(part.weight for part in one.why)


def test_firms_that_have_nothing_to_do_with_it_leave_the_sure_links() -> None:
    left, right, links = drawn()
    strangers = [
        Firm(id=f"S{rank}", name=f"Zyx{rank} Qwq", street=f"{rank} route Wxyz", postcode="97400", town="Saint-Denis")
        for rank in range(60)
    ]  # fmt: skip
    sure = {(one.left, one.right) for one in links if one.p >= 0.99}
    again = {(one.left, one.right) for one in link(left, [*right, *strangers]) if one.p >= 0.99}
    assert len(sure ^ again) <= 0.03 * len(sure)


def test_a_siret_that_both_give_is_enough_la_postes_too() -> None:
    # La Poste's offices satisfy another sum than Luhn's.
    left = [Firm(id="a", siret="356 000 000 00048"), Firm(id="b", siret="55208131766522")]
    right = [
        Firm(id="1", name="La Poste", siret="35600000000048"),
        Firm(id="2", name="EDF", siret="552 081 317 66522"),
    ]
    found = link(left, right)
    assert pairs(found) == {("a", "1"), ("b", "2")}
    assert all(one.p > 0.99 for one in found)


def test_who_runs_it_is_a_name_where_the_other_list_names_nobody() -> None:
    line = Firm(id="a", first_name="Claire", last_name="Dubois", postcode="59100", town="Roubaix")
    (found,) = link([line], REGISTER)
    assert found.right == "2"
    assert why(found)["name"][0] == "words"


def test_who_runs_it_is_compared_where_both_lists_name_somebody() -> None:
    right = [replace(one, first_name=f, last_name=n) for one, f, n in zip(
        REGISTER, ("Luc", "Claire", "Samir"), ("Martin", "Dubois", "Lecocq"), strict=True)]  # fmt: skip
    line = Firm(id="a", first_name="Dubois", last_name="Claire", postcode="59100", town="Roubaix")
    (found,) = link([line], right)
    assert (found.right, why(found)["manager"][0]) == ("2", "swapped")


@pytest.mark.parametrize(
    ("left", "right"), [([], REGISTER), (REGISTER, []), ([], []), ([Firm(id="a")], REGISTER)]
)
def test_nothing_to_compare_links_nothing(left: list[Firm], right: list[Firm]) -> None:
    assert link(left, right) == []


def test_lists_that_share_no_word_no_place_and_no_number_link_nothing() -> None:
    assert (
        link([Firm(id="a", name="Zyx Qwq", street="rue Wxyz", town="Nulle-Part")], REGISTER) == []
    )


def test_a_link_speaks_the_readers_language() -> None:
    line = replace(GARAGE, id="a")
    (found,) = link([line], REGISTER)
    said = {part.field: part.words for part in found.why}
    with translation.override("en"):
        assert str(said["street"]) == "street: the same"
    with translation.override("fr"):
        assert str(said["street"]) == "voie\u00a0: identique"


def test_two_firms_meet_by_a_word_and_a_place_a_number_and_a_street_or_a_telephone() -> None:
    def keys(**given: str) -> set[str]:
        found: Told = told(Firm(id="x", **given))
        return set(found["keys"])

    whole = set(told(BAKERY)["keys"])
    assert keys(name="Martin", town="Lille") & whole
    assert keys(name="Martan", postcode="59000") & whole
    assert keys(street="12 rue de la Gare") & whole
    assert keys(phone="+33 3 20 11 22 33") & whole
    assert keys(name="Martin Fils") & whole
    assert not keys(town="Lille", postcode="59000") & whole
    assert not keys(name="Fils") & whole
