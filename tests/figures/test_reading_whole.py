"""A page that wants most of the acts reads the table once from end to end on SQLite."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.engine.plan import MANY
from maillage.kernel.periods import Period
from tests.figures import kinds  # noqa: F401 -- declares the indicator asked here

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by itself"),
]


@pytest.fixture
def _a_million_acts():
    """What ANALYZE says of a ledger of a million acts: with it SQLite skips over kinds to use their days."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'ledger_act'")
        cursor.execute(
            "INSERT INTO sqlite_stat1 VALUES"
            " ('ledger_act', 'ledger_act_kind_day', '1000000 100000 137 1')"
        )
        cursor.execute("ANALYZE sqlite_schema")


def looked_up(asked: int) -> bool:
    """Whether acts were found through the index of kinds and days."""
    months = [Period.parse(f"{2000 + rank}") for rank in range(asked)]
    with CaptureQueriesContext(connection) as seen:
        figures.answer(
            [Question("tests.firms_visited", Filter(), month) for month in months], cached=False
        )
    (sql,) = [q["sql"] for q in seen.captured_queries if "ledger_act" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return any("ledger_act_kind_day" in row[3] for row in cursor.fetchall())


@pytest.mark.usefixtures("_a_million_acts")
def test_a_few_figures_are_found_by_their_kinds_and_many_are_read_from_end_to_end():
    assert looked_up(1)
    assert not looked_up(MANY)
