"""What a publisher of an observatory sends: why again, and what they had read as the newest publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.figures.publication import AGAIN
from maillage.ui.forms import OnceForm


class PublishObservatoryForm(OnceForm):
    """Why a territory is published again; nothing is asked the first time."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    reason = forms.CharField(
        label=_("Why publish again"),
        max_length=300,
        help_text=_("The public reads it, for good: name nobody."),
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]
        else:
            self.fields["reason"].error_messages["required"] = str(AGAIN)

    def order(self) -> dict[str, Any]:
        """What the action is handed."""
        return {
            "seen": self.cleaned_data["seen"],
            "once": str(self.cleaned_data["once"]),
            "reason": self.cleaned_data.get("reason", ""),
        }
