"""What a reader asks of a figure; the address they get can be shared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage import figures
from maillage.conventions.models import Convention
from maillage.figures import Definition
from maillage.observatory.addresses import AT, BY, CONVENTION, PERIOD
from maillage.observatory.inquiry import DIMENSIONS, Inquiry
from maillage.ui.forms import DateField, Form


class QuestionForm(Form):
    """Territory, convention, period, as-of and breakdown of a figure; other filters stay as they are."""

    def __init__(self, definition: Definition, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(initial=_initial(inquiry), **kwargs)
        self.fields["territory"] = forms.CharField(
            label=_("Territory"),
            required=False,
            help_text=_("Its key (mel, call…), its SIREN or an INSEE code."),
        )
        seen = Convention.objects.visible_to(inquiry.actor).order_by("title")
        conventions = list(seen.values_list("slug", "title"))
        self.fields[CONVENTION] = forms.ChoiceField(
            label=_("Convention"), required=False, choices=[("", _("None")), *conventions]
        )
        self.fields[PERIOD] = forms.CharField(
            label=_("Period"),
            required=False,
            help_text=_("2019, 2019-06 or 2019-04-05..2020-06-30."),
        )
        self.fields[AT] = DateField(label=_("As known on"), required=False)
        dimensions = [(d, str(figures.DIMENSIONS[d].words)) for d in definition.dimensions]
        self.fields[BY] = forms.ChoiceField(
            label=_("Split by"), required=False, choices=[("", _("Not split")), *dimensions]
        )
        self.kept = [
            (name, inquiry.asked[name])
            for name in DIMENSIONS
            if name != "territory" and name in inquiry.asked
        ]


def _initial(inquiry: Inquiry) -> dict[str, Any]:
    asked = inquiry.asked
    initial: dict[str, Any] = {n: asked.get(n, "") for n in ("territory", CONVENTION, PERIOD, BY)}
    initial[AT] = asked.get(AT, "")[:10]
    return initial
