"""A backup that is not as it was written is refused before anything is touched, whatever was changed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maillage.kernel.errors import Invalid
from maillage.site.keeping import cipher, leaving, manifest, members, restore
from maillage.site.keeping.manifest import Content
from maillage.site.keeping.members import Sum
from tests.site.keeping.conftest import Kept
from tests.site.keeping.instances import Place, at

FLIPS = int(os.environ.get("MAILLAGE_FLIPS") or 60)
SEED = int(os.environ.get("MAILLAGE_SEED") or 2020)

pytestmark = pytest.mark.usefixtures("anywhere")


def chance() -> random.Random:
    return random.Random(SEED)  # noqa: S311 -- drawn again from its seed


def looked_at(folder: Path, passphrase: str = "") -> restore.Backup:
    return restore.Backup(folder, passphrase=passphrase, tell=lambda _: None)


@pytest.fixture
def copy(kept: Kept, tmp_path: Path) -> Path:
    return shutil.copytree(kept.backup, tmp_path / "copy")


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flipped(path: Path, drawn: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
    path.write_bytes(content)


def test_every_flipped_bit_is_refused_and_the_instance_stays_as_it_was(
    kept: Kept, copy: Path, tmp_path: Path
) -> None:
    drawn, place = chance(), Place(tmp_path / "home")
    files = files_of(copy)
    weights = [path.stat().st_size for path in files]
    with at(place):
        for _ in range(FLIPS):
            [path] = drawn.choices(files, weights)
            before = path.read_bytes()
            flipped(path, drawn)
            with pytest.raises(Invalid):
                restore.put_back(looked_at(copy), tell=lambda _: None)
            path.write_bytes(before)
        assert not list(place.home.iterdir()), f"seed {SEED}"
    assert looked_at(copy).content.rows == looked_at(kept.backup).content.rows


@pytest.mark.parametrize("name", ["manifest.json", "tables/ledger_act.tsv.gz"])
def test_a_bit_in_each_kind_of_file_is_refused(copy: Path, name: str) -> None:
    flipped(copy / name, chance())

    with pytest.raises(Invalid, match=f"{name} is not as it was written"):
        looked_at(copy)


HARM: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "another": lambda path: shutil.copy(path.with_name("ledger_head.tsv.gz"), path),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_file_that_is_not_the_one_that_was_written_is_refused(
    copy: Path, harm: Callable[[Path], object]
) -> None:
    harm(copy / "tables" / "ledger_act.tsv.gz")

    with pytest.raises(Invalid, match=r"ledger_act\.tsv\.gz is (missing|not as it was written)"):
        looked_at(copy)


def test_a_folder_without_manifest_is_no_backup(copy: Path) -> None:
    (copy / manifest.NAME).unlink()

    with pytest.raises(Invalid, match=r"never finished.*maillage backup"):
        looked_at(copy)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"sha256": 1}', "\ud800", "[" * 100_000])
def test_a_manifest_that_is_none_is_refused(copy: Path, text: str) -> None:
    (copy / manifest.NAME).write_text(text, encoding="utf-8", errors="surrogatepass")

    with pytest.raises(Invalid, match="not as it was written"):
        looked_at(copy)


def test_a_blank_more_in_the_manifest_is_seen(copy: Path) -> None:
    path = copy / manifest.NAME
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")

    with pytest.raises(Invalid, match="not as it was written"):
        looked_at(copy)


# Forged: a manifest whose own sum is right.


def forged(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    document = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    document.pop("sha256")
    change(document)
    (folder / manifest.NAME).write_text(manifest._signed(document), encoding="utf-8")
    return folder


def put(document: dict[str, Any], *path: str, to: Any) -> None:
    for name in path[:-1]:
        document = document[name]
    document[path[-1]] = to


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another form": (lambda d: put(d, "form", to="maillage.backup/2"), "newer version"),
    "an export": (lambda d: put(d, "form", to=manifest.EXPORT), "maillage backup"),
    "a newer database": (
        lambda d: d["content"]["migrations"].append("ledger.9999_of_tomorrow"),
        "newer version",
    ),
    "a table less": (lambda d: d["content"]["tables"].pop("ledger_act"), "not those of its"),
    "other columns": (
        lambda d: d["content"]["tables"]["ledger_act"]["columns"].pop(),
        "ledger_act are not those",
    ),
    "other rows": (
        lambda d: put(d, "content", "tables", "ledger_act", "content", "sha256", to="0" * 64),
        "ledger_act.tsv.gz is not as",
    ),
    "no content": (lambda d: put(d, "content", to=None), "not as it was written"),
    "no tables": (lambda d: put(d, "content", "tables", to=[]), "not as it was written"),
    "no files": (lambda d: put(d, "files", to=[]), "not as it was written"),
    "a file that is in no list": (
        lambda d: d["files"].pop("tables/ledger_act.tsv.gz"),
        "not as it was written",
    ),
    "a sum of another kind": (lambda d: put(d, "files", "x", to={"md5": ""}), "not as it was"),
}


@pytest.mark.parametrize(("change", "said"), FORGED.values(), ids=FORGED)
def test_a_manifest_that_does_not_hold_together_is_refused(
    copy: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        looked_at(forged(copy, change))


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "files/../../outside"])
def test_a_name_that_leads_out_of_the_folder_is_refused(copy: Path, name: str) -> None:
    def add(document: dict[str, Any]) -> None:
        document["files"][name] = {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}

    (copy.parent / "outside").write_bytes(b"")
    with pytest.raises(Invalid, match="leads out of its folder"):
        looked_at(forged(copy, add))


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "a/../../outside"])
def test_a_file_of_the_instance_whose_name_leads_out_is_refused(copy: Path, name: str) -> None:
    """Its member may be named so: `files/` is a folder of the backup, not of the instance."""

    def add(document: dict[str, Any]) -> None:
        document["content"]["files"] = {name: {"bytes": 0, "sha256": ""}}

    with pytest.raises(Invalid, match="leads out of its folder"):
        looked_at(forged(copy, add))


def test_what_presses_to_nothing_does_not_fill_the_memory(tmp_path: Path) -> None:
    zeros = (bytes(1 << 20) for _ in range(64))
    members.write(tmp_path / "bomb.gz", members.pressed(zeros))
    path, seen = tmp_path / "bomb.gz", []

    def look() -> None:
        for part in members.read(path, "bomb.gz", None, Sum(1, "")):
            seen.append(len(part))  # noqa: PERF401 -- until it is refused

    with pytest.raises(Invalid, match="not as it was written"):
        look()
    assert path.stat().st_size < 1 << 20
    assert max(seen) <= 1 << 18


# Closed by a passphrase.


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """The smallest closed backup there is."""
    key = cipher.Key("a passphrase of the tests", cipher.salt())
    content = Content("0.1.0", "2020-06-30T07:00:00.000000Z", "sqlite", [], [], None, {})
    content.files["note"] = Sum(5, hashlib.sha256(b"words").hexdigest())
    name = "files/note.gz.closed"
    pieces = key.close(name, members.pressed([b"words"]))
    written = {name: members.write(tmp_path / "closed" / name, pieces)}
    manifest.write(tmp_path / "closed", manifest.BACKUP, written, content, key)
    return tmp_path / "closed"


def test_a_closed_backup_opens_with_its_passphrase(closed: Path) -> None:
    found = looked_at(closed, "a passphrase of the tests")

    assert b"".join(found.file("note")) == b"words"


def test_a_closed_backup_says_nothing_of_its_content(closed: Path) -> None:
    said = (closed / manifest.NAME).read_text()

    assert "2020-06-30" not in said
    assert hashlib.sha256(b"words").hexdigest() not in said


@pytest.mark.parametrize(
    ("given", "said"), [("", "--passphrase-file"), ("another passphrase", "open")]
)
def test_a_closed_backup_does_not_open_otherwise(closed: Path, given: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        looked_at(closed, given)


def test_a_closed_backup_that_was_touched_is_refused_without_its_passphrase(closed: Path) -> None:
    flipped(closed / "files/note.gz.closed", chance())

    with pytest.raises(Invalid, match="not as it was written"):
        looked_at(closed)


# Exports are held to the same.


@pytest.mark.parametrize(
    "name",
    ["csv/ledger_act.csv", "parquet/ledger_act.parquet", "datapackage.json", "manifest.json"],
)
def test_an_export_that_was_touched_is_refused(kept: Kept, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(kept.export, tmp_path / "export")
    flipped(copy / name, chance())

    with pytest.raises(Invalid, match=f"{name} is not as it was written"):
        leaving.Export(copy, tell=lambda _: None)


def test_a_backup_is_no_export_and_an_export_no_backup(kept: Kept) -> None:
    with pytest.raises(Invalid, match="maillage export_all"):
        leaving.Export(kept.backup, tell=lambda _: None)
    with pytest.raises(Invalid, match="maillage backup"):
        looked_at(kept.export)
