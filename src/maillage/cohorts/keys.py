"""The file of a programme's key: made, read, never kept by the instance nor written in a log."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from django.utils.translation import gettext as _

from maillage.cohorts.recipe import SHORTEST
from maillage.kernel.errors import Conflict, Invalid

_LONGEST = 4096


def make_key(path: Path) -> bytes:
    """Draw a key into a new file that its owner alone reads.

    Raises:
        Conflict: there is such a file already: a key that is written over makes every list told under it strange.
        Invalid: the file cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError as fault:
        raise Conflict(
            _("This file is there already: a key is never written over."),
            remedy=_("Give another name."),
        ) from fault
    except OSError as fault:
        raise _unreadable() from fault
    key = secrets.token_hex(SHORTEST).encode()
    with os.fdopen(handle, "wb") as file:
        file.write(key + b"\n")
    return key


def read_key(path: Path) -> tuple[bytes, list[str]]:
    """The key of a file, the end of line that editors add set aside; and what there is to say of the file.

    Raises:
        Invalid: it cannot be read, is too short, or anybody of the machine may change it.
    """
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            key = file.read(_LONGEST + 1).rstrip(b"\r\n")
    except OSError as fault:
        raise _unreadable() from fault
    if mode & stat.S_IWOTH:
        raise Invalid(
            _("Anybody of this machine may change this key."), remedy=_("Type: chmod 600 FILE.")
        )
    if not SHORTEST <= len(key) <= _LONGEST:
        raise Invalid(
            _("A key has 32 bytes at least."),
            remedy=_("Make one: maillage pseudonymise --make-key FILE."),
        )
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return key, [_("Others of this machine may read this key: type chmod 600 FILE.")]
    return key, []


def _unreadable() -> Invalid:
    return Invalid(
        _("The file of the key does not open."), remedy=_("Check its path and your rights.")
    )
