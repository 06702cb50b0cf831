"""The page that vouches for a backup: what it holds, from when, and the sum of each of its files.

It is written last, so a folder without it is no backup. It holds its own sum, and is written in one
form only: whatever byte is changed, even a blank, it no longer reads as itself. With a passphrase,
what it says of the content (counts, heads, sums of the clear text) is closed like the rest.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from maillage.kernel.errors import Invalid
from maillage.site.keeping import members
from maillage.site.keeping.cipher import Key
from maillage.site.keeping.members import Sum
from maillage.site.keeping.tables import Node

NAME = "manifest.json"
BACKUP = "maillage.backup/1"
EXPORT = "maillage.export/1"
_MADE_BY = {BACKUP: "maillage backup", EXPORT: "maillage export_all"}


@dataclass(frozen=True, slots=True)
class Rows:
    """What is kept of a table: its columns, how many rows, the last number given, its sum."""

    columns: list[str]
    rows: int
    last: int | None
    content: Sum


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of an instance, and what it was when it was kept.

    `ledger` is what verifying found that day (`acts`, `chains`, `broken`), nothing when the database
    was not migrated to the version that read it.
    """

    product: str
    made_at: str
    database: str
    migrations: list[str]
    heads: list[dict[str, Any]]
    ledger: dict[str, Any] | None
    settings: dict[str, str]
    tables: dict[str, Rows] = field(default_factory=dict)
    files: dict[str, Sum] = field(default_factory=dict)

    @property
    def nodes(self) -> list[Node]:
        """The migrations the database had received."""
        return [(app, name) for app, _, name in (one.partition(".") for one in self.migrations)]

    @property
    def rows(self) -> int:
        """How many rows, over all tables."""
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a backup or an export, and what it says of their content."""

    files: dict[str, Sum]
    salt: str | None
    content: Any

    def opened(self, key: Key | None) -> Content:
        """What was kept.

        Raises:
            Invalid: it is closed and the passphrase is not the one, or it says nothing of the kind.
        """
        try:
            told = self.content
            if key:
                told = json.loads(b"".join(key.open(NAME, [base64.b64decode(told)])))
            tables = {
                name: Rows(**{**rows, "content": Sum(**rows["content"])})
                for name, rows in told["tables"].items()
            }
            files = {name: Sum(**kept) for name, kept in told["files"].items()}
            return Content(**{**told, "tables": tables, "files": files})
        except (KeyError, TypeError, AttributeError, ValueError) as fault:
            raise members.altered(NAME) from fault


def write(
    folder: Path, form: str, files: Mapping[str, Sum], content: Content, key: Key | None = None
) -> None:
    """Vouch for the files of a folder: from now on they are what was kept."""
    told: Any = asdict(content)
    if key:
        box = key.close(NAME, [json.dumps(told).encode()])
        told = base64.b64encode(b"".join(box)).decode()
    sums = {name: asdict(kept) for name, kept in files.items()}
    document = {"form": form, "files": sums, "salt": key and key.salt, "content": told}
    members.write_whole(folder / NAME, [_signed(document).encode()])


def read(folder: Path, form: str) -> Manifest:
    """The manifest of a folder, as it was written.

    Raises:
        Invalid: there is none, it was altered, or it is of another form.
    """
    path = folder / NAME
    if not path.is_file():
        raise Invalid(
            f"{folder} holds no {NAME}: it was never finished, or is something else.",
            remedy=f"Give the folder that `{_MADE_BY[form]}` was told to write.",
        )
    try:
        text = path.read_bytes().decode()
        document = json.loads(text)
        document.pop("sha256")
        if _signed(document) != text:
            raise members.altered(NAME)
        files = {name: Sum(**kept) for name, kept in document["files"].items()}
        found, salt, content = document["form"], document["salt"], document["content"]
    except (ValueError, RecursionError, KeyError, AttributeError, TypeError) as fault:
        raise members.altered(NAME) from fault
    if found != form:
        raise Invalid(
            f"{NAME} is written as {found}, and {form} is read here.",
            remedy=f"Give what `{_MADE_BY[form]}` wrote; a newer version of it wants that version.",
        )
    return Manifest(files, salt, content)


def _signed(document: Mapping[str, Any]) -> str:
    """The one form in which a manifest is written, with its own sum."""
    sum_ = hashlib.sha256(_written(document).encode()).hexdigest()
    return _written({**document, "sha256": sum_})


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
