"""The measures of the register run, small: what they print is what they promise to measure."""

import pytest

from bench import measure, protection, register, search, territory
from bench.peers import upsert
from maillage.register.models import Establishment, Spell
from tests.factories import places

pytestmark = pytest.mark.django_db


def test_the_importer_is_measured_against_its_floor_on_a_first_import_and_on_a_second():
    report = measure.Report("register")

    register.measures(report, rows=30, rounds=1, memory=())

    assert [line for line in report.lines if "first import, of the floor" in line]
    assert [line for line in report.lines if "finds nothing new, of the floor" in line]


def test_searches_are_measured_by_their_slowest_twentieth_and_by_what_they_find():
    places.places_loaded()
    report = measure.Report("search")

    search.measures(report, rows=1_000, asked=12)

    assert len(report.lines) == 1 + len(search.LIMITS)
    assert all("p95" in line and "%" in line for line in report.lines[1:])
    assert report.failed == []


@pytest.mark.django_db(transaction=True)
def test_a_territory_is_measured_against_django_by_time_by_the_longest_wait_and_by_rows_written():
    places.places_loaded()
    report = measure.Report("territory")

    territory.measures(report, rows=1_000, rounds=1)

    assert [line for line in report.lines if "bulk_create, over our first import" in line]
    assert [line for line in report.lines if "update_conflicts, over our a month later" in line]
    assert "ok   rows that a second run writes: 0 (wanted ≤ 0)" in report.lines
    assert report.failed == []


def test_django_writes_what_the_importer_writes(tmp_path):
    places.places_loaded()
    month, _next = territory.months(tmp_path, 1_000)
    told = (
        "siret",
        "commune",
        "street",
        "state",
        "activity",
        "diffusion",
        "trade_name",
        "period_on",
    )

    territory.imported(month)
    ours = set(Establishment.objects.values_list(*told))
    spells = Spell.objects.count()
    register.wipe()
    upsert.first(month, territory.inside(), territory.loaded())

    assert set(Establishment.objects.values_list(*told)) == ours
    assert Spell.objects.count() == spells
    assert len(ours) > 100


def test_a_table_to_protect_is_measured_and_safe(monkeypatch):
    monkeypatch.setattr(protection, "TABLES", {"small": (((2, 2), (3,)), 10.0)})
    report = measure.Report("protection")

    protection.measures(report)

    assert report.lines[0].startswith("ok   small, 24 cells")
    assert report.failed == []
