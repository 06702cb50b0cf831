"""What becomes of acts that drift, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.ui.forms import OnceForm


class SettleForm(OnceForm):
    """All the acts that changed in the same way, or those ticked; why they are corrected or left."""

    acts = forms.MultipleChoiceField(
        label=_("The acts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    which = forms.ChoiceField(
        label=_("On which acts do you decide?"),
        choices=(
            ("all", _("All those that changed in this way, other pages included")),
            ("ticked", _("Only those ticked above")),
        ),
        initial="all",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("It stays in the journal of corrections.")
    )

    def __init__(self, *args: Any, acts: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["acts"].choices = acts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ticking asks for ticks."""
        given = super().clean() or {}
        if given.get("which") == "ticked" and not given.get("acts"):
            self.add_error("acts", _("Tick at least one act, or decide on all of them."))
        return given

    def order(self) -> dict[str, Any]:
        """What the action is handed: which acts, why, and the key of the sending."""
        given = self.cleaned_data
        ticked = [UUID(key) for key in given["acts"]] if given["which"] == "ticked" else None
        return {"acts": ticked, "reason": given["reason"], "once": given["once"]}
