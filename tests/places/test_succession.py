"""Old codes lead to the commune that speaks for them on the day asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from maillage import places
from maillage.places.models import Commune, Succession
from maillage.places.succession import chase
from tests.factories.places import places_loaded

CODES = st.sampled_from(["A", "B", "C", "D"])
DAYS = st.one_of(
    st.none(), st.integers(0, 40).map(lambda number: date(2000, 1, 1) + timedelta(days=number))
)
CHANGES = st.dictionaries(CODES, st.lists(st.tuples(DAYS, CODES), max_size=5), max_size=4)


@given(changes=CHANGES, code=CODES, on=st.integers(0, 50))
def test_following_a_code_always_ends_and_where_it_ends_stands(changes, code, on) -> None:  # type: ignore[no-untyped-def]
    day = date(2000, 1, 1) + timedelta(days=on)
    final, since = chase(code, day, changes)
    assert final in {"A", "B", "C", "D"}
    assert since is None or since <= day


def test_a_change_counts_from_its_day_on() -> None:
    changes = {"A": [(date(2016, 1, 1), "B")]}
    assert chase("A", date(2015, 12, 31), changes) == ("A", None)
    assert chase("A", date(2016, 1, 1), changes) == ("B", date(2016, 1, 1))


def test_a_commune_merged_twice_is_followed_to_the_end() -> None:
    changes = {"A": [(date(1972, 1, 1), "B")], "B": [(date(2016, 1, 1), "C")]}
    assert chase("A", date(2020, 1, 1), changes) == ("C", date(2016, 1, 1))
    assert chase("A", date(2000, 1, 1), changes) == ("B", date(1972, 1, 1))


def test_a_commune_that_takes_over_the_one_that_absorbed_it_answers_for_both() -> None:
    changes = {"A": [(date(1972, 1, 1), "B")], "B": [(date(2016, 1, 1), "A")]}
    assert chase("A", date(2020, 1, 1), changes)[0] == "A"
    assert chase("B", date(2020, 1, 1), changes)[0] == "A"


def test_a_commune_restored_speaks_for_itself_again() -> None:
    changes = {"A": [(date(1972, 1, 1), "B"), (date(2000, 1, 1), "A")]}
    assert chase("A", date(1999, 1, 1), changes)[0] == "B"
    assert chase("A", date(2000, 1, 1), changes)[0] == "A"


def test_two_codes_said_to_become_each_other_do_not_loop() -> None:
    changes = {"A": [(None, "B")], "B": [(None, "A")]}
    assert chase("A", date(2020, 1, 1), changes)[0] in {"A", "B"}


@pytest.mark.django_db
class TestOnTheSmallGeography:
    @pytest.fixture(autouse=True)
    def _geography(self) -> None:
        places_loaded()

    def test_hellemmes_is_counted_in_lille_since_1977(self) -> None:
        found = places.follow("59298", date(2020, 6, 30))
        assert found.code == "59350"
        with translation.override("en"):
            assert str(found.note).startswith("59298 (Hellemmes-Lille) has belonged to 59350")
        with translation.override("fr"):
            assert "24 avril 1977" in str(found.note)

    def test_before_its_merger_an_old_code_is_a_commune(self) -> None:
        assert places.follow("59298", date(1970, 1, 1)).code == "59298"

    def test_a_code_in_force_is_kept_without_a_word(self) -> None:
        found = places.follow(" 59350 ", date(2020, 6, 30))
        assert (found.code, found.note, found.known) == ("59350", "", True)

    def test_an_arrondissement_leads_to_its_city(self) -> None:
        found = places.follow("75101", date(2020, 6, 30))
        assert found.code == "75056"
        assert "Paris" in str(found.note)

    def test_an_old_code_without_a_day_leads_to_its_commune(self) -> None:
        Succession.objects.create(old_code="59020", new_code="59009", on=None)
        Commune.objects.create(code="59020", name="59020", kind="former", department="59")
        places.forget()
        found = places.follow("59020", date(2020, 6, 30))
        assert found.code == "59009"
        assert "59020" in str(found.note)

    def test_a_code_nobody_knows_is_kept_and_said_unknown(self) -> None:
        found = places.follow("99138", date(2020, 6, 30))
        assert (found.code, found.known) == ("99138", False)
        assert "99138" in str(found.note)

    def test_names_of_communes_fall_back_on_the_code(self) -> None:
        assert places.commune_name("59350") == "Lille"
        assert places.commune_name("99138") == "99138"
        assert sorted(places.communes(["59350", "62498", "99138"])) == ["59350", "62498"]
