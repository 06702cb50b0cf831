"""Fields for places, streets and codes as people list them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from maillage import places
from maillage.kernel import clock
from maillage.outreach.models import ways
from maillage.places.divisions import division_keys
from maillage.places.forms import resolved


class CommunesField(forms.CharField):
    """Several communes, by names or codes, separated by commas or lines."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """Their INSEE codes."""
        parts = [part.strip() for part in re.split(r"[,;\n]", super().clean(value))]
        return tuple(dict.fromkeys(resolved(part, commune=True) for part in parts if part))


class SectorsField(forms.CharField):
    """Sectors of a divided territory, or communes, by names or codes, separated by commas or lines."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """The INSEE codes of all their communes."""
        parts = [part.strip() for part in re.split(r"[,;\n]", super().clean(value)) if part.strip()]
        known = _sectors() if parts else {}
        found: list[str] = []
        for part in parts:
            found += known.get(places.fold(part)) or [resolved(part, commune=True)]
        return tuple(dict.fromkeys(found))


def _sectors() -> dict[str, list[str]]:
    """The communes of each sector, by its name as names are compared."""
    found: dict[str, list[str]] = {}
    for territory in division_keys():
        try:
            drawn = places.sectors(territory, clock.today())
        except places.UnknownTerritory:
            continue
        for one in drawn:
            found[places.fold(str(one.name))] = list(one.communes)
    return found


class StreetsField(forms.CharField):
    """Streets, one a line: its name as it is said, a comma, its commune."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """Their references, in the order of the lines."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return tuple(dict.fromkeys(_street(line) for line in lines if line))


def _street(line: str) -> str:
    name, _comma, town = line.rpartition(",")
    if not name.strip():
        raise forms.ValidationError(
            _("“%(line)s”: write the street, a comma, the commune.") % {"line": line}
        )
    found = ways.answering(name, resolved(town.strip(), commune=True))
    if len(found) == 1 and ways.holds(found[0], name):
        return found[0]
    if found:
        said = _("“%(line)s”: did you mean %(streets)s?")
        near = [ways.called(one) for one in found[: ways.NEAR]]
        raise forms.ValidationError(said % {"line": line, "streets": _(" or ").join(near)})
    raise forms.ValidationError(
        _("“%(line)s”: the register knows no firm in this street.") % {"line": line}
    )


class ActivitiesField(forms.CharField):
    """Beginnings of activity codes, with or without their dot."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """The beginnings without dots, in capitals."""
        parts = re.split(r"[,;\s]+", super().clean(value).upper().replace(".", ""))
        wrong = [part for part in parts if part and not re.fullmatch(r"[0-9]{1,4}[A-Z]?", part)]
        if wrong:
            raise forms.ValidationError(
                _("Not a beginning of an activity code: %(codes)s. Write 10.71 or 1071C.")
                % {"codes": ", ".join(wrong)}
            )
        return tuple(dict.fromkeys(part for part in parts if part))
