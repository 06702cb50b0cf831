"""A countryside for the tests of access: communes on a meridian, where a kilometre is a known part of a degree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi

from hypothesis import strategies as st

from maillage.figures.methods.access import RADIUS_KM
from maillage.figures.methods.serving import Commune, Measured, Place, measure

DEGREE = RADIUS_KM * pi / 180
Towns = Sequence[tuple[str, float | None, float | None]]
Shops = Mapping[str, Sequence[tuple[str, float | None]]]


def at(kilometres: float | None) -> tuple[float, float] | None:
    """The point that stands so far north of the equator."""
    return None if kilometres is None else (3.0, kilometres / DEGREE)


def measured(
    towns: Towns, shops: Shops, catchment: Sequence[tuple[float, float]] = ((5, 1.0),)
) -> Measured:
    """Communes (code, kilometre, people) and the shops of each trade (commune, kilometre)."""
    communes = [Commune(code, at(where), people) for code, where, people in towns]
    places = {
        trade: [Place(code, at(where)) for code, where in told] for trade, told in shops.items()
    }
    return measure(communes, places, catchment)


TRADES = ("bakery", "garage", "salon")


@st.composite
def countrysides(draw: st.DrawFn) -> tuple[Towns, Shops]:
    """Some communes, some of which are known badly, and shops in them and around."""
    people = st.one_of(st.none(), st.just(0), st.integers(1, 60_000))
    where = st.one_of(st.none(), st.integers(0, 60))
    size = draw(st.integers(1, 9))
    towns = [(f"c{n}", draw(where), draw(people)) for n in range(size)]
    inside = st.sampled_from([*(code for code, _, _ in towns), "elsewhere"])
    return towns, {trade: draw(st.lists(st.tuples(inside, where), max_size=8)) for trade in TRADES}
