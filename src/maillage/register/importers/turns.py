"""What happens to an establishment besides its one kind: reopened, moved where, which fields change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from maillage.intake.listing import Entry
from maillage.register.importers.diffing import Difference, Known
from maillage.register.importers.parsing import Identity

_TOGETHER: Final = {
    "usual_name": "trade_name",
    "complement": "address",
    "street_number": "address",
    "street": "address",
    "postcode": "address",
    "commune_label": "address",
    "lon": "position",
    "lat": "position",
    "size_year": "size_band",
}
FIELDS: Final = (
    *dict.fromkeys(_TOGETHER.get(name, name) for name in Identity._fields),
    "segments",
    "unit",
)
"""The fields whose changes are counted; what makes one address, one name, one position counts once."""
_WHO: Final = frozenset(("trade_name", "address", "position"))

Towns = Mapping[str, tuple[str, bool]]


def turns(known: Known, after: Identity, found: Difference, towns: Towns) -> list[str]:
    """What happens to an establishment that the register knows, but for its fields."""
    told = (
        [] if known.told is None or (known.told.state, after.state) != ("F", "A") else ["reopened"]
    )
    if "commune" in found.identity and known.identity.commune and after.commune:
        before, was_inside = towns[known.identity.commune]
        is_inside = towns[after.commune][1]
        if before != after.commune and (was_inside or is_inside):  # a merger is no move
            told.append(_move(was_inside=was_inside, is_inside=is_inside))
    return told


def _move(*, was_inside: bool, is_inside: bool) -> str:
    if was_inside and is_inside:
        return "moved_within"
    return "moved_in" if is_inside else "moved_out"


def fields(
    known: Known, after: Identity, found: Difference, segments: int, *, unit_changes: bool
) -> dict[str, tuple[str, str]]:
    """The fields that change, before and after in words of the file; what would tell who a hidden firm is stays blank."""
    before = known.identity
    is_open = before.diffusion == after.diffusion == "O"
    changed = dict.fromkeys(_TOGETHER.get(name, name) for name in found.identity)
    told = {
        field: (_words(before, field), _words(after, field))
        if is_open or field not in _WHO
        else ("", "")
        for field in changed
    }
    if known.told and known.told.segments != segments:
        told["segments"] = ("", "")
    if unit_changes:
        told["unit"] = ("", "")
    return told


def _words(of: Identity, field: str) -> str:
    names = [name for name in Identity._fields if _TOGETHER.get(name, name) == field]
    return " ".join(str(value) for name in names if (value := getattr(of, name)) not in {None, ""})


def entry(
    siret: str, unit_name: str, after: Identity, before: str, changes: Mapping[str, tuple[str, str]]
) -> Entry:
    """How a list shows it; a firm of partial diffusion has no name."""
    name = after.trade_name or after.usual_name or unit_name if after.diffusion == "O" else ""
    told = [(field, old, new) for field, (old, new) in changes.items()]
    return Entry(siret, name, before, after.commune, told)
