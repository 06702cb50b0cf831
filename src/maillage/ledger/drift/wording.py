"""What the register says otherwise of an act, in words: «Activité : 10.71C → 47.24Z»."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from maillage import places
from maillage.ledger.drift.looking import Change
from maillage.register import criteria

# INSEE's headcount bands (trancheEffectifsEtablissement), with their least and greatest numbers.
_BANDS = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49), "21": (50, 99),
    "22": (100, 199), "31": (200, 249), "32": (250, 499), "41": (500, 999), "42": (1000, 1999),
    "51": (2000, 4999), "52": (5000, 9999), "53": (10000, None),
}  # fmt: skip


def names(changes: Iterable[Change]) -> dict[str, str]:
    """The names of the communes that these changes tell of, in one query."""
    codes = {code for change in changes for code in change.get("commune", ()) if code}
    return dict(places.Commune.objects.filter(code__in=codes).values_list("code", "name"))


def changed(change: Change, communes: Mapping[str, str]) -> str:
    """Each fact that differs, what the act keeps, then what is known."""
    return ", ".join(lines(change, communes))


def lines(change: Change, communes: Mapping[str, str]) -> list[str]:
    """One line for each fact that differs, in the order in which an act keeps them."""
    told = []
    if "legal_unit_id" in change:
        told.append(_("The establishment belonged to another firm"))
    for name, words in (
        ("commune", _("Commune")),
        ("in_qpv", _("Priority neighbourhood")),
        ("naf", _("Activity")),
        ("size_band", _("Headcount")),
    ):
        if name in change:
            kept, known = (_value(name, value, communes) for value in change[name])
            told.append(
                _("%(what)s: %(kept)s → %(known)s") % {"what": words, "kept": kept, "known": known}
            )
    return told + _segments(*change.get("segments", (0, 0)))


def _segments(kept: int, known: int) -> list[str]:
    yes, no = _("yes"), _("no")
    return [
        _("%(what)s: %(kept)s → %(known)s")
        % {
            "what": segment.label,
            "kept": yes if kept & segment.mask else no,
            "known": yes if known & segment.mask else no,
        }
        for segment in criteria.named(kept ^ known)
    ]


def _value(name: str, value: Any, communes: Mapping[str, str]) -> str:
    if value in {None, ""} and value is not False:
        return _("unknown")
    if name == "in_qpv":
        return _("yes") if value else _("no")
    if name == "commune":
        return communes.get(value, value)
    return _band(value) if name == "size_band" else str(value)


def _band(code: str) -> str:
    if code not in _BANDS:
        return _("not stated")
    least, most = _BANDS[code]
    if most is None:
        return _("%(least)s or more") % {"least": least}
    return (
        str(least) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
    )
