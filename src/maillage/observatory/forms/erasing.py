"""Erasing a firm: why, and that one knows it is for good."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.ui.forms import Form


class EraseForm(Form):
    """Why who a firm is is to be forgotten."""

    reason = forms.CharField(
        label=_("Reason of the erasure"),
        max_length=300,
        help_text=_("It is kept for good: name nobody. “Asked by the owner on 3 March” will do."),
    )
    sure = forms.BooleanField(
        label=_("I know that nobody can undo it"),
        error_messages={"required": _("Tick this line to go on.")},
    )
