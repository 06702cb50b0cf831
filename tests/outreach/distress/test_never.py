"""An early signal is never an act, never a need, never a figure, never in a file that leaves, never in a log."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from maillage.accounts import journal, policy
from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.ledger.models import Act
from maillage.needs.models import Need
from maillage.outreach import actions
from maillage.outreach.models import Signal, Visit
from maillage.site.keeping import leaving, tables, values
from maillage.site.keeping.members import Tally
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
#: What no act, no file and no log may hold: the answers told in confidence, and what they weigh.
WORDS = ("rent", "treasury", "late", "short", "score", "contact_proposed")


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def acts() -> list[dict[str, Any]]:
    every = Act.objects.unscoped(reason="a test").order_by("pk")
    apart = {"id", "seq", "hash", "previous", "source_key", "recorded_at", "establishment_id"}
    return [
        {name: value for name, value in row.items() if name not in apart and "unit" not in name}
        for row in every.values()
    ]


def test_what_is_told_in_confidence_records_no_act_and_opens_no_need(adviser: Actor) -> None:
    make.guides(adviser)
    assert acts() == []
    make.visit(adviser, register.establishment())
    bare = len(acts())
    found = make.told_in_confidence(adviser)
    assert len(acts()) == 2 * bare
    assert {one["kind"] for one in acts()} == {"outreach.visit_done"}
    assert {one["theme"] for one in acts()} == {""}
    assert not Need.objects.unscoped(reason="a test").exists()
    assert not any(word in str(acts()) for word in WORDS)
    before = len(acts())
    actions.object_to_signals(unit=found.legal_unit, by=adviser)
    assert len(acts()) == before


def test_correcting_what_was_told_reverses_nothing(adviser: Actor) -> None:
    found = make.told_in_confidence(adviser)
    before = len(acts())
    actions.correct_visit(
        visit=found,
        facts=make.facts(),
        notes={},
        heard=make.heard(adviser, rent=["ok"]),
        reason="typing",
        version=1,
        by=adviser,
    )
    assert len(acts()) == before


def test_the_visit_itself_holds_nothing_of_it(adviser: Actor) -> None:
    found = make.told_in_confidence(adviser, rent=["late"], wants=["call"])
    row = Visit.objects.unscoped(reason="a test").filter(pk=found.pk).values().get()
    assert row["answers"] == {"wants": ["call"]}
    assert "rent" not in str(row)


@pytest.fixture
def left(adviser: Actor, tmp_path: Path) -> Iterator[Path]:
    """What `export_all` writes of the tables that hold visits and signals, by its own rules."""
    make.told_in_confidence(adviser, rent=["late"], wants=["call"])
    ours = map(tables._table, apps.get_app_config("outreach").get_models())
    for table in ours:
        rows = values.cells(Tally().over(leaving.lines_that_leave(table, read)))
        path = tmp_path / f"{table.name}.csv"
        path.write_bytes(b"".join(leaving._as_csv(table, rows)))
    return tmp_path


def read(table: tables.Table) -> Iterator[bytes]:
    """The rows of a table in lines, as a backup reads them."""
    model = apps.get_model(table.model)
    fields = [field.attname for field in model._meta.local_concrete_fields]
    for row in model._base_manager.values_list(*fields):
        cells = (values.NULL if cell is None else values.escape(str(cell)) for cell in row)
        yield ("\t".join(cells) + "\n").encode()


def test_no_export_takes_it_along_and_the_table_stands_there_empty(left: Path) -> None:
    with (left / "outreach_signal.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == []
    told = {path.name: path.read_text("utf-8") for path in left.iterdir()}
    assert "call" in told["outreach_visit.csv"]
    for name in told.keys() - {"outreach_guide.csv"}:
        assert "rent" not in told[name], name


def test_every_page_that_reads_it_is_a_page_and_none_is_a_file() -> None:
    ours = [
        entry
        for entry in policy.table()
        for rule in entry.rules.values()
        if rule.noun == "early_signals"
    ]
    assert {entry.name for entry in ours} == {
        "outreach:signals", "outreach:signal", "outreach:object_to_signals", "outreach:lift_objection",
    }  # fmt: skip
    assert not any(rule.verb == "export" for entry in ours for rule in entry.rules.values())
    assert not any(entry.pattern.endswith((".csv", ".json", ".pdf", ".geojson")) for entry in ours)


def test_reading_and_reporting_write_nothing_of_it_in_the_logs(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    adviser = accounts.signed_in(client, Role.ADVISER)
    with caplog.at_level(logging.DEBUG):
        found = make.told_in_confidence(adviser)
        client.get(reverse("outreach:signal", args=[found.key]))
        client.get(reverse("outreach:signals"))
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert not [said for said in ours for word in ("late", "treasury", "Loyer") if word in said]


def test_the_firm_reads_who_looked_and_no_level(adviser: Actor) -> None:
    """The journal names the record and the reason of the reading; the answers stay where they are."""
    found = make.told_in_confidence(adviser)
    journal.read_all(adviser, "early_signals", [(found.key, found.legal_unit.key)], "List")
    row = Access.objects.unscoped(reason="a test").values().get()
    assert not any(word in str(row) for word in ("rent", "contact", "watch"))
    assert Signal.objects.visible_to(adviser).count() == 1
