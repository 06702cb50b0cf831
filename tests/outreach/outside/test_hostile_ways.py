"""Services of routes that say nonsense: a table that is believed whole, or a silent server; never a page in error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import outside as ways_of, rounds
from maillage.outreach.models import RoundStop
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside import Point, Ways, asking, tables
from maillage.outreach.terrain import Day, Leg, Outing, terrain_of
from maillage.register.models import Establishment
from tests.factories import accounts, observed, outreach as make
from tests.services import Outside, Reply, said
from tests.spec.drawn import noon

HERE: list[Point] = [(3.0573, 50.6292), (3.0583, 50.6292)]
On = Callable[..., Any]
OSRM = {"code": "Ok", "durations": [[0, 60.4], [75, 0]], "distances": [[0, 85.2], [90, 0]]}
CELLS = [[{"time": 0, "distance": 0.0}, {"time": 60, "distance": 0.085}]] * 2
VALHALLA = {"sources_to_targets": CELLS, "units": "kilometers"}
GOOD = {
    "osrm_walking": ("OSRM", OSRM, tables.OSRM),
    "valhalla": ("Valhalla", VALHALLA, tables.VALHALLA),
}

# the service | where its answer is changed | what is there instead, as JSON
NONSENSE = """
osrm_walking | code                               | ["Ok"]
osrm_walking | code                               | null
osrm_walking | durations                          | null
osrm_walking | durations                          | {"0": [0, 1], "1": [1, 0]}
osrm_walking | durations                          | "ok"
osrm_walking | durations                          | []
osrm_walking | durations                          | [null, null]
osrm_walking | durations                          | [[0, 1], [1, 0], [1, 1]]
osrm_walking | durations 0                        | {"0": 0, "1": 1}
osrm_walking | durations 0 1                      | -0.6
osrm_walking | durations 0 1                      | NaN
osrm_walking | durations 0 1                      | Infinity
osrm_walking | durations 0 1                      | 1e999
osrm_walking | durations 0 1                      | 10000000.1
osrm_walking | durations 0 1                      | [1]
osrm_walking | distances 1 0                      | "90"
osrm_walking | distances 1 0                      | -9223372036854775809
valhalla     | sources_to_targets                 | null
valhalla     | sources_to_targets                 | [[], []]
valhalla     | sources_to_targets                 | {"durations": [[0, 1], [1, 0]]}
valhalla     | sources_to_targets 0               | null
valhalla     | sources_to_targets 0 1             | null
valhalla     | sources_to_targets 0 1             | {"time": 60}
valhalla     | sources_to_targets 0 1             | [60, 0.085]
valhalla     | sources_to_targets 0 1 time        | -1
valhalla     | sources_to_targets 0 1 time        | false
valhalla     | sources_to_targets 0 1 distance    | 1e5
valhalla     | sources_to_targets 0 1 distance    | "far"
valhalla     | units                              | ["kilometers"]
valhalla     | units                              | "miles"
"""


def changed(good: Any, place: list[Any], told: Any) -> Any:
    """The same answer, something else being told at one place."""
    if not place:
        return told
    first, *rest = place
    if isinstance(good, list):
        return [
            changed(one, rest, told) if rank == int(first) else one for rank, one in enumerate(good)
        ]
    return good | {first: changed(good[first], rest, told)}


@pytest.mark.parametrize("line", NONSENSE.strip().splitlines())
def test_nonsense_at_one_place_silences_the_whole_table(
    line: str, outside: Outside, turned_on: On
) -> None:
    key, place, told = (cell.strip() for cell in line.split("|"))
    name, good, _table = GOOD[key]
    turned_on(key)
    outside.says(said(good), said(changed(good, place.split(), json.loads(told))))
    assert ways_of.ways(HERE, Going.WALKING).by == name
    assert ways_of.ways([HERE[0], (3.06, 50.63)], Going.WALKING) == Ways(silent=name)


@pytest.mark.parametrize("key", GOOD)
def test_an_answer_that_is_cut_is_no_answer_wherever_it_is_cut(
    key: str, outside: Outside, turned_on: On
) -> None:
    name, good, _table = GOOD[key]
    whole = said(good).body
    for rank, at in enumerate(range(0, len(whole), 29)):
        turned_on(key)  # as if nobody had been left alone
        outside.says(Reply(whole[:at]), Reply(whole[:at], claims=len(whole)))
        for more in (0, 1):
            there = HERE[0], (3.06 + (2 * rank + more) / 100, 50.63)
            assert ways_of.ways(there, Going.WALKING) == Ways(silent=name)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=5),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(["time", "distance", "0", "x"]), one, max_size=3),
    max_leaves=6,
)  # fmt: skip
places = {
    "osrm_walking": st.lists(st.sampled_from(["durations", "distances"]), min_size=1, max_size=1),
    "valhalla": st.just(["sources_to_targets"]),
}


def leg_of(ways: Ways) -> Leg:
    """The way from the first point to the second, by what a service told of it."""
    firms = [Establishment(pk=rank) for rank in (0, 1)]
    outing = Outing(Person(pk=1, email="one@demo.example"), Day())
    held, points = [(one, None) for one in firms], dict(enumerate(HERE))
    there = terrain_of([outing], held, points, {}, {outing.day.pace: ways})
    route = rounds.timed(there.problem, there.problem.vehicles[0], there.problem.stops)
    (_first, leg) = there.legs(route)
    return leg


def test_a_way_of_which_half_is_told_is_as_the_crow_flies_whole() -> None:
    crow = leg_of(ways_of.NOTHING)
    for seconds, metres in ((60, None), (None, 90), (None, None), (60, 90)):
        tables_told = [[[0, one], [one, 0]] for one in (seconds, metres)]
        told = leg_of(Ways("OSRM", "", HERE, *tables_told))
        assert told == (crow if None in (seconds, metres) else Leg(60, 90, True))


@given(st.data(), st.sampled_from(sorted(GOOD)))
def test_whatever_is_told_of_a_way_the_planner_gets_a_table_it_can_walk(
    data: st.DataObject, key: str
) -> None:
    name, good, table = GOOD[key]
    deep = data.draw(places[key]) + data.draw(st.lists(st.integers(0, 1), max_size=2))
    if key == "valhalla" and len(deep) == 3:
        deep += data.draw(st.sampled_from([[], ["time"], ["distance"]]))
    answer = changed(good, deep, data.draw(anything))
    try:
        told = asking._shaped(2, 2, table.read(answer))
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return  # what the client makes a silent server of
    cells = [cell for rows in told.values() for row in rows for cell in row]
    assert all(
        cell is None or (type(cell) is int and 0 <= cell <= tables.FARTHEST) for cell in cells
    )
    leg = leg_of(Ways(name, "", HERE, told["seconds"], told["metres"]))
    first, other = told["seconds"][0][1], told["metres"][0][1]
    is_half = first is None or other is None
    assert leg == (leg_of(ways_of.NOTHING) if is_half else Leg(first or 0, other or 0, True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reply",
    [Reply(b'{"code": "Ok", "durations": [[0,'), said(OSRM | {"durations": [[None, -1], []]})],
)
def test_a_round_is_planned_as_the_crow_flies_when_told_nonsense(
    client: Client, outside: Outside, turned_on: On, reply: Reply
) -> None:
    observed.places_loaded()
    with clock.at(noon("2020-07-15")):
        kept = make.kept_round(accounts.signed_in(client, Role.ADVISER), firms=3)
        crow = list(kept.stops.values_list("rank", "walk", "metres"))
        turned_on("osrm_walking")
        outside.says(reply)
        sent = {"campaign": kept.campaign.key, "day": "2020-07-15", "going": "walking"}
        answer = client.post(reverse("outreach:my_round"), sent, follow=True)
        assert answer.status_code == 200
        assert (
            "le serveur OSRM n’a pas répondu"
            in BeautifulSoup(answer.content, "html.parser").get_text()
        )
        again = RoundStop.objects.filter(round__campaign=kept.campaign)
        assert list(again.values_list("rank", "walk", "metres")) == crow
