"""What became of a project, and young people told of starting a firm."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.desks.actions.awareness import MOST, Group
from maillage.desks.models import Place
from maillage.desks.vocabulary import CANCELLING, Audience, Stage
from maillage.kernel import clock
from maillage.ui.forms import DateField, Form, OnceForm


class StepForm(OnceForm):
    """A step of a project, on a day."""

    stage = forms.ChoiceField(
        label=_("What became of the project"), choices=Stage.choices, widget=forms.RadioSelect
    )
    on = DateField(label=_("Day"), initial=clock.today)
    euros = forms.DecimalField(
        label=_("Amount of the loan, in euros"),
        required=False,
        min_value=0,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def given(self) -> dict[str, Any]:
        """The step as the action takes it."""
        data = self.cleaned_data
        euros = data["euros"]
        cents = None if euros is None else int(euros * 100)
        return {"stage": data["stage"], "on": data["on"], "amount_cents": cents}


class LinkForm(Form):
    """The firm of the register that a project became."""

    establishment = forms.UUIDField(widget=forms.HiddenInput)


class AwarenessForm(OnceForm):
    """An awareness session just held."""

    place = forms.ModelChoiceField(label=_("Place of welcome"), queryset=Place.objects.none())
    day = DateField(label=_("Day"), initial=clock.today)
    young = forms.IntegerField(
        label=_("Young people present"),
        help_text=_("Their number only: nobody is written down."),
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    audience = forms.ChoiceField(
        label=_("Age band"), choices=Audience.choices, widget=forms.RadioSelect
    )
    school = forms.CharField(label=_("School or group"), max_length=120, required=False)
    partners = forms.CharField(label=_("Partners present"), max_length=200, required=False)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Place]", self.fields["place"]).queryset = places

    def group(self) -> Group:
        """Who was there, as the action takes it."""
        names = ("day", "audience", "young", "school", "partners")
        return Group(**{name: self.cleaned_data[name] for name in names})


class CancelAwarenessForm(Form):
    """An awareness session that did not happen so."""

    reason = forms.ChoiceField(
        label=_("Why you cancel it"),
        choices=[(reason.value, reason.label) for reason in CANCELLING],
        widget=forms.RadioSelect,
    )
