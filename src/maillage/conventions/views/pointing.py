"""Where on screen a problem of a text is mended: the page of its line, and the field's own label."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.conventions.forms.sections import SECTIONS
from maillage.conventions.forms.texts import HeadForm
from maillage.conventions.models import Action, Axis, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.text.problems import Problem


@dataclass(frozen=True, slots=True)
class Pointed:
    """A problem with the words and the address of the place that mends it."""

    problem: Problem
    place: str
    url: str


def pointed(version: Version, problem: Problem) -> Pointed:
    """The line and the field that a path of the text names, for the draft in hand."""
    slug, path = version.convention.slug, problem.path
    section, row = "", None
    while len(path) > 1 and isinstance(path[1], int):
        section = str(path[0])
        row, path = _rows(version, section, row)[path[1]], path[2:]
    names = [str(name) for name in path if isinstance(name, str)]
    if row is not None:
        url = reverse("conventions:edit_line", args=[slug, section, row.pk])
        place = f"{SECTIONS[section].one} {row}"
        return Pointed(problem, " – ".join(filter(None, [place, _label(section, names)])), url)
    if names and names[0] in SECTIONS:
        url = reverse("conventions:edit", args=[slug]) + f"#{names[0]}"
        return Pointed(problem, str(SECTIONS[names[0]].several), url)
    field = HeadForm.base_fields.get(names[0]) if names else None
    if field is None:
        return Pointed(problem, _("Signed on"), "#id_signed_on")
    return Pointed(problem, str(field.label), reverse("conventions:edit_head", args=[slug]))


def _rows(version: Version, section: str, under: Row | None) -> list[Row]:
    """The lines of a section in the order of the text, among those that hang from the same thing."""
    rows: list[Row] = list(getattr(version, section).all())
    if section not in {"actions", "targets"}:
        return rows
    axis = under.pk if isinstance(under, Axis) else None
    action = under.pk if isinstance(under, Action) else None
    if section == "actions":
        return [row for row in rows if getattr(row, "axis_id", None) == axis]
    return [row for row in rows if row.place == (axis, action)]


_FIELDS: dict[str, str] = {"version": "indicator", "schemes": "charged", "action_keys": "charged"}


def _label(section: str, names: list[str]) -> str:
    """The label of the field that the last name of a path speaks of."""
    fields = SECTIONS[section].form.base_fields
    name = next((n for n in (_FIELDS.get(n, n) for n in reversed(names)) if n in fields), "")
    return str(fields[name].label) if name else ""
