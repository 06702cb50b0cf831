"""`backup`, `restore`, `export_all`, `import_all` as one types them, and what is read of them elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections

from maillage import ledger
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.site import health, instance
from maillage.site.keeping import files, tables
from maillage.site.models import Backup, Instance
from tests.factories import post as make
from tests.site.keeping.conftest import Kept
from tests.site.keeping.instances import Empty, Place, at, rows
from tests.site.test_console import Ended, Typed, typed

__all__ = ["typed"]  # the fixture that types a command

pytestmark = pytest.mark.usefixtures("anywhere")
WORDS = "a passphrase of the tests"


@pytest.fixture
def here(empty: Empty) -> Iterator[Place]:
    """An instance of one organisation, on the database of the run."""
    with at(empty()) as place:
        Organisation.objects.create(name="Chambre", kind="chamber")
        yield place
    empty.take_back(place)


@pytest.fixture
def elsewhere(empty: Empty) -> Iterator[Place]:
    """An empty instance to go to."""
    place = empty()
    yield place
    empty.take_back(place)


def refused(ended: Ended, code: int = 1) -> str:
    """What a program reads of a refusal, on the standard output."""
    assert ended.code == code
    assert ended.json["exit"] == code
    return str(ended.json["refused"])


def test_a_backup_is_made_checked_and_restored(
    here: Place, elsewhere: Place, typed: Typed, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    make.message(Organisation.objects.get())
    made = typed("backup", "--out", out, "--json")

    assert (made.code, made.json["outcome"], made.json["rows"]) == (0, "backed up", 3)
    assert made.json["tables"]["accounts_organisation"] == 1
    assert made.json["bytes"] > 0
    assert not made.json["closed"]
    assert "accounts_organisation: 1 rows" in made.err
    with at(elsewhere):
        checked = typed("restore", "--from", out, "--verify", "--json")
        assert (checked.code, checked.json["outcome"], checked.json["rows"]) == (0, "verified", 3)
        assert rows("accounts_organisation") == []
        restored = typed("restore", "--from", out, "--json")
        assert (restored.code, restored.json["outcome"]) == (0, "restored")
        assert Organisation.objects.get().name == "Chambre"
        assert "the seals stand" in restored.err
        assert "1 messages waited" in restored.err
        assert rows("post_message", "state") == [("uncertain",)]


def test_an_export_is_made_and_imported(
    kept: Kept, elsewhere: Place, typed: Typed, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    with at(kept.place):
        made = typed("export_all", "--out", out, "--json")
        assert (made.code, made.json["outcome"]) == (0, "exported")
    with at(elsewhere):
        imported = typed("import_all", "--from", out, "--json")
        assert (imported.code, imported.json["outcome"]) == (0, "imported")
        assert ledger.heads() == kept.heads
    assert imported.json["heads"] == made.json["heads"] == [h._asdict() for h in kept.heads]
    assert imported.json["rows"] == made.json["rows"]


def test_a_person_reads_what_was_kept_and_how_far_the_chains_go(kept: Kept, typed: Typed) -> None:
    said = typed("restore", "--from", str(kept.backup), "--verify").out

    assert said.startswith(f"Verified: {kept.backup}\nInstance of 20")
    assert f" rows in {len(tables.of(apps))} tables, 1 files." in said
    for head in kept.heads:
        assert f"{head.keeper} {head.seq} {head.hash}" in said
    assert "WARNING" not in said


def test_checking_asks_no_database(kept: Kept, typed: Typed, tmp_path: Path) -> None:
    """It is done where the copy lies, which is another machine."""
    away = Place(tmp_path, "postgresql://nobody@/nothing?host=/nowhere")
    with at(away):
        assert typed("restore", "--from", str(kept.backup), "--verify").code == 0
        assert typed("restore", "--from", str(kept.backup), "--json").code == 1


def test_a_broken_chain_is_said_loudly(kept: Kept, typed: Typed, tmp_path: Path) -> None:
    from tests.site.keeping.test_altered import forged

    def broken(document: dict[str, Any]) -> None:
        document["content"]["ledger"]["broken"] = [{"what": "edited"}]

    copy = forged(shutil.copytree(kept.backup, tmp_path / "copy"), broken)
    said = typed("restore", "--from", str(copy), "--verify").out
    assert "WARNING: 1 chains of acts do not verify" in said


# Refused and misused


def test_refusals_say_what_to_do_to_people_and_programs(
    here: Place, typed: Typed, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    for command in ("backup", "export_all"):
        ended = typed(command, "--out", str(tmp_path / "full"), "--json")
        assert "Choose a new folder" in refused(ended)
        assert "Choose a new folder" in typed(command, "--out", str(tmp_path / "full")).err
    for command in ("restore", "import_all"):
        ended = typed(command, "--from", str(tmp_path / "full"), "--json")
        assert "holds no manifest.json" in refused(ended)
    typed("backup", "--out", str(tmp_path / "out"))
    assert "is not empty" in refused(typed("restore", "--from", str(tmp_path / "out"), "--json"))


@pytest.mark.parametrize(
    "words",
    [("backup",), ("restore",), ("export_all",), ("import_all",), ("restore", "--from", "nowhere"),
     ("import_all", "--from", "nowhere"), ("restore", "--from", ".", "--over")],
)  # fmt: skip
def test_misuse_is_told_from_refusal(words: tuple[str, ...], typed: Typed) -> None:
    assert refused(typed(*words, "--json"), 2)


def test_a_passphrase_is_given_by_a_file_or_by_the_environment(
    here: Place, typed: Typed, tmp_path: Path, settings: Any
) -> None:
    file, out = tmp_path / "words", str(tmp_path / "out")
    file.write_text(f"{WORDS}\n")
    assert typed("backup", "--out", out, "--passphrase-file", str(file), "--json").json["closed"]

    check = ("restore", "--from", out, "--verify")
    assert "closed by a passphrase" in refused(typed(*check, "--json"))
    assert typed(*check, "--passphrase-file", str(file)).code == 0
    settings.BACKUP_PASSPHRASE = WORDS
    assert typed(*check).code == 0
    settings.BACKUP_PASSPHRASE = WORDS[::-1]
    assert "does not open" in refused(typed(*check, "--json"))
    assert typed(*check, "--passphrase-file", str(file)).code == 0


def test_a_passphrase_too_short_makes_no_backup(here: Place, typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("short")
    ended = typed("backup", "--out", str(tmp_path / "out"), "--json",
                  "--passphrase-file", str(tmp_path / "words"))  # fmt: skip

    assert "at least 12" in refused(ended)
    assert not (tmp_path / "out").exists()


# What health says of it


def finding(name: str) -> health.Finding:
    return next(f for f in health.examine() if f.name == name)


def test_an_instance_never_backed_up_is_not_well_and_serves(here: Place) -> None:
    status, body = health.report()

    assert status == 200
    assert body["status"] == "degraded"
    assert body["backup"] == {"ok": False, "detail": "never made: run maillage backup"}


def test_a_backup_of_today_is_well_and_one_of_before_yesterday_is_late(
    here: Place, typed: Typed, tmp_path: Path
) -> None:
    typed("backup", "--out", str(tmp_path / "out"))
    assert finding("backup").well

    Backup.objects.update(ended_at=clock.real_now() - timedelta(hours=27))
    assert not finding("backup").well
    assert not finding("backup").grave


def test_a_backup_that_failed_does_not_count(here: Place, typed: Typed, tmp_path: Path) -> None:
    typed("backup", "--out", str(here.home / "inside"))

    assert "never made" in finding("backup").detail
    assert Backup.objects.get().outcome == "failed"


def test_a_backup_of_a_broken_chain_is_not_well(here: Place) -> None:
    now = clock.real_now()
    Backup.objects.create(
        began_at=now, ended_at=now, outcome="done", detail="1 chains of acts do not verify"
    )

    assert not finding("backup").well
    assert finding("backup").detail.endswith("; 1 chains of acts do not verify")


def test_a_demonstration_needs_no_backup(here: Place) -> None:
    now = clock.real_now()
    Instance.objects.create(pk=1, seeded_at=now, starts_at=now, size="tiny", seed=1)
    instance.forget()

    assert "backup" not in [f.name for f in health.examine()]


def test_a_note_of_a_killed_restore_may_be_removed_by_hand(here: Place) -> None:
    note = json.dumps({"from": "/backups/today", "began_at": "2020-06-30T07:00:00+00:00"})
    (here.home / files.NOTE).write_text(note)

    assert "run it again, or remove" in finding("restore").detail
    (here.home / files.NOTE).unlink()
    assert "restore" not in [f.name for f in health.examine()]
    assert connections["default"].vendor in ("sqlite", "postgresql")
