"""A publication is sealed by the database, stands in the chain, and is read again by verify_ledger."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from maillage import figures, ledger
from maillage.accounts import append_only
from maillage.figures import Filter, Question
from maillage.figures.acts import PERIOD_PUBLISHED
from maillage.figures.models import Publication, PublishedFigure
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.doors import journals_open
from tests.factories import accounts
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")
TABLES = ("figures_publication", "figures_publishedfigure")


@pytest.fixture
def made() -> Publication:
    with clock.at(noon("2020-04-01")):
        visits = "\n".join(f"tests.visit_done | 2020-01-10 | {firm} | cma" for firm in "ABCD")
        world = draw(f"kind | day | firm | by\n{visits}")
        return figures.publish(
            subject="tests:example",
            questions=[Question("tests.firms_visited", Filter(), YEAR)],
            period=YEAR,
            by=world.actor("cma"),
            once="one",
        )


def acts():
    return Act.objects.unscoped(reason="a test").filter(kind=PERIOD_PUBLISHED.name)


def test_publishing_is_an_act_of_the_publisher_with_the_digest_in_its_chain(made):
    act = acts().get()
    assert (act.keeper, act.source_model) == (made.organisation, "figures.publication")
    assert act.source_key == str(made.key)
    assert act.once.startswith(made.digest)
    assert ledger.verify().is_valid


def test_the_heads_of_a_publication_are_those_before_its_own_act(made):
    (head,) = made.heads
    assert head[:2] == [str(made.organisation.key), acts().get().seq - 1]


def test_a_publication_that_fails_records_no_act(made):
    with pytest.raises(DatabaseError), transaction.atomic():
        figures.publish(
            subject="s" * 200 if connection.vendor == "postgresql" else None,  # type: ignore[arg-type]
            questions=[],
            period=YEAR,
            by=accounts.actor(),
            once="two",
        )
    assert acts().count() == Publication.objects.count() == 1


def test_anybody_who_sees_the_act_reads_what_was_published(made):
    line = ledger.entries([acts().get()], accounts.actor())[0].line
    assert line is not None
    assert line.title == "tests:example 2020-01-01..2020-12-31"


OVER = {
    "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    "postgresql": "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = {0}.id",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["update", "delete", "over", "truncate"])
def test_the_database_refuses_to_change_what_was_published(made, table, how):
    emptied = "TRUNCATE {0} CASCADE" if connection.vendor == "postgresql" else "DELETE FROM {0}"
    sql = {
        "update": "UPDATE {0} SET id = id + 100",
        "delete": "DELETE FROM {0} WHERE id > 0",
        "over": OVER[connection.vendor],
        "truncate": emptied,
    }[how].format(table)
    connection.check_constraints()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_an_insert_over_a_publication_is_refused_even_where_sqlite_hides_the_deletion(made):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(OVER["sqlite"].format("figures_publishedfigure"))
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


@pytest.mark.parametrize("table", [*TABLES, "accounts_access", "accounts_change"])
def test_every_table_written_once_is_protected_and_its_opening_is_noticed(table):
    append_only.assert_protected()
    append_only.release(connection, [table])
    with pytest.raises(append_only.Unprotected, match=table):
        append_only.assert_protected()
    verdict = ledger.verify()
    assert not verdict.sealed
    append_only.protect_after_migrate()
    append_only.assert_protected()


def test_a_trigger_replaced_by_one_that_does_nothing_is_noticed():
    name, table = "figures_publication_refuses_update", "figures_publication"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END")
        else:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    assert not append_only.protected(connection, table)


TAMPERINGS = {
    "a value": lambda made: made.figures.update(public={"value": 99}),
    "a filter": lambda made: made.figures.update(filter={"communes": ["59350"]}),
    "a figure less": lambda made: made.figures.all().delete(),
    "the period": lambda made: rows(made).update(period_end="2020-06-30"),
    "the instant": lambda made: rows(made).update(published_at=noon("2020-04-02")),
    "the heads": lambda made: rows(made).update(heads=[]),
    "the digest": lambda made: rows(made).update(digest="0" * 64),
    "the key": lambda made: rows(made).update(key="01890000-0000-7000-8000-000000000000"),
    "all of it": lambda made: made.delete(),
}


def rows(made):
    return Publication.objects.filter(pk=made.pk)


@pytest.mark.parametrize("what", TAMPERINGS)
def test_verifying_finds_a_publication_edited_around_the_product(made, what):
    with journals_open():
        TAMPERINGS[what](made)
    broken = ledger.verify().broken
    assert {one.what for one in broken} == {"unwitnessed"}
    assert str(acts().get().key) in {one.key for one in broken}


def test_verifying_finds_a_publication_slipped_in_without_its_act(made):
    figure = PublishedFigure.objects.get()
    made.pk, made.key, made.once, made._state.adding = None, uuid7(), "forged", True
    made.save()
    figure.pk, figure.publication = None, made
    figure.save()
    (broken,) = ledger.verify().broken
    assert (broken.what, broken.key, broken.seq) == ("unwitnessed", str(made.key), 0)


def test_the_command_tells_it_and_exits_with_one(made):
    with journals_open():
        made.figures.update(unit="euro")
    out = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("verify_ledger", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (stop.value.code, told["valid"], told["broken"][0]["what"]) == (1, False, "unwitnessed")
