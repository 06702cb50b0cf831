"""All that is published of a territory, attacked at once: no hidden cell is found, whatever is added or subtracted."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest

from maillage import places
from maillage.figures.models import Observation, Publication
from maillage.figures.observations import building
from maillage.kernel import clock
from maillage.observatory import observed_data
from maillage.places.areas import areas_on
from tests.factories import observed as make
from tests.factories.stocks import Life, Stock, siret
from tests.observatory.attacker import HIDDEN, Found, Geography, attack, attack_curves, is_survival
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 12, 31)
SEEDS = (8, 3)
TRADES = ("10.71C", "43.22A", "43.21A", "96.02A", "45.20A", "81.21Z")
BANDS = ("NN", "NN", "00", "01", "01", "02", "03", "11")
Cells = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Any:
    make.places_loaded()
    with clock.at(noon("2021-01-15")):
        yield


def geography(on: date) -> Geography:
    """The communes of each area of the territory, as everybody knows them."""
    perimeter = places.perimeter(make.MEL, on)
    sectors = {sector.key: sector.communes for sector in places.sectors(perimeter.key, on)}
    alone = {code: (code,) for code in perimeter.communes}
    return {perimeter.siren: perimeter.communes, **sectors, **alone}


def downloaded(publication: Publication) -> Cells:
    """What everybody may download."""
    rows = observed_data.rows(publication)
    return [dict(zip(observed_data.COLUMNS, row, strict=True)) for row in rows]


def drawn(seed: int, communes: tuple[str, ...]) -> Stock:
    """Lives of craft and of others, some short, in communes of very unequal size."""
    chance = random.Random(seed)  # noqa: S311 -- a test draws, nothing is hidden
    weights = [1 / (rank + 1) for rank in range(len(communes))]
    lives = []
    for unit in range(1, 260):
        opened = date(chance.randint(2010, 2019), chance.randint(1, 12), chance.randint(1, 28))
        closed = opened.replace(year=opened.year + chance.randint(1, 7))
        days = (opened, closed) if chance.random() < 0.45 and closed < AS_OF else (opened,)
        (where,) = chance.choices(communes, weights)
        does = chance.choice(TRADES)
        trade = "1071CZ" if chance.random() < 0.6 else ""
        told = tuple(day.isoformat() for day in days)
        lives.append(Life(siret(unit), told, where, does, trade, chance.choice(BANDS)))
    return Stock(lives)


@cache
def observed(seed: int) -> Cells:
    """What the building makes of a stock drawn at random; once for all tests."""
    areas = areas_on(AS_OF)
    communes = places.perimeter(make.MEL, AS_OF).communes
    with TemporaryDirectory() as name:
        folder = Path(name)
        order = building.Order(
            files=drawn(seed, communes).write(folder), areas=areas, out=folder / "out", as_of=AS_OF,
            history_start=date(2010, 1, 1), kinds=("commune", "sector", "epci"),
            only=frozenset(communes),
        )  # fmt: skip
        return pq.read_table(building.build(order)).to_pylist()


def published(seed: int) -> Publication:
    """The observatory of that stock, public."""
    return make.published(make.loaded(rows=observed(seed), as_of=AS_OF))


def told(one: Found) -> str:
    """A cell in a word."""
    names = ("indicator", "area", "period", "activity", "segment", "status")
    return f"{' '.join(one.cell[name] for name in names)} in {one.low:g}..{one.high:g}"


def truth(publication: Publication) -> Mapping[tuple[str, ...], Observation]:
    """What nobody is told."""
    return {place(vars(row)): row for row in publication.observed()}


def place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a cell stands."""
    return tuple(row[name] for name in ("indicator", "area", "period", "activity", "segment"))


def is_narrow(one: Found) -> bool:
    """Whether a hidden cell is found: survivors are whole, jobs are told to the half."""
    if one.cell["indicator"].startswith("register.jobs_"):
        return one.high - one.low < 1 - 1e-6
    return one.whole_values < 2


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_hidden_for_its_own_sake_is_found_in_a_stock_drawn_at_random(seed: int) -> None:
    made = published(seed)
    found = list(attack(downloaded(made), geography(AS_OF)))
    owned = [one for one in found if one.cell["status"] in {"A", "B"}]
    assert len(owned) > 100, "there is something to look for"
    assert [told(one) for one in owned if is_narrow(one)] == []
    known = truth(made)
    for one in found:
        cell = known[place(one.cell)]
        value = cell.value if "jobs" in cell.indicator else cell.numerator
        assert value is not None
        assert one.low - 1e-6 <= value <= one.high + 1e-6, "the attacker is no worse than honest"


def test_nothing_hidden_is_found_in_the_observatory_of_the_factory() -> None:
    found = list(attack(downloaded(make.published()), geography(make.AS_OF)))
    assert found
    assert [told(one) for one in found if is_narrow(one)] == []


def test_the_attacker_finds_what_is_hidden_without_its_neighbours() -> None:
    made = published(SEEDS[0])
    known = truth(made)
    naive = [
        cell
        if cell["status"] != "D"
        else {
            **cell, "status": "V", "value": known[place(cell)].value, "n": known[place(cell)].n,
            "numerator": known[place(cell)].numerator,
        }
        for cell in downloaded(made)
    ]  # fmt: skip
    found = list(attack(naive, geography(AS_OF)))
    assert any(is_narrow(one) and one.cell["status"] == "A" for one in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cohort_is_hidden_at_every_age_or_at_none(seed: int) -> None:
    ages: dict[tuple[Any, ...], set[bool]] = {}
    for cell in downloaded(published(seed)):
        if is_survival(cell):
            suffix = cell["indicator"].endswith("_lu")
            ages.setdefault((suffix, *place(cell)[1:]), set()).add(cell["status"] in HIDDEN)
    assert {True} in ages.values()
    assert {False} in ages.values()
    assert {True, False} not in ages.values(), "who is alive at five years was at three"


def test_a_hidden_cohort_is_not_found_by_the_curves_of_its_neighbours() -> None:
    hidden = {"segment": "all", "activity": "all", "period": "2014"}
    rows = [
        row | {"status": "A"}
        if is_survival(row) and row.items() >= hidden.items() and not row["indicator"].endswith("_lu")
        else row
        for row in observed(SEEDS[0])
        if row["area_kind"] == "epci"  # alone, so that other cohorts and their curves are told
    ]  # fmt: skip
    made = make.published(make.loaded(rows=rows, as_of=AS_OF))
    cells = downloaded(made)
    curves = {cell["period"]: cell["status"] for cell in cells if cell["indicator"] == "register.survival_km_1y"}  # fmt: skip
    assert {year for year, status in curves.items() if status == "D"} == {"2011", "2014", "2015", "2016"}  # fmt: skip
    found = list(attack_curves(cells))
    assert {one.cell["indicator"][-2:] for one in found} == {"1y", "3y", "5y"}
    assert [told(one) for one in found if is_narrow(one)] == []

    known = truth(made)
    shown = [
        {**cell, "status": "V", "value": known[place(cell)].value, "n": known[place(cell)].n}
        if cell["indicator"] == "register.survival_km_1y" and cell["period"] == "2015"
        else cell
        for cell in cells
    ]  # fmt: skip
    (one,) = [one for one in attack_curves(shown) if is_narrow(one)]
    assert one.low == pytest.approx(float(known[place(one.cell)].numerator or 0)), "one is enough"
