"""What the instance keeps as files: everything in its folder, but what is named here with its reason."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection

from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.register import erasing
from maillage.site.keeping import members
from maillage.site.keeping.members import Sum
from maillage.site.keeping.snapshot import COPY

SECRET = "secret_key"  # noqa: S105 -- the name of the file
NOTE = "restoring"

LEFT_OUT: Mapping[str, str] = {
    "static": "gathered from the product when it serves",
    "mail": "messages written for want of a mail server, with the sign-in codes of the day",
    "answers": "what services outside said, asked again when it is missing",
    "*.lock": "held by a process of this machine",
    "*.part": "a file that was being written",
    COPY: "the copy that a backup is reading",
    erasing.FILE: "who was erased: also in the database, and it outlives a restored one",
    NOTE: "says that a restore began",
    SECRET: "kept only where a passphrase closes the backup",
}


def home() -> Path:
    """The folder of the instance."""
    return Path(settings.HOME)


def kept(*, with_secret: bool) -> Iterator[str]:
    """The files to keep, by their names in the instance's folder, in order.

    Raises:
        Invalid: one of them is a link, and what it leads to would be lost in silence.
    """
    database = str(connection.settings_dict["NAME"])
    for folder, folders, names in os.walk(home()):
        found = {name: (Path(folder) / name).relative_to(home()) for name in folders + names}
        wanted = {name: path for name, path in found.items() if not _is_left_out(path)}
        folders[:] = sorted(wanted.keys() & set(folders))
        for path in sorted(wanted.values()):
            if (home() / path).is_symlink():
                raise Invalid(
                    f"{home() / path} is a link, which a backup does not follow.",
                    remedy="Put what it leads to in its place.",
                )
            if (home() / path).is_file() and not str(home() / path).startswith(database):
                yield path.as_posix()
    if with_secret and (home() / SECRET).is_file():
        yield SECRET


def contents(*, with_secret: bool) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each file to keep with what is in it; one that went since it was listed (a load ended) is gone."""
    for name in kept(with_secret=with_secret):
        try:
            file = (home() / name).open("rb")
        except FileNotFoundError:
            continue
        with file:
            yield name, iter(partial(file.read, members.PART), b"")


def _is_left_out(path: Path) -> bool:
    return any(fnmatch(path.as_posix(), pattern) for pattern in LEFT_OUT)


def put_back(
    names: Mapping[str, Sum], read: Callable[[str], Iterator[bytes]], written: list[Path]
) -> None:
    """Write files into the instance's folder, each whole or not at all; `written` names the new ones.

    Raises:
        Conflict: another file bears one of these names.
        OSError: the disk is full.
    """
    for name, kept_as in names.items():
        path = members.inside(home(), name)
        if path.exists() and name != SECRET:
            if members.Tally.of(path) == kept_as:
                continue  # of a restore that was killed
            raise Conflict(
                f"{path} is there already, and is another file.",
                remedy="Move it away, or choose an empty MAILLAGE_HOME.",
            )
        written.append(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        members.write_whole(path, read(name))


@contextmanager
def removed_on_failure() -> Iterator[list[Path]]:
    """The files named in the list go again when the block fails."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise


@contextmanager
def note_left(source: Path) -> Iterator[None]:
    """Note that a restore is under way, until it has ended well or badly: only a kill leaves the note."""
    note = {"from": str(source.resolve()), "began_at": clock.real_now().isoformat()}
    members.write_whole(home() / NOTE, [json.dumps(note).encode()])
    try:
        yield
    finally:
        (home() / NOTE).unlink(missing_ok=True)


def unfinished() -> str | None:
    """What to do about a restore that began and did not end, if there is one."""
    try:
        note = json.loads((home() / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return (
        f"A restore from {note['from']} began at {note['began_at']} and has not ended; nothing of it"
        f" is in the database.\nRemedy: run it again, or remove {home() / NOTE} to begin with an empty"
        " instance."
    )
