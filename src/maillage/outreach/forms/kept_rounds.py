"""Which round: campaign, day, and from where it begins."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock
from maillage.outreach.models import Campaign
from maillage.outreach.models.kept_rounds import Going
from maillage.ui.forms import DateField, Form


class RoundForm(Form):
    """The campaign under way and today, unless another is chosen; a position only when it was given."""

    campaign: forms.ModelChoiceField[Campaign] = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        to_field_name="key",
        empty_label=None,
    )
    day = DateField(label=_("Day"))
    going = forms.ChoiceField(label=_("How you go"), choices=Going.choices, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)

    def __init__(
        self, *args: Any, campaigns: Any, usual: Campaign | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.usual = usual
        choice = cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"])
        choice.queryset = campaigns
        choice.initial = usual.key if usual else None
        self.fields["day"].initial = clock.today

    def clean_going(self) -> str:
        """On foot, unless said otherwise."""
        return self.cleaned_data["going"] or Going.WALKING.value

    def follow(self, going: str) -> None:
        """Show how the round of the page goes, unless something else was asked: planned again, it goes so."""
        self.fields["going"].initial = going
        if self.is_bound and not self.data.get("going"):
            self.data = {**dict(self.data.items()), "going": going}

    def position(self) -> tuple[float, float] | None:
        """Where the phone said it is; never kept."""
        lon, lat = self.cleaned_data["lon"], self.cleaned_data["lat"]
        return None if lon is None or lat is None else (lon, lat)
