"""What an administrator looks for among messages, and decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.post.actions import DECISIONS, Decision
from maillage.post.handing import BY_FILE
from maillage.post.models import Batch, Kind, Message, State
from maillage.ui.forms import Form, OnceForm, VersionedForm


class LookForm(Form):
    """Which messages to show."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *State.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Kind.choices]
    )
    q = forms.CharField(
        label=_("Recipient"), required=False, max_length=100, help_text=_("Part of an address.")
    )


class DecisionForm(VersionedForm):
    """What becomes of a message that will not settle by itself."""

    decision = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)

    def __init__(self, *, message: Message, data: Any = None) -> None:
        super().__init__(data=data, initial={"version": message.version})
        open_to = DECISIONS.get(message.state, ())
        self.fields["decision"].choices = [(one.value, one.label) for one in open_to]  # type: ignore[attr-defined]

    def clean_decision(self) -> Decision:
        """The decision itself."""
        return Decision(self.cleaned_data["decision"])


class GatherForm(OnceForm):
    """A file to make of what waits."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in BY_FILE])


class CloseForm(Form):
    """What became of a file; one that nobody took cannot have been handed over."""

    became = forms.ChoiceField(label=_("What became of this file?"), widget=forms.RadioSelect)

    def __init__(self, *, batch: Batch, data: Any = None) -> None:
        super().__init__(data=data)
        choices = [
            ("handed_over", _("Its messages were handed over")),
            ("put_back", _("Nothing left: its messages wait again")),
        ]
        self.fields["became"].choices = choices if batch.taken_at else choices[1:]  # type: ignore[attr-defined]
