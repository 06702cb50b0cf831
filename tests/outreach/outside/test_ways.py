"""Ways as a service of routes tells them, played by a real server in the shapes that OSRM and Valhalla document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.figures.methods.access import WALK
from maillage.kernel import clock
from maillage.outreach import actions, outside as ways_of, touring
from maillage.outreach.models import KeptRound, RoundStop
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside import NOTHING, Point, Ways
from maillage.register.models import Establishment
from tests.factories import accounts, observed, outreach as make
from tests.services import Asked, Hands, Outside, Reply, said
from tests.spec.drawn import noon

DAY = date(2020, 7, 15)
PAGE = reverse("outreach:my_round")
HERE: list[Point] = [(3.0573, 50.6292), (3.0583, 50.6292), (3.0593, 50.6302)]
On = Callable[..., Any]


def city(one: Point, other: Point) -> tuple[int, int]:
    """Seconds and metres of a town of right angles, where one walks east twice as fast as west."""
    east, north = (round((other[k] - one[k]) * 100_000) for k in (0, 1))
    metres = abs(east) + abs(north)
    return metres if east > 0 else 2 * metres, metres


def osrm(asked: Asked) -> Reply:
    """What osrm-routed says: rows of seconds and of metres, and the waypoints that nobody reads."""
    points = [tuple(map(float, one.split(","))) for one in asked.path.split("/")[-1].split(";")]
    here, there = (
        [points[int(rank)] for rank in asked.params[name].split(";")]
        for name in ("sources", "destinations")
    )
    rows = [[city(one, other) for other in there] for one in here]  # type: ignore[arg-type]
    return said(
        {
            "code": "Ok",
            "durations": [[seconds + 0.4 for seconds, _ in row] for row in rows],
            "distances": [[metres for _, metres in row] for row in rows],
            "sources": [{"location": list(one), "name": "", "hint": "x"} for one in here],
            "destinations": [{"location": list(one), "name": "", "hint": "x"} for one in there],
        }
    )


def valhalla(asked: Asked) -> Reply:
    """What Valhalla says: a line for each pair, metres in kilometres."""
    put = json.loads(asked.params["json"])
    here, there = ([(p["lon"], p["lat"]) for p in put[name]] for name in ("sources", "targets"))
    rows = [
        [
            {
                "from_index": rank,
                "to_index": to,
                "time": city(one, other)[0],
                "distance": city(one, other)[1] / 1000,
            }
            for to, other in enumerate(there)
        ]
        for rank, one in enumerate(here)
    ]
    return said({"sources_to_targets": rows, "units": "kilometers", "algorithm": "costmatrix"})


SERVERS = {"osrm_walking": ("OSRM", osrm), "valhalla": ("Valhalla", valhalla)}


@pytest.mark.parametrize("key", SERVERS)
def test_seconds_and_metres_are_those_told(outside: Outside, turned_on: On, key: str) -> None:
    name, outside.answering = SERVERS[key]
    assert ways_of.ways(HERE, Going.WALKING) == NOTHING
    turned_on(key)

    told = ways_of.ways(HERE[::-1], Going.WALKING)

    expected = [[city(one, other) for other in HERE] for one in HERE]
    assert (told.by, told.silent, told.points) == (name, "", HERE), "in the order of the points"
    assert told.seconds == [[seconds for seconds, _ in row] for row in expected]
    assert told.metres == [[metres for _, metres in row] for row in expected]
    assert ways_of.ways([*HERE, HERE[1]], Going.WALKING) == told
    assert ways_of.ways(HERE[:1], Going.WALKING) == NOTHING
    assert len(outside.asked) == 1, "the same points in another order are the same question"
    assert Ways.of_json(json.loads(json.dumps(told.as_json()))).only(HERE[:2]).seconds == [
        [0, 100],
        [200, 0],
    ]


def test_each_is_asked_in_its_own_words(outside: Outside, turned_on: On) -> None:
    outside.answering = osrm
    turned_on("osrm_walking", "valhalla")
    ways_of.ways(HERE[:2], Going.WALKING)
    outside.answering = valhalla
    ways_of.ways(HERE[:2], Going.CAR)

    on_foot, by_car = outside.asked
    two = "3.05730,50.62920;3.05830,50.62920"
    assert on_foot.path == f"/table/v1/foot/{two};{two}"
    assert on_foot.params == {"annotations": "duration,distance", "sources": "0;1", "destinations": "2;3"}  # fmt: skip
    assert by_car.path == "/sources_to_targets", "no OSRM is prepared for cars"
    put = json.loads(by_car.params["json"])
    assert put["costing"] == "auto"
    assert put["sources"] == put["targets"] == [{"lat": 50.6292, "lon": lon} for lon in (3.0573, 3.0583)]  # fmt: skip


def test_many_points_are_asked_part_by_part(outside: Outside, turned_on: On) -> None:
    outside.answering = osrm
    turned_on("osrm_walking")
    many = [(3.05 + rank / 1000, 50.62) for rank in range(90)]

    told = ways_of.ways(many, Going.WALKING)

    assert len(outside.asked) == 9
    assert [row[0] for row in told.metres] == [100 * rank for rank in range(90)]
    assert told.seconds[3][88] == 8500
    assert told.seconds[88][3] == 17000


OK = {"code": "Ok", "durations": [[0, 1], [1, 0]], "distances": [[0, 1], [1, 0]]}


@pytest.mark.parametrize(
    "reply",
    [
        said({"code": "NoTable", "message": "x"}, 400),
        said({"code": "NotImplemented"}),
        said({"message": "nothing here"}, 404),
        said({key: OK[key] for key in ("code", "durations")}),
        said(OK | {"durations": [[0, 1]]}),
        said(OK | {"durations": [[0, 1], [1]]}),
        said(OK | {"durations": [[0, "1"], [1, 0]]}),
        said(OK | {"distances": [[0, -1], [1, 0]]}),
        said(OK | {"distances": [[0, 1e9], [1, 0]]}),
        said(OK | {"distances": [[0, True], [1, 0]]}),
        said([]),
        Reply(b"<html>"),
        said({}, 500),
        said({}, 302, Location="https://elsewhere.example"),
    ],
)
def test_what_cannot_be_believed_is_no_answer(
    outside: Outside, turned_on: On, reply: Reply
) -> None:
    turned_on("osrm_walking")
    outside.says(reply)
    assert ways_of.ways(HERE[:2], Going.WALKING) == Ways(silent="OSRM")


@pytest.mark.parametrize("units", ["miles", None])
def test_other_units_are_no_answer(outside: Outside, turned_on: On, units: Any) -> None:
    turned_on("valhalla")
    cell = {"time": 1, "distance": 1}
    outside.says(said({"units": units, "sources_to_targets": [[cell, cell], [cell, cell]]}))
    assert ways_of.ways(HERE[:2], Going.CAR) == Ways(silent="Valhalla")


def test_a_busy_server_is_asked_again_as_it_says_and_a_slow_one_left(
    outside: Outside, turned_on: On, hands: Hands
) -> None:
    turned_on("osrm_walking")
    outside.says(said({}, 429, Retry_After="2"), said(OK))
    assert ways_of.ways(HERE[:2], Going.WALKING).by == "OSRM"
    assert hands.paused == [2]
    outside.says(said({}, 429, Retry_After="600"))
    assert ways_of.ways(HERE[1:], Going.WALKING) == Ways(silent="OSRM")
    late = iter([0.0, 11.0])
    told = ways_of.ways(HERE, Going.WALKING, ticks=lambda: next(late))
    assert told == Ways(silent="OSRM"), "nobody waits longer than the patience of a page"


@pytest.fixture
def adviser(client: Client) -> Iterator[Actor]:
    observed.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield accounts.signed_in(client, Role.ADVISER)


def plan(client: Client, kept: KeptRound, **more: Any) -> BeautifulSoup:
    sent = {"campaign": kept.campaign.key, "day": f"{DAY:%Y-%m-%d}", "going": "walking", **more}
    return BeautifulSoup(client.post(PAGE, sent, follow=True).content, "html.parser")


def legs(kept: KeptRound) -> list[tuple[int, int]]:
    stops = RoundStop.objects.filter(round__campaign=kept.campaign, rank__isnull=False)
    return list(stops.values_list("walk", "metres"))


@pytest.mark.django_db
def test_a_round_follows_the_streets_in_any_order_and_says_so(
    client: Client, adviser: Actor, outside: Outside, turned_on: On
) -> None:
    kept = make.kept_round(adviser, firms=4)
    assert not kept.ways, "nobody is asked unless turned on"
    turned_on("osrm_walking")
    outside.answering = osrm

    page = plan(client, kept)

    assert "Trajets par les rues, donnés par OSRM." in page.get_text()
    assert legs(kept) == [(0, 0), *[(100, 100)] * 3], "east, for west takes twice as long"
    # Another order, then an hour agreed: the server is not needed any more.
    turned_on()
    mine = KeptRound.objects.carried_by(adviser).get()
    keys = list(mine.stops.filter(rank__isnull=False).values_list("establishment__key", flat=True))
    actions.reorder_round(kept=mine, order=[str(key) for key in keys[::-1]], by=adviser)
    assert legs(kept) == [(0, 0), *[(200, 100)] * 3]
    place = Establishment.objects.get(key=keys[0])
    actions.agree_hour(establishment=place, day=DAY, at=15 * 3600, by=adviser)
    assert legs(kept)[-1] == (200, 100)
    assert len(outside.asked) == 1


@pytest.mark.django_db
def test_a_silent_server_is_named_and_the_round_is_as_the_crow_flies(
    client: Client, adviser: Actor, outside: Outside, turned_on: On
) -> None:
    kept = make.kept_round(adviser, firms=4)
    crow = legs(kept)
    turned_on("osrm_walking")
    outside.says(said({}, 503))

    text = plan(client, kept).get_text()

    words = "Distances à vol d’oiseau × 1,3\u00a0: le serveur OSRM n’a pas répondu."
    assert words in text
    assert legs(kept) == crow
    assert adviser.person is not None
    told = touring.asked(str(kept.campaign.key), adviser.person.email, DAY)
    assert words in told.lines()
    assert told.as_json()["ways"] == [{"by": "", "silent": "OSRM"}]


@pytest.mark.django_db
def test_where_a_phone_is_is_told_to_no_server_and_kept_nowhere(
    client: Client, adviser: Actor, outside: Outside, turned_on: On
) -> None:
    kept = make.kept_round(adviser, firms=4)
    hidden = Establishment.objects.get(trade_name="FIRM 3")
    Establishment.objects.filter(pk=hidden.pk).update(lon=None, lat=None)
    observed.outlined()
    turned_on("osrm_walking")
    outside.answering = osrm

    text = plan(client, kept, **{"from": "here", "lat": "50.62", "lon": "3.05"}).get_text()

    (asked,) = outside.asked
    assert "3.05000" not in asked.path
    assert "ceux qu’il ne connaît pas, à vol d’oiseau × 1,3" in text, "the way from here"
    mine = KeptRound.objects.carried_by(adviser).get()
    assert [3.05, 50.62] not in mine.ways["points"]
    assert len(set(asked.path.split("/")[-1].split(";"))) == 4, (
        "the middle of its commune stands for who has no position"
    )
    assert sum(way == (100, 100) for way in legs(kept)) == 2


@pytest.mark.django_db
def test_a_way_that_the_server_does_not_know_is_as_the_crow_flies(
    client: Client, adviser: Actor, outside: Outside, turned_on: On
) -> None:
    kept = make.kept_round(adviser, firms=2)
    ((_, _), crow) = legs(kept)
    turned_on("osrm_walking")
    table = [[0, None], [None, 0]]
    outside.says(said({"code": "Ok", "durations": table, "distances": table}))
    assert "ceux qu’il ne connaît pas" in plan(client, kept).get_text()
    assert legs(kept)[1] == crow
    assert crow[1] == pytest.approx(crow[0] * WALK.kmh / 3.6, abs=1)


@pytest.mark.django_db
def test_the_team_reads_which_ways_each_goes_by(
    client: Client, adviser: Actor, outside: Outside, turned_on: On
) -> None:
    kept = make.kept_round(adviser, firms=4)
    other = accounts.actor(Role.ADVISER, adviser.organisation)
    accounts.signed_in(client, Role.SERVICE_MANAGER, adviser.organisation)
    assert adviser.person is not None
    assert other.person is not None
    turned_on("osrm_walking", "valhalla")
    outside.answering = lambda asked: osrm(asked) if "table" in asked.path else said({}, 500)
    usual = {"goes": "on", "begins": "09:00", "ends": "17:30", "lunch_from": "12:00", "lunch_lasts": 60}  # fmt: skip
    sent: dict[str, Any] = {"day": f"{DAY:%Y-%m-%d}", "visit": 30, "spare": "on"}
    for one, going in ((adviser.person, "walking"), (other.person, "car")):
        sent |= {f"a{one.pk}-{name}": value for name, value in (usual | {"going": going}).items()}
    page = client.get(reverse("outreach:team_rounds", args=[kept.campaign.key]), sent)
    text = BeautifulSoup(page.content, "html.parser").get_text()
    assert "Trajets par les rues, donnés par OSRM." in text
    assert "100\u00a0m" in text or "300\u00a0m" in text or "300 m" in text


@pytest.mark.django_db
def test_the_terminal_says_who_told_the_ways(
    adviser: Actor, outside: Outside, turned_on: On, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = make.kept_round(adviser, firms=2)
    turned_on("valhalla")
    outside.answering = valhalla
    assert adviser.person is not None
    call_command("plan_round", campaign=str(kept.campaign.key), adviser=adviser.person.email, date=DAY)  # fmt: skip
    assert "Valhalla" in capsys.readouterr().out
