"""The questions of a visit grid as tiles for a thumb; a draft of a guide as a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from maillage.outreach.actions.answers import Heard
from maillage.outreach.guides.grid import Block, Question
from maillage.outreach.models import Guide
from maillage.ui.forms import Form, VersionedForm

_PREFIX = "g_"


@dataclass(frozen=True, slots=True)
class Asked:
    """A block as fields, and whether one of them was answered."""

    title: str
    confidential: bool
    fields: Sequence[BoundField]
    is_open: bool


class GridForm(Form):
    """A form that asks the questions of a grid too, when there is one; those left alone were not asked.

    `discreet` leaves the confidential blocks out: the firm objects, or who corrects may not read them.
    """

    grid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, guide: Guide | None = None, discreet: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.guide, self.discreet = guide, discreet
        self.blocks = [
            block
            for block in (guide.grid.blocks if guide else ())
            if not (discreet and block.confidential)
        ]
        if guide is None:
            del self.fields["grid"]
            return
        self.fields["grid"].initial = guide.key
        for block in self.blocks:
            for question in block.questions:
                self.fields[f"{_PREFIX}{question.code}"] = _field_of(question)

    def clean(self) -> dict[str, Any]:
        """Nothing that was answered is dropped in silence, but what the firm objects to."""
        found = super().clean() or {}
        asked = {name for name, said in self.data.items() if name.startswith(_PREFIX) and said}
        if not self.discreet and not asked.issubset(self.fields):
            raise forms.ValidationError(
                _("These questions are not known here. Open the form again.")
            )
        return found

    def asked(self) -> list[Asked]:
        """The questions, block by block."""
        return [self._asked(block) for block in self.blocks]

    def _asked(self, block: Block) -> Asked:
        bounds = [self[f"{_PREFIX}{question.code}"] for question in block.questions]
        answered = any(bound.value() or bound.errors for bound in bounds)
        return Asked(str(block.title), block.confidential, bounds, answered)

    def heard(self) -> Heard:
        """What was answered, as the actions take it."""
        told = {
            question.code: self.cleaned_data.get(f"{_PREFIX}{question.code}")
            for block in self.blocks
            for question in block.questions
        }
        listed = {c: [said] if isinstance(said, str) else said for c, said in told.items() if said}
        return Heard(self.guide if listed else None, listed)


def _field_of(question: Question) -> forms.Field:
    offered = [(one.code, str(one.words)) for one in question.choices]
    if question.many:
        return forms.MultipleChoiceField(
            label=str(question.ask),
            choices=offered,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    return forms.ChoiceField(
        label=str(question.ask),
        choices=[*offered, ("", _("Not asked"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )


def initial_answers(answers: Mapping[str, Sequence[str]], guide: Guide) -> dict[str, Any]:
    """What a correction starts from: one answer, or several where the question takes them."""
    known = guide.grid.questions
    return {
        f"{_PREFIX}{code}": list(said) if known[code].many else said[0]
        for code, said in answers.items()
        if code in known
    }


class GuideForm(VersionedForm):
    """The text of a draft."""

    text = forms.CharField(
        label=_("Text (TOML)"),
        help_text=_("Each code stays what it is: answers recorded before are read by it."),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "mono"}),
    )
