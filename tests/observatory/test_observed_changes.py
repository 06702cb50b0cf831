"""What a vintage would publish beside what is public: counted as everybody reads it, never by hidden numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.figures.cache import CACHE
from maillage.figures.models import HIDDEN, Observation, StockVintage
from maillage.figures.observations.closed_list import TABLES
from maillage.kernel import clock
from maillage.observatory import observed_changes
from tests.factories import observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
JULY = make.AS_OF.replace(month=7, day=31)


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    CACHE.clear()
    with clock.at(noon("2020-08-15")):
        yield


def kept(_cell: Observation) -> None:
    """A cell that does not change."""


def later(change: Callable[[Observation], Any]) -> tuple[StockVintage, StockVintage]:
    """A vintage, and another whose cells are the same but for those that `change` changes, or drops."""
    first = make.loaded()
    second = make.loaded(rows=make.observations()[:0], as_of=JULY)
    Observation.objects.filter(vintage=second).delete()
    rows = []
    for cell in first.observations.order_by("pk"):
        cell.pk, cell.vintage = None, second
        if change(cell) is not False:
            rows.append(cell)
    Observation.objects.bulk_create(rows)
    return first, second


def kinds(first: StockVintage, second: StockVintage) -> dict[str, int]:
    return dict(observed_changes.compare(second, make.MEL, first).kinds)


def test_the_same_cells_change_nothing() -> None:
    first, second = later(kept)
    told = observed_changes.compare(second, make.MEL, first)
    assert (told.kinds, told.lines, told.is_first) == ([], [], False)
    assert all(not table.changes for table in told.tables)


def test_a_first_vintage_stands_beside_nothing() -> None:
    vintage = make.loaded()
    told = observed_changes.compare(vintage, make.MEL, None)
    assert told.is_first
    assert (told.kinds, told.lines) == ([], [])
    cells = Observation.objects.filter(vintage=vintage)
    assert told.cells == cells.count()
    assert told.hidden == cells.filter(status__in=HIDDEN).exclude(status="U").count() > 0


def test_each_cell_is_of_the_table_that_publishes_it() -> None:
    told = observed_changes.compare(make.loaded(), make.MEL, None)
    counted = {str(table.words): table.cells for table in told.tables}
    assert counted["Les communes"] > counted["Mois par mois"] == 12
    assert counted["Les métiers de l’artisanat"] == len(make.TRADES) * len(make.YEARS)
    assert counted["Les divisions d’activité"] == len(make.DIVISIONS) * len(make.YEARS)


def test_every_table_of_the_list_holds_its_own_cells() -> None:
    for table in TABLES:
        activity = {"": "all", "division": "43", "trade": "43.22A"}[table.detail]
        period = "2020-01" if table.monthly else "2020"
        place = (table.indicators[0], table.area_kinds[0], table.segments[0], activity, period)
        assert table.holds(*place)
        assert not table.holds("register.unknown", *place[1:])
        assert not table.holds(*place[:4], "2020" if table.monthly else "2020-01")


def stock_of(cell: Observation) -> bool:
    place = (cell.indicator, cell.area, cell.period, cell.segment, cell.activity)
    return place == ("register.stock", make.MEL, "2019", "all", "all")


def put(**told: Any) -> Callable[[Observation], None]:
    """Change the stock of the whole territory in 2019."""

    def change(cell: Observation) -> None:
        if stock_of(cell):
            for name, value in told.items():
                setattr(cell, name, value)

    return change


# what changes | how it is told | before and after on the page, if the line is shown
CHANGED = [
    (put(value=500.0), "d’une autre valeur", ("112", "500")),
    (put(status="A"), "masquées depuis", ("112", "masqué")),
    (put(status="P"), "", None),
    (put(n=999), "", None),
]


@pytest.mark.parametrize(("change", "said", "shown"), CHANGED)
def test_a_cell_is_told_as_it_changes(
    change: Callable[[Observation], None], said: str, shown: tuple[str, str] | None
) -> None:
    first, second = later(change)
    assert kinds(first, second) == ({said: 1} if said else {})
    lines = observed_changes.compare(second, make.MEL, first).lines
    assert [(line.before, line.after) for line in lines] == ([shown] if shown else [])
    if shown:
        (line,) = lines
        assert (line.period, line.segment) == ("2019", "Tous les établissements")


def test_what_is_said_again_new_or_withdrawn_is_counted() -> None:
    first, second = later(lambda cell: not stock_of(cell))
    assert kinds(first, second) == {"retirées": 1}
    assert kinds(second, first) == {"nouvelles": 1}
    first, second = later(put(status="D", value=7.0))
    assert kinds(second, first) == {"qui ne sont plus masquées": 1}


def test_a_cohort_that_is_observed_at_last_is_new() -> None:
    first, second = later(kept)
    first.observations.filter(indicator="register.stock", area=make.MEL).update(status="U")
    told = first.observations.filter(status="U").count()
    assert kinds(first, second) == {"nouvelles": told}


def test_hidden_numbers_are_not_read_at_all() -> None:
    first, second = later(kept)
    second.observations.filter(status__in=("A", "D")).update(value=12345.0, n=12345)
    assert kinds(first, second) == {}


def test_lines_are_few_and_begin_with_the_newest_years() -> None:
    def grown(cell: Observation) -> None:
        if cell.value and cell.area_kind == "epci":
            cell.value += 1

    first, second = later(grown)
    lines = observed_changes.compare(second, make.MEL, first).lines
    assert len(lines) == observed_changes.LINES
    years = [line.period for line in lines]
    assert years == sorted(years, reverse=True)
    assert lines[0].period == "2020"


def test_what_a_publication_changed_is_read_once() -> None:
    first, second = later(put(value=500.0))
    made = make.published(first)
    again = make.published(second, owner=made.organisation, reason="a later stock")
    told = observed_changes.of(again, first)
    assert dict(told.kinds) == {"d’une autre valeur": 1}
    with CaptureQueriesContext(connection) as asked:
        assert observed_changes.of(again, first) == told
    assert not len(asked)


def test_comparing_asks_as_much_for_few_cells_as_for_many() -> None:
    counts = []
    for rows in (make.observations()[:20], make.observations()):
        vintage = make.loaded(rows=rows)
        with CaptureQueriesContext(connection) as asked:
            observed_changes.compare(vintage, make.MEL, vintage)
        counts.append(len(asked))
    assert counts == [3, 3]


def test_definitions_bear_their_version() -> None:
    told = dict(observed_changes.compare(make.loaded(), make.MEL, None).definitions)
    assert str(told["register.stock@1"]) == "Établissements au 1er janvier"
