"""A visit that was sent twice with two texts: both, whole, line beside line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from maillage.outreach.actions.visits import default_level
from maillage.outreach.forms.visits import VisitForm
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import NoteLevel
from maillage.register.models import Establishment
from maillage.ui.conflict import said

#: What is asked, what the phone holds, what the server holds.
Row = tuple[str, str, str]


def both_texts(
    form: VisitForm, firm: Establishment, there: Visit, present: Mapping[str, Any]
) -> Iterator[Row]:
    """What the form says and what is recorded, by question; what neither answers is left out.

    `present` is the recorded text as its reader may know it, by field of the form that corrects it.
    """
    yield _("Firm"), str(firm.display_name), str(there.establishment.display_name)
    here, held = _here(form), _there(there, present)
    for bound in form.visible_fields():
        mine, theirs = (said(bound, _in_order(text.get(bound.name))) for text in (here, held))
        if mine != theirs or here.get(bound.name):
            yield str(bound.label), mine, theirs
    yield from _asked_there_only(form, there, present)


def note_field(form: VisitForm) -> str:
    """The field of the correction that takes the note of the form."""
    return f"note_{_level(form)}"


def _here(form: VisitForm) -> dict[str, Any]:
    said_of_it = form.cleaned_data
    return {**said_of_it, "note_level": _level(form) if said_of_it["note"].strip() else ""}


def _level(form: VisitForm) -> str:
    told = form.cleaned_data
    return NoteLevel(told["note_level"] or default_level(tuple(told["themes"]))).value


def _there(there: Visit, present: Mapping[str, Any]) -> dict[str, Any]:
    notes = {level: present[f"note_{level}"] for level in NoteLevel.values}
    written = {level: note for level, note in notes.items() if note}
    note = "\n\n".join(written.values())
    return {**present, "campaign": there.campaign, "note": note, "note_level": list(written)}


def _asked_there_only(form: VisitForm, there: Visit, present: Mapping[str, Any]) -> Iterator[Row]:
    """Questions of another version of the grid, which the form does not ask."""
    for question in there.grid.grid.questions.values() if there.grid else ():
        answer = present.get(f"g_{question.code}")
        if answer and f"g_{question.code}" not in form.fields:
            words = question.said([answer] if isinstance(answer, str) else answer)
            yield str(question.ask), _("nothing"), ", ".join(words)


def _in_order(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple) else value
