"""Points by criterion: what each says, what shuts the door, and that they always sum to the score."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from maillage.needs.matching import LEAST, Asked, Offer, Proposal, propose
from maillage.needs.matching.scoring import CRITERIA
from maillage.needs.matching.texts import Corpus, Thesaurus, likeness, plain

NEED = Asked(id="n", theme="online", commune="59350", activity="10.71C", headcount=2, craft=True)
SERVICE = Offer(id="s", themes=frozenset({"online"}), areas=frozenset({"59350"}), delay_days=2)


def points(need: Asked = NEED, service: Offer = SERVICE, **more: Any) -> dict[str, int] | None:
    found = propose([need], [service], least=0, **more)
    return {one.criterion: one.points for one in found[0].reasons} if found else None


def test_all_that_speaks_for_a_service_makes_ninety_and_its_words_the_last_ten() -> None:
    assert points() == {
        "theme": 40, "territory": 20, "eligibility": 10, "load": 10, "language": 5, "delay": 5,
    }  # fmt: skip
    same = points(replace(NEED, text="site vitrine"), replace(SERVICE, text="Site vitrine"))
    assert same is not None
    assert sum(same.values()) == 100


@pytest.mark.parametrize(
    ("need", "service"),
    [
        ({"theme": "energy"}, {}),
        ({"theme": ""}, {}),
        ({"commune": "62498"}, {}),
        ({"headcount": 11}, {"headcount": (None, 10)}),
        ({"headcount": 0}, {"headcount": (1, None)}),
        ({}, {"activities": ("43", "45")}),
        ({"legal_form": "5499"}, {"legal_forms": ("92",)}),
        ({"craft": False}, {"craft_only": True}),
        ({}, {"capacity": 3, "load": 3}),
        ({}, {"capacity": 0}),
    ],
)
def test_who_may_not_have_it_is_never_offered_it(need: dict, service: dict) -> None:
    assert points(replace(NEED, **need), replace(SERVICE, **service)) is None


@pytest.mark.parametrize(
    ("need", "service"),
    [
        ({"headcount": None}, {"headcount": (None, 10)}),
        ({"activity": ""}, {"activities": ("43",)}),
        ({"legal_form": ""}, {"legal_forms": ("92",)}),
        ({"craft": None}, {"craft_only": True}),
    ],
)
def test_what_is_not_known_shuts_no_door_and_gives_no_points(need: dict, service: dict) -> None:
    told = points(replace(NEED, **need), replace(SERVICE, **service))
    assert told is not None
    assert "eligibility" not in told


@pytest.mark.parametrize(
    ("areas", "commune", "expected"),
    [
        (["59350"], "59350", 20),
        (["59"], "59350", 15),
        (["974"], "97411", 15),
        ([], "59350", 10),
        (["62"], "", None),
    ],
)
def test_the_nearer_its_territory_the_more_points(
    areas: list[str], commune: str, expected: int | None
) -> None:
    told = points(replace(NEED, commune=commune), replace(SERVICE, areas=frozenset(areas)))
    assert told is not None
    assert told.get("territory") == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 5), (3, 5), (4, 2), (5, 2), (6, None), (None, None)]
)
def test_a_prompt_answer_is_worth_more(days: int | None, expected: int | None) -> None:
    told = points(service=replace(SERVICE, delay_days=days))
    assert told is not None
    assert told.get("delay") == expected


@pytest.mark.parametrize(
    ("capacity", "load", "expected"),
    [(None, 7, 10), (10, 0, 10), (10, 5, 5), (10, 9, 1), (3, 1, 6)],
)
def test_who_has_room_is_asked_first(capacity: int | None, load: int, expected: int) -> None:
    told = points(service=replace(SERVICE, capacity=capacity, load=load))
    assert told is not None
    assert told["load"] == expected


def test_another_language_counts_where_it_is_spoken() -> None:
    polish = replace(NEED, language="pl")
    assert "language" not in (points(polish) or {})
    assert (points(polish, replace(SERVICE, languages=frozenset({"pl"}))) or {})["language"] == 5


def test_free_text_alone_proposes_nothing_but_a_term_that_advisers_keep_does() -> None:
    said = replace(NEED, theme="", text="Je voudrais un site vitrine")
    shop = replace(SERVICE, text="Site vitrine")
    assert points(said, shop) is None
    terms = Thesaurus([("site vitrine", "online")])
    assert (points(said, shop, thesaurus=terms) or {})["theme"] == 30


def test_a_term_is_found_as_whole_words_without_case_nor_accents() -> None:
    terms = Thesaurus([("Fichier clients", "digital"), ("four", "energy"), ("", "cash")])
    assert terms.themes("mon FICHIER-CLIENTS") == {"digital"}
    assert terms.themes("fournisseur") == set()


def test_below_the_least_a_service_is_not_proposed() -> None:
    bare = Offer(id="s", themes=frozenset({"online"}), delay_days=9, capacity=100, load=99)
    far = replace(NEED, commune="", language="pl", headcount=None)
    weak = replace(bare, headcount=(1, 5), areas=frozenset({"59"}))
    assert propose([far], [weak], least=LEAST)[0].score == 40
    assert propose([far], [weak], least=LEAST + 1) == []


WORDS = st.text("abcdefgh é", max_size=30)
OFFERS = st.builds(
    Offer,
    id=st.uuids().map(str),
    themes=st.frozensets(st.sampled_from(["online", "energy", "cash"]), max_size=3),
    text=WORDS,
    areas=st.frozensets(st.sampled_from(["59", "59350", "62"]), max_size=2),
    headcount=st.tuples(st.none() | st.integers(0, 3), st.none() | st.integers(3, 9)),
    craft_only=st.booleans(),
    delay_days=st.none() | st.integers(0, 9),
    capacity=st.none() | st.integers(0, 9),
    load=st.integers(0, 9),
)
ASKED = st.builds(
    Asked,
    id=st.uuids().map(str),
    theme=st.sampled_from(["online", "energy", "cash", ""]),
    text=WORDS,
    commune=st.sampled_from(["59350", "62498", ""]),
    headcount=st.none() | st.integers(0, 12),
    craft=st.none() | st.booleans(),
)


@given(
    st.lists(ASKED, max_size=4, unique_by=lambda a: a.id),
    st.lists(OFFERS, max_size=5, unique_by=lambda o: o.id),
)
def test_reasons_sum_to_the_score_and_the_order_of_services_changes_nothing(
    needs: list[Asked], services: list[Offer]
) -> None:
    found = propose(needs, services)
    for one in found:
        assert one.score == sum(reason.points for reason in one.reasons) == one.as_json()["score"]
        assert LEAST <= one.score <= 100
        assert all(reason.points > 0 and reason.criterion in CRITERIA for reason in one.reasons)
    assert propose(needs, services[::-1]) == found
    by_need: dict[str, list[Proposal]] = {}
    for one in found:
        by_need.setdefault(one.need, []).append(one)
    for listed in by_need.values():
        assert [(-p.score, p.service) for p in listed] == sorted(
            (-p.score, p.service) for p in listed
        )


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_of_itself_whole(one: str, other: str) -> None:
    corpus = Corpus([one, other])
    left, right = corpus.weighed(one), corpus.weighed(other)
    assert likeness(left, right) == pytest.approx(likeness(right, left))
    assert 0 <= likeness(left, right) <= 1
    if plain(one):
        assert likeness(left, left) == pytest.approx(1)


def test_accents_and_case_are_left_out() -> None:
    corpus = Corpus(["rénovation du four", "vitrine"])
    assert likeness(
        corpus.weighed("RENOVATION DU FOUR"), corpus.weighed("rénovation du four")
    ) == pytest.approx(1)
