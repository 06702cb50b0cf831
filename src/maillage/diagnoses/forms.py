"""The forms of diagnoses: a tile an answer, nothing to type that is not wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from maillage.diagnoses.actions.passes import LONGEST_NOTE, Facts
from maillage.diagnoses.document import Document
from maillage.diagnoses.models import Pass, Questionnaire
from maillage.diagnoses.readings import STATES
from maillage.diagnoses.vocabulary import CANCELLING, CORRECTING, Dropped
from maillage.kernel import clock
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm

_PREFIX = "q_"


@dataclass(frozen=True, slots=True)
class AxisFields:
    """The questions of an axis, as fields."""

    title: str
    fields: Sequence[BoundField]


class AnswersForm(Form):
    """The questions of one version; one left alone stays unknown."""

    occurred_on = DateField(label=_("Day"))
    note = forms.CharField(
        label=_("Note for the artisan"),
        help_text=_(
            "Printed on the result that you hand over. Your organisation alone reads it here."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["occurred_on"].initial = clock.today
        for question in document.questions.values():
            offered = [(one.code, str(one.words)) for one in question.choices]
            self.fields[f"{_PREFIX}{question.code}"] = forms.ChoiceField(
                label=str(question.ask),
                choices=[*offered, ("", _("Not known"))],
                widget=forms.RadioSelect,
                required=False,
                initial="",
            )

    def axes(self) -> list[AxisFields]:
        """The fields of the answers, axis by axis."""
        return [
            AxisFields(str(axis.title), [self[f"{_PREFIX}{q.code}"] for q in axis.questions])
            for axis in self.document.axes
        ]

    def facts(self) -> Facts:
        """What was answered, as the actions take it."""
        data = self.cleaned_data
        answers = {code: data.get(f"{_PREFIX}{code}", "") for code in self.document.questions}
        return Facts(data["occurred_on"], answers, data["note"])


class PassForm(AnswersForm, OnceForm):
    """A diagnosis just made."""


class CorrectForm(AnswersForm, VersionedForm):
    """A diagnosis completed or set right."""

    reason = forms.ChoiceField(
        label=_("Why you change it"),
        choices=[(reason.value, reason.label) for reason in CORRECTING],
        widget=forms.RadioSelect,
        initial=CORRECTING[0],
    )


def initial_of(found: Pass) -> dict[str, Any]:
    """What a correction starts from."""
    answers = {f"{_PREFIX}{code}": given for code, given in found.answers.items()}
    told = {"occurred_on": found.occurred_on, "note": found.note, "version": found.version}
    return answers | told


class CancelForm(Form):
    """A diagnosis that did not happen so."""

    reason = forms.ChoiceField(
        label=_("Why you cancel it"),
        choices=[(reason.value, reason.label) for reason in CANCELLING],
        widget=forms.RadioSelect,
    )


class StepForm(OnceForm):
    """One more thing to do."""

    axis = forms.ChoiceField(label=_("Axis"))
    wording = forms.CharField(label=_("What to do"), max_length=300)
    due_on = DateField(label=_("By which day"))

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        axes = [(axis.code, str(axis.title)) for axis in document.axes]
        self.fields["axis"] = forms.ChoiceField(label=_("Axis"), choices=axes)


class CloseForm(Form):
    """A step done on a day, or dropped for a reason."""

    on = DateField(label=_("Done on"), required=False)
    because = forms.ChoiceField(
        label=_("Why it is dropped"),
        choices=Dropped.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class ListForm(Form):
    """Which diagnoses a list shows."""

    etat = forms.ChoiceField(label=_("Shown"), required=False)
    questionnaire = forms.ChoiceField(label=_("Questionnaire"), required=False)
    miens = forms.BooleanField(label=_("Only mine"), required=False)

    def __init__(self, *args: Any, offered: Sequence[Questionnaire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etat"] = forms.ChoiceField(
            label=_("Shown"), required=False, choices=[(key, str(w)) for key, w in STATES.items()]
        )
        codes = {one.code: str(one) for one in offered}
        self.fields["questionnaire"] = forms.ChoiceField(
            label=_("Questionnaire"), required=False, choices=[("", _("All")), *codes.items()]
        )

    def asked(self) -> dict[str, Any]:
        """What was asked, as the reading takes it; anything that is none asks for nothing."""
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "state": data.get("etat") or "again",
            "code": data.get("questionnaire") or "",
            "mine": bool(data.get("miens")),
        }


class TextForm(VersionedForm):
    """The text of a draft."""

    text = forms.CharField(
        label=_("Text of the questionnaire (TOML)"),
        help_text=_(
            "Axes, questions, choices with their points, advice with its theme and its days."
        ),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "mono"}),
    )
