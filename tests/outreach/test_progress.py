"""How a list is told: streets in the order of a walk, communes by name, pace against the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from unittest import mock

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.outreach import progress
from maillage.outreach.actions.campaigns import Plan
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.campaigns import State
from maillage.outreach.models.targets import Target, _activities, _along
from maillage.register.models import Establishment, LegalUnit
from tests.factories import places


def line(street: str, commune: str = "59350", diffusion: str = "O") -> ListedFirm:
    place = Establishment(
        street=street, commune=commune, diffusion=diffusion, legal_unit=LegalUnit(name="X")
    )
    return ListedFirm(establishment=place, commune=commune)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"59350": SimpleNamespace(name="Lille"), "59512": SimpleNamespace(name="Roubaix")}
    monkeypatch.setattr("maillage.places.names.communes", lambda _codes: known)


@pytest.mark.usefixtures("names")
def test_a_page_of_the_list_is_cut_street_by_street() -> None:
    lines = [
        line("RUE ANCIENNE"),
        line("RUE NEUVE"),
        line("RUE NEUVE"),
        line("RUE NEUVE", "59512"),
        line("", "59512"),
    ]
    told = [(s.name, s.commune, len(s.lines)) for s in progress.by_street(lines)]
    assert told == [
        ("RUE ANCIENNE", "Lille", 1),
        ("RUE NEUVE", "Lille", 2),
        ("RUE NEUVE", "Roubaix", 1),
        ("Adresse inconnue", "Roubaix", 1),
    ]


@pytest.mark.usefixtures("names")
def test_a_firm_of_partial_diffusion_stands_in_no_street() -> None:
    hidden = line("RUE QUI NE DOIT PAS SE LIRE", diffusion="P")
    (street,) = progress.by_street([hidden])
    assert street.name == "Adresse inconnue"
    with translation.override("en"):
        (street,) = progress.by_street([hidden])
    assert street.name == "Address not known"


@pytest.mark.usefixtures("names")
def test_a_list_of_nobody_has_no_street() -> None:
    assert progress.by_street([]) == []
    assert progress.by_commune([]) == []


@pytest.mark.usefixtures("names")
def test_what_a_query_finds_is_told_by_commune_in_the_order_of_names() -> None:
    aimed = [
        Target(n, n, commune) for n, commune in enumerate(["59512", "59350", "59350", "59999"])
    ]
    # A commune that nobody knows keeps its code.
    assert progress.by_commune(aimed) == [("59999", 1), ("Lille", 2), ("Roubaix", 1)]


@given(st.lists(st.sampled_from(["59350", "59512", "59017"]), max_size=30))
def test_the_communes_of_a_query_sum_to_its_firms(communes: list[str]) -> None:
    with mock.patch("maillage.places.names.communes", return_value={}):
        told = progress.by_commune(Target(n, n, c) for n, c in enumerate(communes))
    assert sum(count for _name, count in told) == len(communes)
    assert [name for name, _count in told] == sorted(set(communes))


@pytest.mark.parametrize(
    ("value", "elapsed", "state"),
    [
        (None, 0.9, "ontrack"),  # n/a is not late
        (0.0, 0.0, "ontrack"),
        (0.5, 0.5, "ontrack"),
        (0.49, 0.5, "late"),
        (1.0, 1.0, "ontrack"),
        (0.99, 1.0, "late"),
    ],
)
def test_a_campaign_is_late_when_less_was_visited_than_time_went_by(
    value: float | None, elapsed: float, state: str
) -> None:
    assert progress._pace(SimpleNamespace(value=value), elapsed) == state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "elapsed"),
    [
        (date(2019, 12, 31), 0.0),
        (date(2020, 1, 1), 0.1),
        (date(2020, 1, 5), 0.5),
        (date(2020, 1, 10), 1.0),
        (date(2020, 2, 1), 1.0),
    ],
)
def test_time_goes_by_day_after_day_both_ends_included(today: date, elapsed: float) -> None:
    days = Period(date(2020, 1, 1), date(2020, 1, 10))
    assert days.elapsed(today) == pytest.approx(elapsed)


FROZEN = datetime(2020, 5, 1, 9, tzinfo=UTC)

# State | frozen | today
STATES = [
    (State.DRAFT, False, date(2020, 6, 30)),
    (State.DRAFT, False, date(2021, 6, 30)),
    (State.FROZEN, True, date(2020, 5, 31)),
    (State.UNDER_WAY, True, date(2020, 6, 1)),
    (State.UNDER_WAY, True, date(2020, 7, 31)),
    (State.CLOSED, True, date(2020, 8, 1)),
]


@pytest.mark.parametrize(("state", "frozen", "today"), STATES)
def test_where_a_campaign_stands_is_read_from_its_dates(
    state: State, frozen: bool, today: date
) -> None:
    campaign = Campaign(
        title="Centre",
        starts_on=date(2020, 6, 1),
        ends_on=date(2020, 7, 31),
        frozen_at=FROZEN if frozen else None,
    )
    with clock.at(clock.end_of_day(today)):
        assert campaign.state == state
    assert str(campaign) == "Centre"
    assert campaign.scheme == f"campaign:{campaign.key}"


# The walk.


def walked(*numbers: str) -> list[str]:
    places_found = [("59350", "RUE NEUVE", number, 1, 1) for number in numbers]
    return [place[2] for place in sorted(places_found, key=_along)]


def test_numbers_go_up_as_one_walks() -> None:
    assert walked("11", "9", "2", "100") == ["2", "9", "11", "100"]
    assert walked("5 TER", "5", "5 BIS", "4") == ["4", "5", "5 BIS", "5 TER"]
    assert walked("A", "1", "", "10") == ["", "A", "1", "10"]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_number_on_a_door_can_be_walked_past(numbers: list[str]) -> None:
    assert sorted(walked(*numbers)) == sorted(numbers)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["59350", "59512"]),
            st.sampled_from(["RUE A", "RUE B", ""]),
            st.integers(0, 300).map(str),
            st.integers(1, 50),
            st.integers(1, 20),
        ),
        max_size=20,
    )
)
def test_a_walk_finishes_a_street_before_the_next_and_a_commune_before_the_next(
    rows: list[tuple[str, str, str, int, int]],
) -> None:
    walk = sorted(rows, key=_along)
    streets = [(commune, street) for commune, street, *_ in walk]
    assert streets == sorted(streets)
    for one in set(streets):
        numbers = [int(n) for commune, street, n, *_ in walk if (commune, street) == one]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("prefixes", "code", "found"),
    [
        ([], "10.71C", True),
        (["10"], "10.71C", True),
        (["1071"], "10.71C", True),
        (["1071C"], "10.71C", True),
        (["1071C"], "1071C", True),
        (["1072"], "10.71C", False),
        (["071"], "10.71C", False),
        (["43", "10"], "10.71C", True),
        (["1"], "10.71C", True),
    ],
)
@pytest.mark.django_db
def test_the_beginning_of_a_code_finds_it_with_or_without_its_dot(
    prefixes: list[str], code: str, found: bool
) -> None:
    from maillage.register.models import Spell
    from tests.factories import register

    register.establishment(spell_activity=code)
    assert Spell.objects.filter(_activities(prefixes)).exists() is found


def test_a_plan_is_read_from_its_campaign_as_it_was_written() -> None:
    campaign = Campaign(
        title="Centre",
        territory="mel",
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        communes=["59350"],
        activities=["1071"],
        sizes=["01"],
        segments=3,
        action_key="mel-cma-2019/1.2",
    )
    assert Plan.of(campaign) == Plan(
        title="Centre",
        territory="mel",
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        action_key="mel-cma-2019/1.2",
        communes=("59350",),
        segments=3,
        activities=("1071",),
        sizes=("01",),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("territory", "name"),
    [("mel", "Métropole Européenne de Lille"), ("59350", "Lille"), ("atlantis", "atlantis")],
)
def test_the_territory_of_a_campaign_is_called_by_its_name(territory: str, name: str) -> None:
    places.places_loaded()
    campaign = Campaign(territory=territory, ends_on=date(2019, 12, 31))
    assert progress.territory_name(campaign) == name
