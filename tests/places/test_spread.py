"""Any list over communes: whatever the rows, what the map counts is what each commune opens, and nothing is told twice."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import places
from maillage.places import Spread
from maillage.places.models import Commune
from maillage.places.spread import _named, limits_of
from tests.factories import observed, places as geography

pytestmark = pytest.mark.django_db

#: Communes of today, two codes that became part of Lille, one that nobody knows, and none.
CODES = ("59350", "59298", "59355", "59512", "62498", "99999", "")
TODAYS = {"59298": "59350", "59355": "59350"}


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    geography.places_loaded()
    observed.outlined()


def spread_of(codes: list[str], told: Q | None = None, **given: str) -> Spread:  # type: ignore[type-arg]
    """A list of rows that stand in these communes: any model that has a column of codes would do."""
    Commune.objects.filter(code__startswith="T").delete()
    Commune.objects.bulk_create(
        Commune(code=f"T{rank:04}", name=f"{rank}", siren=code) for rank, code in enumerate(codes)
    )
    rows = Commune.objects.filter(code__startswith="T").order_by("name")
    return Spread(rows, "siren", given, told if told is not None else Q())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(CODES), max_size=12), st.integers(0, 11))
def test_the_map_counts_the_rows_of_the_list_and_each_commune_opens_its_own(
    codes: list[str], hidden: int
) -> None:
    kept = ~Q(name=str(hidden))
    whole = spread_of(codes, kept)
    shown = [code for rank, code in enumerate(codes) if rank != hidden]
    wanted = Counter(TODAYS.get(code, code) for code in shown if code)
    assert whole.rows.count() == len(codes) == sum(whole.counts.values())
    assert {code: n for code, n in whole.counts.items() if code and n} == dict(wanted)
    drawn = whole.on_map("Rows", "mel")
    assert (drawn is None) == (not codes)
    if drawn is not None:
        assert (drawn.number, drawn.nowhere) == (
            len(codes),
            len(codes) - sum(wanted.values()) + wanted["99999"],
        )
    assert [code for code, _name in whole.choices] == sorted(
        wanted, key=lambda c: places.fold(places.commune_name(c))
    )
    for code, number in wanted.items():
        opened = Spread(whole.every, "siren", _given(whole.address(code)), kept)
        assert opened.rows.count() == number == sum(opened.counts.values())
        assert opened.choices == whole.choices  # the other communes stay on offer


def _given(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_an_address_keeps_the_other_filters_and_forgets_the_page() -> None:
    asked = {"etat": "ouvert", "page": "3", "vide": "", "commune": "59355"}
    spread = spread_of(["59350"], None, **asked)
    assert spread.chosen == "59350"  # the commune that Lomme is part of today
    assert spread.here == "?etat=ouvert&commune=59350"
    assert spread.address("59512") == "?etat=ouvert&commune=59512"
    assert spread.address() == "?etat=ouvert"


@pytest.mark.parametrize("text", ["Lille", "5935", "59350'", "59 50", "⁵9350", "", "x" * 400])
def test_what_is_no_code_of_a_commune_narrows_nothing(text: str) -> None:
    assert spread_of(["59350", "59512"], commune=text).rows.count() == 2


def test_a_commune_that_nobody_knows_shows_an_empty_list_and_stays_on_offer() -> None:
    spread = spread_of(["59350"], commune="99999")
    assert not spread.rows.exists()
    assert ("99999", "99999") in spread.choices
    assert spread.on_map("Rows", "mel") is None


@pytest.mark.parametrize("territory", ["", "nowhere", "mel"])
def test_a_row_outside_the_territory_is_drawn_too(territory: str) -> None:
    drawn = spread_of(["62498"]).on_map("Rows", territory)
    assert drawn is not None
    assert drawn.nowhere == 0
    assert "Lens" in drawn.drawn


def test_none_apart_then_classes_of_about_the_same_size() -> None:
    assert limits_of([]) == limits_of([0, 0]) == []
    assert limits_of([0, 4, 4]) == [4]
    assert limits_of([0, *range(1, 11)]) == [1, 5, 7, 9]


def test_the_map_names_the_few_communes_that_count_most_and_none_where_all_count_alike() -> None:
    codes = [f"590{rank:02}" for rank in range(9)]
    assert _named(dict.fromkeys(codes, 1), codes) == []
    assert _named({code: rank for rank, code in enumerate(codes)}, codes) == codes[:2:-1]
    assert _named({codes[0]: 3, codes[1]: 3, codes[2]: 0}, codes[:3]) == codes[:2]
