"""Neighbourhoods of the demonstration: inside their communes, around a point that acts may use, taken for no real one."""

from __future__ import annotations

import json
import re
from math import cos, hypot, radians
from types import SimpleNamespace

import pytest

from maillage.places.importers import qpv
from maillage.places.models import PriorityDistrict
from maillage.site.demo import neighbourhoods
from maillage.site.demo.neighbourhoods import METRES_A_DEGREE, NEIGHBOURHOODS
from tests.factories import intake

ROOM = 900.0


@pytest.fixture(autouse=True)
def _outlined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commune has its middle somewhere, and so many metres around it."""
    towns = {
        one.commune: SimpleNamespace(lon=3.0 + rank / 10, lat=50.6, room=ROOM)
        for rank, one in enumerate(NEIGHBOURHOODS)
    }
    monkeypatch.setattr(neighbourhoods, "_towns", lambda _territory: towns)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    along = (one[0] - other[0]) * METRES_A_DEGREE * cos(radians(one[1]))
    return hypot(along, (one[1] - other[1]) * METRES_A_DEGREE)


@pytest.mark.parametrize("one", NEIGHBOURHOODS, ids=lambda one: one.code)
def test_each_lies_within_the_room_around_the_middle_of_its_commune(one) -> None:
    town = neighbourhoods._towns(one.territory)[one.commune]
    outline = one.outline()
    assert outline[0] == outline[-1]
    assert all(metres((town.lon, town.lat), point) < ROOM for point in outline)
    assert all(metres(one.centre(), point) > 100 for point in outline)


@pytest.mark.parametrize("one", NEIGHBOURHOODS, ids=lambda one: one.code)
def test_none_can_be_taken_for_a_real_one(one) -> None:
    assert not re.fullmatch(r"Q[PN]\w{3}\d{3}|QN\d{5}[A-Z]", one.code)
    assert "(quartier inventé)" in one.called


@pytest.mark.django_db
def test_the_importer_of_the_product_takes_them_all() -> None:
    told = json.dumps(neighbourhoods.geojson(NEIGHBOURHOODS)).encode()
    load = intake.applied(told, source=qpv.IMPORTER.name, name="quartiers.geojson")
    assert (load.accepted, load.count("rejected")) == (len(NEIGHBOURHOODS), 0)
    assert set(PriorityDistrict.objects.values_list("code", flat=True)) == {
        one.code for one in NEIGHBOURHOODS
    }


def test_where_no_outline_is_loaded_none_is_drawn_and_no_point_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(neighbourhoods.point_in("59350")) == {"lon", "lat"}
    assert neighbourhoods.point_in("75056") == {}
    monkeypatch.setattr(neighbourhoods, "_towns", lambda _territory: {})
    assert neighbourhoods.geojson(NEIGHBOURHOODS)["features"] == []
    assert neighbourhoods.point_in("59350") == {}
