"""What the register knows of a firm on a day, the areas around it, and conditions in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from maillage.catalogue import areas, telling
from maillage.catalogue.conditions import Conditions, Known, judge
from maillage.catalogue.knowing import headcount_of, known_of
from maillage.catalogue.vocabulary import Criterion, State
from maillage.places import UnknownTerritory
from tests.factories import places, register

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def _geography() -> None:
    places.places_loaded()


# Areas


@pytest.mark.usefixtures("_geography")
def test_a_commune_is_in_its_department_its_region_and_every_siren_of_its_intercommunality() -> (
    None
):
    found = areas.around("59350", DAY)
    assert found == {"59350", "59", "R32", "245900410", "200093201"}


@pytest.mark.usefixtures("_geography")
def test_an_old_code_is_in_the_areas_of_the_commune_that_took_over() -> None:
    assert areas.around("59355", DAY) == {"59355", *areas.around("59350", DAY)}


@pytest.mark.usefixtures("_geography")
def test_a_commune_joins_the_areas_of_its_intercommunality_on_the_day_it_does() -> None:
    assert "200093201" not in areas.around("59011", date(2019, 6, 30))
    assert "200093201" in areas.around("59011", DAY)


def test_a_commune_that_is_not_known_is_nowhere() -> None:
    assert areas.around("", DAY) == frozenset()


@pytest.mark.usefixtures("_geography")
@pytest.mark.parametrize(
    ("reference", "codes"),
    [
        ("59350", {"59350", "59", "R32", "245900410", "200093201"}),
        ("mel", {"245900410", "200093201", "59", "R32"}),
        ("59", {"59", "R32"}),
        ("r32", {"R32"}),
    ],
)
def test_what_somebody_names_is_read_in_codes(reference: str, codes: set[str]) -> None:
    assert areas.codes_of(reference, DAY) == codes


@pytest.mark.usefixtures("_geography")
def test_what_names_nothing_is_refused() -> None:
    with pytest.raises(UnknownTerritory):
        areas.codes_of("Atlantide", DAY)


@pytest.mark.usefixtures("_geography")
def test_each_area_has_its_name() -> None:
    told = areas.names(["59350", "200093201", "59", "R32", "99999"])
    assert told == {
        "59350": "Lille", "200093201": "Métropole Européenne de Lille", "59": "Nord",
        "R32": "Hauts-de-France", "99999": "99999",
    }  # fmt: skip


# Firms


def test_a_firm_is_known_by_the_spell_of_the_day() -> None:
    place = register.establishment(size_band="01")
    register.spell(place, starts_on=date(2021, 1, 1), size_band="12", activity="43.21A")
    before, after = known_of(place, date(2020, 12, 31)), known_of(place, DAY)
    assert (before.headcount, before.activity) == ((1, 2), "10.71C")
    assert (after.headcount, after.activity) == ((20, 49), "43.21A")
    assert after.opened_on == date(2010, 1, 1)
    assert after.legal_form == "5499"


def test_sorts_of_firm_are_those_of_the_day_read() -> None:
    place = register.establishment(spell_opened_on=date(2019, 1, 1))
    assert "stage_young" in (known_of(place, date(2021, 1, 1)).segments or ())
    assert "stage_young" not in (known_of(place, date(2023, 1, 1)).segments or ())
    assert {"craft_rm", "family_food"} <= (known_of(place, DAY).segments or set())


def test_what_the_register_does_not_tell_is_not_known() -> None:
    place = register.establishment(spelled=False)
    known = known_of(place, DAY)
    assert known.segments is None
    assert known.headcount is None
    assert known.opened_on is None
    assert known.in_qpv is None


@pytest.mark.parametrize(
    ("band", "numbers"), [("NN", (0, 0)), ("00", (0, 0)), ("03", (6, 9)), ("", None), ("ZZ", None)]
)
def test_a_headcount_band_is_two_numbers(band: str, numbers: tuple[int, int] | None) -> None:
    assert headcount_of(band) == numbers


# In words


def asked(criterion: Criterion, **conditions: Any) -> str:
    told = Conditions(**({"everywhere": True} | conditions))
    return telling.wanted(told, criterion, telling.Names([told]))


@pytest.mark.usefixtures("_geography")
@pytest.mark.parametrize(
    ("criterion", "conditions", "words"),
    [
        (Criterion.VALIDITY, {"valid_from": date(2020, 1, 1)}, "from 1 January 2020"),
        (Criterion.VALIDITY, {"valid_until": date(2020, 1, 1)}, "until 1 January 2020"),
        (
            Criterion.VALIDITY,
            {"valid_from": date(2020, 1, 1), "valid_until": date(2020, 2, 1)},
            "from 1 January 2020 to 1 February 2020",
        ),
        (Criterion.AREA, {"areas_out": ("59350",)}, "everywhere, but not Lille"),
        (Criterion.AREA, {"everywhere": False}, "Not said"),
        (
            Criterion.AREA,
            {"everywhere": False, "areas": ("59350", "R32")},
            "Lille, Hauts-de-France",
        ),
        (
            Criterion.AREA,
            {"everywhere": False, "areas": tuple(f"590{n:02}" for n in range(14))},
            ", ".join(["59000", *(f"590{n:02}" for n in range(1, 5)), "Allennes-les-Marais"]),
        ),
        (Criterion.HEADCOUNT, {"headcount_min": 1, "headcount_max": 9}, "1 to 9"),
        (Criterion.HEADCOUNT, {"headcount_min": 1}, "at least 1"),
        (Criterion.HEADCOUNT, {"headcount_max": 9}, "at most 9"),
        (Criterion.AGE, {"age_min": 1}, "at least 1 year"),
        (Criterion.AGE, {"age_max": 3}, "less than 3 years"),
        (
            Criterion.LEGAL_FORM,
            {"legal_forms": ("54",), "legal_forms_out": ("92",)},
            "54, but not 92",
        ),
        (Criterion.QPV, {"qpv_only": True}, "in a priority neighbourhood"),
        (
            Criterion.SEGMENTS,
            {"segments": ("craft_rm", "gone")},
            "Craft (trade-register code), gone",
        ),
        (Criterion.MOMENT, {"moments": ("creation",)}, "Creation"),
        (Criterion.OTHER, {"other": "À demander."}, "À demander."),
    ],
)
def test_what_is_asked_is_told_in_words(
    criterion: Criterion, conditions: dict[str, Any], words: str
) -> None:
    told = asked(criterion, **conditions)
    assert told == words or (len(conditions.get("areas", ())) > 12 and told.startswith(words))
    if len(conditions.get("areas", ())) > 12:
        assert told.endswith("2 more")


def test_many_activities_are_named_by_the_first_ones() -> None:
    told = asked(
        Criterion.ACTIVITY, activities=tuple(f"{n}" for n in range(10, 33)), is_priority=True
    )
    assert told.startswith("first of all 10")
    assert told.endswith("18 more")


@pytest.mark.usefixtures("_geography")
def test_each_criterion_tells_what_is_known_beside_what_is_asked() -> None:
    conditions = Conditions(
        areas=("59350",), headcount_max=9, qpv_only=True, age_min=2, activities=("10",)
    )
    firm = known_of(register.establishment(size_band="03"), DAY)
    told = telling.told(
        conditions, judge(conditions, firm), firm, telling.Names([conditions], firm)
    )
    by = {one.criterion: one for one in told}
    assert (by[Criterion.AREA].wanted, by[Criterion.AREA].known) == ("Lille", "Lille")
    assert (by[Criterion.HEADCOUNT].known, by[Criterion.HEADCOUNT].state) == ("6 to 9", State.MET)
    assert (by[Criterion.QPV].known, by[Criterion.QPV].state) == ("", State.UNKNOWN)
    assert by[Criterion.AGE].known == "1 January 2010"
    assert by[Criterion.ACTIVITY].known.startswith("10.71C")
    assert (by[Criterion.AREA].icon, by[Criterion.QPV].icon) == ("done", "waiting")
    assert (by[Criterion.AREA].answer, by[Criterion.QPV].answer) == ("Met", "To be asked")


def test_a_firm_of_nothing_is_told_of_nothing() -> None:
    firm = Known(day=DAY)
    names = telling.Names([], firm)
    silent = set(Criterion) - {Criterion.VALIDITY}
    assert {telling.known(firm, criterion, names) for criterion in silent} == {""}
