"""Communes by postcode, from the geography installed at set-up; nothing where it is not there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from maillage.places.sources import GeographyMissing, find_packages


def communes_of_postcode(postcode: str) -> tuple[str, ...]:
    """The codes of the communes that a postcode serves, in their order; none for an unknown one."""
    return _known().get(postcode, ())


@cache
def _known() -> dict[str, tuple[str, ...]]:
    try:
        packages = find_packages(Path(settings.NODE_MODULES))
    except GeographyMissing:
        return {}
    rows = json.loads((packages[max(packages)] / "data" / "communes.json").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["type"] == "commune-actuelle":
            for postcode in row.get("codesPostaux") or ():
                found.setdefault(postcode, []).append(row["code"])
    return {postcode: tuple(sorted(codes)) for postcode, codes in found.items()}
