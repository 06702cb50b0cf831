"""Laws of neighbourhoods: a point lies in one as a drawing on squared paper says, whatever was loaded before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import places
from maillage.kernel.rows import Run
from maillage.places import editions
from maillage.places.districts import effective
from maillage.places.importers import qpv
from maillage.places.models import Edition, PriorityDistrict

pytestmark = pytest.mark.django_db

FIRST = date(2016, 1, 1)
LILLE = "59350"

# A neighbourhood on squared paper: its number, its column and row, the days it holds (from, for how long).
SQUARES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=6,
)
POINTS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 70))


def drawn(load: int, squares) -> None:
    """One load of squares, active after those before it; a code told twice keeps its first square."""
    edition = Edition.objects.create(load=load)
    told = {}
    for number, column, row, begins, lasts in squares:
        told.setdefault(number, (column, row, begins, lasts))
    for number, (column, row, begins, lasts) in told.items():
        starts = FIRST + timedelta(days=begins)
        PriorityDistrict.objects.create(
            edition=edition,
            code=f"QP05900{number}",
            name=str(number),
            starts_on=starts,
            ends_on=starts + timedelta(days=lasts),
            shape=shapely.to_wkb(shapely.box(column, row, column + 1, row + 1)),
        )
    editions.activate(Run(load))


def expected(loads, point) -> bool | None:
    """What the squared paper says, told anew in plain Python."""
    column, row, after = point
    day = FIRST + timedelta(days=after)
    known: dict[tuple[int, int], tuple[int, int, int]] = {}
    for squares in loads:
        told: dict[int, tuple[int, int, int, int]] = {}
        for number, *rest in squares:
            told.setdefault(number, tuple(rest))
        for number, (at_column, at_row, begins, lasts) in told.items():
            known[number, begins] = (at_column, at_row, lasts)
    holding = [
        (at_column, at_row)
        for (_number, begins), (at_column, at_row, lasts) in known.items()
        if begins <= after <= begins + lasts
    ]
    assert day >= FIRST
    return (column, row) in holding if holding else None


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=SQUARES, second=SQUARES, points=st.lists(POINTS, min_size=1, max_size=5))
def test_a_point_lies_in_one_as_the_squared_paper_says(first, second, points, db_rollback):
    with db_rollback():
        places.forget()
        drawn(1, first)
        drawn(2, second)
        for point in points:
            column, row, after = point
            day = FIRST + timedelta(days=after)
            found = places.in_qpv(column + 0.5, row + 0.5, LILLE, day)
            assert found is expected((first, second), point)
        editions.undo(Run(2))
        for point in points:
            day = FIRST + timedelta(days=point[2])
            found = places.in_qpv(point[0] + 0.5, point[1] + 0.5, LILLE, day)
            assert found is expected((first,), point)
    places.forget()


def test_an_edition_that_is_not_active_tells_nothing_and_is_discarded():
    drawn(1, [(1, 0, 0, 0, 30)])
    waiting = Edition.objects.create(load=2)
    PriorityDistrict.objects.create(
        edition=waiting,
        code="QP059009",
        name="x",
        starts_on=FIRST,
        shape=shapely.to_wkb(shapely.box(4, 4, 5, 5)),
    )

    assert {row.code for row in effective().values()} == {"QP059001"}
    editions.discard(Run(2))
    editions.discard(Run(1))

    assert list(Edition.objects.values_list("load", flat=True)) == [1]


def test_activating_again_keeps_the_instant_and_the_order():
    drawn(1, [(1, 0, 0, 0, 30)])
    drawn(2, [(1, 3, 3, 0, 30)])
    instants = dict(Edition.objects.values_list("load", "activated_at"))

    editions.activate(Run(1))

    assert dict(Edition.objects.values_list("load", "activated_at")) == instants
    assert places.in_qpv(3.5, 3.5, LILLE, FIRST) is True
    assert places.in_qpv(0.5, 0.5, LILLE, FIRST) is False


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("QP059001", "QP059001"),
        (" qn05901m ", "QN05901M"),
        ("QP02A001", "QP02A001"),
        ("QP971001", "QP971001"),
    ],
)
def test_a_code_is_read_in_either_list(cell, code):
    assert qpv._code(cell) == code


@pytest.mark.parametrize("cell", ["QP05900", "QP0590011", "XX059001", "59001", "QP 059001", ""])
def test_what_is_no_code_is_refused(cell):
    with pytest.raises(ValueError, match="qpv_code"):
        qpv._code(cell)
