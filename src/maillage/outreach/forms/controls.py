"""Which visits are drawn, and how many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel.periods import Period
from maillage.outreach.actions.controls import MOST
from maillage.ui.forms import DateField, OnceForm


class DrawForm(OnceForm):
    """A period, and a size or a share of it."""

    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"))
    size = forms.IntegerField(
        label=_("Visits to call back"), min_value=1, max_value=MOST, required=False
    )
    share = forms.IntegerField(
        label=_("So many in a hundred"), min_value=1, max_value=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Days in order, and one way of saying how many."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("This day comes before the first one."))
        if not self.errors and not (data.get("size") or data.get("share")):
            self.add_error("size", _("Say how many visits, or how many in a hundred."))
        return data

    def drawn(self) -> dict[str, Any]:
        """What was asked, as the action takes it."""
        data = self.cleaned_data
        return {
            "days": Period(data["starts_on"], data["ends_on"]),
            "size": data["size"],
            "share": data["share"],
            "once": str(data["once"]),
        }
