"""The files of loads that are not applied yet, on the instance's disk under names of our own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load
from maillage.intake.reading.limits import Limits
from maillage.kernel.errors import Invalid


def folder(load: Load) -> Path:
    """Where the files of a load wait."""
    return Path(settings.HOME) / "intake" / load.key.hex


def path_of(load: Load, slot: str) -> Path:
    """Where one of its files waits; the name that the person gave is never a path."""
    return folder(load) / slot


def keep(load: Load, slot: str, name: str, blocks: Iterable[bytes]) -> dict[str, str]:
    """Write a file as it comes in; its journal entry.

    Raises:
        Invalid: it is too big, or the disk is full.
    """
    most, size, digest = Limits().file_bytes, 0, hashlib.sha256()
    path = path_of(load, slot)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as out:
            for block in blocks:
                size += len(block)
                if size > most:
                    raise _too_big(most)
                digest.update(block)
                out.write(block)
    except OSError as problem:
        raise Invalid(
            _("The file could not be kept (%(why)s).") % {"why": problem.strerror},
            remedy=_("Make room on the disk of the instance."),
        ) from problem
    return {"role": slot, "name": base_name(name), "sha256": digest.hexdigest()}


def _too_big(most: int) -> Invalid:
    told = _("The file passes %(size)s MB.") % {"size": most >> 20}
    return Invalid(told, remedy=_("Cut it in several files."))


def base_name(name: str) -> str:
    """The last part of a name, without what no screen shows."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-200:] or "?"


def blocks_of(path: Path) -> Iterable[bytes]:
    """A file on the disk, block by block."""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            yield block


def is_unchanged(load: Load) -> bool:
    """Whether the files are those whose fingerprints the journal holds."""
    return all(digest_of(path_of(load, file["role"])) == file["sha256"] for file in load.files)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, blank when there is none."""
    if not path.is_file():
        return ""
    found = hashlib.sha256()
    for block in blocks_of(path):
        found.update(block)
    return found.hexdigest()


def drop(load: Load) -> None:
    """Remove the files of a load that needs them no more."""
    shutil.rmtree(folder(load), ignore_errors=True)
