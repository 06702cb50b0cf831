"""A territory asked for on a day: which SIREN, which communes, how many people, and what is said of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage import places
from maillage.places.models import Commune, Membership, TerritorySpell
from tests.factories.places import CALL, HAUTE_DEULE, MEL_2019, places_loaded

pytestmark = pytest.mark.django_db

OLD, NEW = "245900410", "200093201"
MERGER = date(2020, 3, 14)
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    places_loaded()


def territory(*words: str) -> dict[str, Any]:
    """What the command `territory` answers a program."""
    out = StringIO()
    call_command("territory", *words, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


# The MEL, day by day: SIREN valid then, number of communes, vintage that counts its people.
CALENDAR = """
2015-06-01  245900410   8  2019
2019-01-01  245900410   8  2019
2019-12-31  245900410   8  2019
2020-01-01  245900410   8  2020
2020-03-13  245900410   8  2020
2020-03-14  200093201  13  2020
2020-06-30  200093201  13  2020
2020-12-31  200093201  13  2020
2021-01-01  200093201  13  2021
2026-11-23  200093201  13  2021
"""
ROWS = [line.split() for line in CALENDAR.strip().splitlines()]


@pytest.mark.parametrize("asked", [OLD, NEW, "mel"])
@pytest.mark.parametrize(("day", "siren", "communes", "vintage"), ROWS)
def test_the_metropole_day_by_day(
    asked: str, day: str, siren: str, communes: str, vintage: str
) -> None:
    told = territory(asked, "--on", day)

    assert (told["siren"], len(told["communes"]), told["vintage"]) == (
        siren,
        int(communes),
        int(vintage),
    )


def test_the_answer_has_the_promised_keys_first_and_communes_are_codes() -> None:
    told = territory("call", "--on", "2020-06-30")

    assert list(told)[:5] == ["siren", "name", "communes", "population", "vintage"]
    assert told["communes"] == sorted(CALL)
    assert told["name"] == "Communauté d'agglomération de Lens-Liévin"
    assert told["population"] == sum(people for _, people in CALL.values()) * 101 // 100


@pytest.mark.parametrize(
    ("asked", "kind", "siren", "communes"),
    [
        ("59350", "commune", "", ["59350"]),
        ("59298", "commune", "", ["59350"]),
        ("75101", "commune", "", ["75056"]),
        ("75", "department", "", ["75056"]),
        ("dep-62", "department", "", sorted(CALL)),
        ("245901061", "epci", "245901061", sorted(HAUTE_DEULE)),
    ],
)
def test_other_territories_answer_with_the_same_keys(
    asked: str, kind: str, siren: str, communes: list[str]
) -> None:
    told = territory(asked, "--on", "2019-06-30")

    assert (told["kind"], told["siren"], told["communes"]) == (kind, siren, communes)


@pytest.mark.parametrize(
    ("asked", "day", "reason", "remedy"),
    [
        ("999999999", "2020-01-01", "« 999999999 »", "le SIREN d’une intercommunalité"),
        ("nulle-part", "2020-01-01", "« nulle-part »", "mel, call"),
        ("59999", "2020-01-01", "« 59999 »", "un code INSEE"),
        ("245901061", "2020-03-14", "n’existait pas le 2020-03-14", "2019-01-01 et le 2020-03-13"),
    ],
)
def test_what_is_not_known_is_refused_with_the_remedy(
    asked: str, day: str, reason: str, remedy: str
) -> None:
    with pytest.raises(CommandError) as refused:
        territory(asked, "--on", day)

    said = str(refused.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert refused.value.returncode == 1
    assert reason in said
    assert remedy in said


def test_it_is_refused_in_english_to_who_reads_english() -> None:
    with translation.override("en"), pytest.raises(places.UnknownTerritory) as refused:
        places.perimeter("245901061", MERGER)

    assert str(refused.value) == (
        "“CC de la Haute Deûle” did not exist on 2020-03-14. "
        "Ask for a day between 2019-01-01 and 2020-03-13."
    )


class TestOnAnyDay:
    @settings(max_examples=25)
    @given(day=DAYS)
    def test_both_numbers_find_the_same_territory(self, day: date) -> None:
        assert places.perimeter(OLD, day) == places.perimeter(NEW, day)

    @settings(max_examples=25)
    @given(day=DAYS)
    def test_the_number_in_the_answer_is_the_one_valid_then(self, day: date) -> None:
        assert places.perimeter("mel", day).siren == (OLD if day < MERGER else NEW)

    @settings(max_examples=25)
    @given(day=DAYS)
    def test_every_commune_stands_in_one_intercommunality_at_most(self, day: date) -> None:
        keys = ["mel", "call"] + (["epci-245901061"] if day < MERGER else [])
        codes = [code for key in keys for code in places.perimeter(key, day).communes]

        assert len(set(codes)) == len(codes)
        assert set(codes) == {*MEL_2019, *HAUTE_DEULE, *CALL}

    @settings(max_examples=25)
    @given(day=DAYS)
    def test_nobody_is_lost_or_counted_twice_by_a_merger(self, day: date) -> None:
        keys = ["mel"] + (["epci-245901061"] if day < MERGER else [])
        counted = sum(places.perimeter(key, day).municipal_population for key in keys)
        towns = {**MEL_2019, **HAUTE_DEULE}
        grown = 10 * len(towns) if day.year >= 2021 else 0

        assert counted == sum(people for _, people in towns.values()) + grown

    @settings(max_examples=25)
    @given(day=DAYS)
    def test_sectors_hold_communes_of_the_day_and_no_other(self, day: date) -> None:
        codes = [code for sector in places.sectors("mel", day) for code in sector.communes]

        assert sorted(codes) == list(places.perimeter("mel", day).communes)

    @settings(max_examples=25)
    @given(day=DAYS, code=st.sampled_from(sorted({**MEL_2019, **CALL})))
    def test_a_commune_in_force_answers_for_itself(self, day: date, code: str) -> None:
        found = places.perimeter(code, day)

        assert (found.key, found.communes, str(found.note)) == (code, (code,), "")
        assert found.population == found.municipal_population


class TestPopulationsOfEachVintage:
    @pytest.mark.parametrize(
        ("year", "people"), [(2018, 232440), (2019, 232440), (2020, 232440), (2021, 232450)]
    )
    def test_a_commune_has_that_of_the_vintage_in_force(self, year: int, people: int) -> None:
        assert places.perimeter("59350", date(year, 7, 1)).population == people

    def test_a_part_of_a_commune_is_counted_in_it(self) -> None:
        assert Commune.objects.get(code="59298").population(2019) is None

    def test_a_commune_that_a_vintage_does_not_count_takes_the_nearest_before(self) -> None:
        Commune.objects.filter(code="59350").update(populations={"2019": 7, "2026": 9})
        places.forget()

        assert places.perimeter("59350", date(2020, 7, 1)).population == 7
        assert places.perimeter("59350", date(2020, 7, 1)).vintage == 2019

    def test_one_that_only_later_vintages_count_takes_the_first_of_them(self) -> None:
        Commune.objects.filter(code="59350").update(populations={"2026": 9})
        places.forget()

        assert places.perimeter("59350", date(2020, 7, 1)).population == 9

    def test_an_unpublished_population_is_none_and_adds_nothing(self) -> None:
        before = places.perimeter("mel", MERGER).municipal_population
        Commune.objects.filter(code="59350").update(populations={"2020": None})
        places.forget()

        assert places.perimeter("59350", MERGER).population is None
        assert places.perimeter("mel", MERGER).municipal_population == before - 232440


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("fr", "59355 (Lomme) fait partie de 59350 (Lille) depuis le 27 février 2000."),
            ("en", "59355 (Lomme) has belonged to 59350 (Lille) since 27 February 2000."),
        ],
    )
    def test_of_an_old_code(self, language: str, said: str) -> None:
        with translation.override(language):
            note = str(places.follow("59355", date(2020, 6, 30)).note)

        assert note.replace("\u00a0", " ") in {said, said.replace("27 February", "Feb. 27,")}

    def test_of_the_day_before_nothing(self) -> None:
        eve = places.follow("59355", date(2000, 2, 26))

        assert (eve.code, str(eve.note)) == ("59355", "")

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("fr", "75101 (Paris 1er Arrondissement) est compté dans 75056 (Paris)."),
            ("en", "75101 (Paris 1er Arrondissement) is counted in 75056 (Paris)."),
        ],
    )
    def test_of_an_arrondissement(self, language: str, said: str) -> None:
        with translation.override(language):
            assert str(places.follow("75101", MERGER).note) == said

    @pytest.mark.parametrize("code", ["", "5935", "593500", "ABCDE", "59\x0050", "２９３５０"])
    def test_of_what_is_no_code(self, code: str) -> None:
        found = places.follow(code, MERGER)

        assert not found.known
        assert found.code == code.strip().upper()


class TestWhatTheDatabaseRefuses:
    def test_a_spell_that_ends_before_it_starts(self) -> None:
        from django.db import IntegrityError, transaction

        spell = TerritorySpell.objects.first()
        assert spell is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            TerritorySpell.objects.filter(pk=spell.pk).update(
                ends_on=spell.starts_on - timedelta(days=1)
            )

    def test_a_commune_in_two_territories_without_end(self) -> None:
        from django.db import IntegrityError, transaction

        member = Membership.objects.filter(ends_on=None).first()
        assert member is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                commune_code=member.commune_code,
                territory=member.territory,
                starts_on=date(2029, 1, 1),
            )
