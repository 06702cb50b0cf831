"""The commands: JSON on stdout whatever the exit, 0 done, 1 refused, 2 not to be taken at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from maillage import places as territories
from maillage.intake import actions, loading
from maillage.intake.exclusive import exclusive
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.places import divisions
from maillage.places.importers import sectors
from maillage.places.models import SectorCommune
from maillage.site import server
from tests.factories import intake as made, places, register as firms
from tests.intake import files

pytestmark = pytest.mark.django_db

KEYS = {
    "status",
    "read",
    "accepted",
    "rejected",
    "rejects",
    "notes",
    "load",
    "key",
    "kinds",
    "said",
}


def run(capsys, *arguments: str) -> tuple[dict, int]:
    code = 0
    try:
        call_command(*arguments, "--json")
    except SystemExit as stop:
        code = int(stop.code or 0)
    return json.loads(capsys.readouterr().out), code


def written(folder: Path, content: bytes, name: str = "qpv.geojson") -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_neighbourhoods_are_loaded_listed_and_undone(tmp_path, capsys):
    path = written(tmp_path, made.features("Moulins", "Wazemmes"))

    done, code = run(capsys, "load_qpv", path)
    assert set(done) >= KEYS
    assert (done["status"], done["read"], done["accepted"], done["rejected"], code) == (
        "applied",
        2,
        2,
        0,
        0,
    )
    listed, code = run(capsys, "loads")
    assert (listed[0]["id"], listed[0]["state"], listed[0]["files"], code) == (
        done["load"],
        "active",
        ["qpv.geojson"],
        0,
    )
    undone, code = run(capsys, "undo_load", str(done["load"]), "--because", "essai")
    assert (undone["status"], code) == ("undone", 0)
    again, code = run(capsys, "undo_load", done["key"])
    assert (again["status"], code) == ("refused", 1)
    assert Load.objects.get().undone_because == "essai"


def test_a_dry_run_leaves_nothing(tmp_path, capsys):
    path = written(tmp_path, made.features("Moulins"))

    done, code = run(capsys, "load_qpv", path, "--dry-run", "--starts-on", "2016-01-01")

    assert (done["status"], done["accepted"], code) == ("dry_run", 1, 0)
    assert not Load.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("qpv.csv", b"a;b\n1;2\n", "missing_columns"),
        ("qpv.geojson", b"", "empty"),
        ("qpv.shp", b"x", "unknown_kind"),
        ("qpv.json", b"{", "no_list"),
        ("qpv.zip", b"PK\x03\x04", "broken_zip"),
    ],
)
def test_a_file_that_cannot_be_taken_is_code_2_with_its_reason(
    name, content, code, tmp_path, capsys
):
    answer, exit_code = run(capsys, "load_qpv", written(tmp_path, content, name))

    assert (answer["status"], exit_code) == ("refused", 2)
    assert answer["rejects"][0]["code"] == code
    assert answer["rejects"][0]["reason"] in answer["notes"][0]


def test_an_absent_file_a_wrong_day_and_an_unknown_load_are_code_2(tmp_path, capsys):
    for arguments in (
        ("load_qpv", str(tmp_path / "none.geojson")),
        ("load_qpv", written(tmp_path, b"x"), "--starts-on", "hier"),
        ("undo_load", "99"),
        ("undo_load", "not a key"),
    ):
        answer, code = run(capsys, *arguments)
        assert code == 2, arguments
        assert answer["status"] in {"refused", "unknown"}


def test_another_import_under_way_is_code_1(tmp_path, capsys):
    with exclusive():
        answer, code = run(capsys, "load_qpv", written(tmp_path, made.features("Moulins")))

    assert (answer["status"], code) == ("refused", 1)
    assert "Un autre import" in answer["notes"][0]


def test_the_same_file_takes_up_the_load_that_a_killed_process_left(tmp_path, capsys, monkeypatch):
    path = written(tmp_path, made.features("Moulins"))
    with monkeypatch.context() as cut:
        cut.setattr(loading, "_activate", lambda _reading: None)
        run(capsys, "load_qpv", path)
    assert Load.objects.get().state == Load.State.APPLYING

    done, _code = run(capsys, "load_qpv", path)

    assert done["status"] == "applied"
    assert Load.objects.get().state == Load.State.ACTIVE


def test_sectors_are_loaded_and_told_in_words(tmp_path, capsys):
    places.places_loaded()
    rows = [
        ["Territoire", "Clé du secteur", "Nom du secteur", "Code INSEE"],
        ["mel", "mel-a", "Ouest", "59350"],
        ["mel", "mel-a", "Ouest", "Lille"],
    ]
    path = written(tmp_path, files.as_csv(rows), "secteurs.csv")

    call_command("load_sectors", path)
    call_command("loads", "--limit", "5")

    told = capsys.readouterr().out
    assert "applied: 2 read, 1 accepted, 1 rejected" in told
    assert "secteurs.csv:3 commune: ce n’est pas un code commune" in told
    assert "1/2" in told
    with pytest.raises(SystemExit):
        call_command("load_sectors", str(tmp_path / "none.csv"))


def test_a_load_of_the_field_is_not_undone_by_the_command(capsys):
    field = firms.load_active(source="field")

    answer, code = run(capsys, "undo_load", str(field.pk))

    assert (answer["status"], code) == ("refused", 1)


def test_what_is_undone_or_refused_is_said_in_words_too(tmp_path, capsys):
    call_command("load_qpv", written(tmp_path, made.features("Moulins")))
    load = Load.objects.get()

    call_command("undo_load", str(load.key))
    told = capsys.readouterr()
    assert "applied: 1 read, 1 accepted, 0 rejected" in told.out
    assert "undone" in told.out

    with pytest.raises(SystemExit) as stop:
        call_command("undo_load", str(load.pk))
    assert stop.value.code == 1
    assert "n’est pas actif" in capsys.readouterr().err


def test_a_file_refused_in_words_goes_to_the_other_stream(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        call_command("load_qpv", written(tmp_path, b"a;b\n1;2\n", "qpv.csv"))

    told = capsys.readouterr()
    assert stop.value.code == 2
    assert told.out == ""
    assert "des colonnes nécessaires manquent" in told.err


def test_an_undoing_that_was_cut_is_taken_up(tmp_path, capsys):
    done, _code = run(capsys, "load_qpv", written(tmp_path, made.features("Moulins")))
    load = Load.objects.get(pk=done["load"])
    actions.undo_load(load=load, because="coupé", by=made.BY)

    answer, code = run(capsys, "undo_load", str(load.pk), "--because", "autre")

    load.refresh_from_db()
    assert (answer["status"], code) == ("undone", 0)
    assert (load.state, load.undone_because) == (Load.State.UNDONE, "coupé")


def test_a_load_that_waits_is_not_undone(capsys):
    waiting = made.load(state=Load.State.PREVIEWED)

    answer, code = run(capsys, "undo_load", str(waiting.pk))

    assert (answer["status"], code) == ("refused", 1)


def test_a_worker_that_starts_takes_up_what_a_killed_one_left():
    left = made.load(state=Load.State.RECEIVED)
    fresh = made.load(state=Load.State.RECEIVED, staged_at=clock.real_now())

    server.begin_work()

    asked = [task.args_kwargs["args"] for task in DBTaskResult.objects.all()]
    assert asked == [[left.pk]]
    assert fresh.pk not in asked[0]


def test_the_list_is_cut_where_it_is_asked(capsys):
    for _ in range(3):
        made.load(state=Load.State.ACTIVE)

    listed, _code = run(capsys, "loads", "--limit", "2")
    none, _code = run(capsys, "loads", "--limit", "-1")

    assert len(listed) == 2
    assert listed[0]["id"] > listed[1]["id"]
    assert none == []


@pytest.mark.parametrize("told", ["mel", "245900410", "200093201", "Métropole Européenne de Lille"])
def test_sectors_that_come_with_the_product_are_loaded_by_name(told, capsys):
    places.places_loaded()

    answer, code = run(capsys, "load_sectors", told)

    assert (answer["status"], answer["rejected"], code) == ("applied", 0, 0)
    assert answer["read"] == answer["accepted"] > 80
    assert Load.objects.get().file_names == ["mel.toml"]
    assert SectorCommune.objects.filter(territory="mel").count() == answer["read"]


def test_what_is_loaded_by_name_replaces_what_was_loaded_and_gives_way_when_undone(
    tmp_path, capsys
):
    places.places_loaded()
    before = territories.sectors("mel", date(2026, 1, 1))
    rows = [["territoire", "secteur", "nom", "insee"], ["mel", "mel-a", "Ouest", "59350"]]
    run(capsys, "load_sectors", written(tmp_path, files.as_csv(rows), "s.csv"))
    assert len(territories.sectors("mel", date(2026, 1, 1))) == 1

    answer, _code = run(capsys, "load_sectors", "mel")
    assert territories.sectors("mel", date(2026, 1, 1)) == before

    run(capsys, "undo_load", str(answer["load"]), "--because", "essai")
    assert len(territories.sectors("mel", date(2026, 1, 1))) == 1


def test_a_toml_file_of_ones_own_says_the_line_of_each_refused_commune(tmp_path, capsys):
    places.places_loaded()
    text = 'territory = "mel"\n\n[[sector]]\nkey = "mel-a"\nfr = "Ouest"\nen = "West"\n'
    text += 'communes = [\n  "59350",\n  "Lille",\n  "59512", # Roubaix\n]\n'

    answer, code = run(capsys, "load_sectors", written(tmp_path, text.encode(), "ours.toml"))

    assert (answer["read"], answer["accepted"], answer["rejected"], code) == (3, 2, 1, 0)
    (one,) = answer["rejects"]
    assert (one["file"], one["line"], one["column"]) == ("ours.toml", 9, "commune")
    assert territories.sector_name("mel-a") == "Ouest"


@pytest.mark.parametrize(
    "told", ["melun", "nowhere.csv", "../mel", "./mel", "", "mel.toml", "Lille"]
)
def test_a_name_that_is_none_is_told_with_those_that_exist(told, capsys, monkeypatch, tmp_path):
    places.places_loaded()
    monkeypatch.chdir(tmp_path)

    answer, code = run(capsys, "load_sectors", told)

    assert (answer["status"], code) == ("refused", 2)
    assert "call, mel" in answer["notes"][0]
    assert set(answer) >= KEYS
    assert not Load.objects.exists()


def test_the_help_lists_the_sectors_that_come_with_the_product(capsys):
    with pytest.raises(SystemExit):
        call_command("load_sectors", "--help")

    assert "(call, mel)" in " ".join(capsys.readouterr().out.split())


def test_a_name_wins_over_a_folder_and_a_path_over_nothing(tmp_path, monkeypatch):
    places.places_loaded()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mel").mkdir()
    (tmp_path / "mel.toml").write_text('territory = "mel"\n')

    assert sectors.file_named("mel") == divisions.FOLDER / "mel.toml"
    assert sectors.file_named(" mel ") == divisions.FOLDER / "mel.toml"
    assert sectors.file_named("mel.toml") == Path("mel.toml")
