"""Photographs that come in: opened by a confined child, kept as the image alone.

Never trusted to whoever sends them: the phone draws a photograph anew before it leaves, and here whatever is not
the image is left out all the same.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.intake.reading.limits import MEGABYTE
from maillage.intake.reading.parent import QUIET, isolated, passed
from maillage.kernel.errors import Invalid

LARGEST = 4 * MEGABYTE
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_CHILD = Path(__file__).parent / "reading" / "stripping.py"

_AGAIN = _("Open it, save it again as JPEG, and add that one.")
_WHY: dict[str, tuple[Promise, Promise]] = {
    "too_big": (
        _("This photograph is over 4 MB."),
        _("Take it from the form of a visit on the phone, which reduces it."),
    ),
    "too_many_pixels": (
        _("This photograph has too many pixels to be opened."),
        _("Reduce it, then add it again."),
    ),
    "heic": (
        _("This photograph is in HEIC or AVIF, which not every browser can show."),
        _(
            "Take it from the form of a visit on the phone, or choose “Most compatible” in the settings of its camera."
        ),
    ),
    "not_a_picture": (
        _("This file is no photograph: neither JPEG, nor PNG, nor WebP."),
        _("Choose a photograph."),
    ),
    "not_understood": (_("This photograph holds something that is not understood."), _AGAIN),
    "damaged": (_("This photograph is damaged."), _AGAIN),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The hard limits of one photograph."""

    memory: int = 256 * MEGABYTE
    cpu_seconds: int = 10
    pixels: int = 60_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """An image and nothing beside it."""

    kind: str
    width: int
    height: int
    data: bytes


def read(data: bytes, limits: Limits | None = None) -> Picture:
    """The image that a file holds, alone.

    Raises:
        Invalid: it is too big, no photograph, damaged, or of a kind that is not understood.
    """
    if len(data) > LARGEST:
        raise refused("too_big")
    allowed = limits or Limits()
    command = [*isolated(), "-S", str(_CHILD), json.dumps(asdict(allowed))]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            command,
            input=data,
            capture_output=True,
            timeout=allowed.cpu_seconds,
            env=passed() | QUIET,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refused("damaged") from None
    said = done.stderr.decode(errors="replace").split()
    if done.returncode or len(said) != 3 or said[0] not in TYPES:
        raise refused(said[0] if len(said) == 1 else "damaged")
    return Picture(said[0], int(said[1]), int(said[2]), done.stdout)


def refused(code: str) -> Invalid:
    """Why, and what to do."""
    reason, remedy = _WHY.get(code, _WHY["damaged"])
    return Invalid(reason, fields={"photo": f"{reason} {remedy}"}, remedy=remedy)
