"""The measures of the register run, small: what they print is what they promise to measure."""

import pytest

from bench import measure, register, search

pytestmark = pytest.mark.django_db


def test_the_importer_is_measured_against_its_floor_on_a_first_import_and_on_a_second():
    report = measure.Report("register")

    register.measures(report, rows=30, rounds=1, memory=())

    assert [line for line in report.lines if "first import, of the floor" in line]
    assert [line for line in report.lines if "finds nothing new, of the floor" in line]


def test_searches_are_measured_by_their_slowest_twentieth_and_by_what_they_find():
    report = measure.Report("search")

    search.measures(report, firms=60, asked=12)

    assert len(report.lines) == 3
    assert all("p95" in line and "%" in line for line in report.lines)
    assert report.failed == []
