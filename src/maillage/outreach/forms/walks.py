"""A street walk: which streets, when, with whom."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.outreach.actions.walks import Walk
from maillage.outreach.forms.fields import StreetsField
from maillage.outreach.models import StreetWalk, ways
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm


class WalkForm(Form):
    """The streets, the day, the people; names are typed as one says them."""

    streets = StreetsField(
        label=_("Streets to walk up"),
        help_text=_("One a line, with its commune: rue de Gand, Lille."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    day = DateField(label=_("Day"))
    adviser = forms.ModelChoiceField(
        label=_("Adviser"), queryset=Person.objects.none(), empty_label=None
    )
    artisan = forms.CharField(
        label=_("Elected artisan"),
        help_text=_("Their name, kept for a year after the walk."),
        max_length=120,
        required=False,
    )
    mayor = forms.CharField(
        label=_("Mayor, or who comes for the town"),
        help_text=_("Their name, kept for a year after the walk."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["adviser"]).queryset = advisers

    def plan(self) -> Walk:
        """The walk as the actions take it."""
        names = ("streets", "day", "adviser", "artisan", "mayor")
        return Walk(**{name: self.cleaned_data[name] for name in names})


class NewWalkForm(WalkForm, OnceForm):
    """A walk to prepare."""


class ChangeWalkForm(WalkForm, VersionedForm):
    """A walk to change, from the version that was read."""


def initial_of(walk: StreetWalk) -> dict[str, Any]:
    """What the form starts from."""
    return {
        "version": walk.version,
        "streets": "\n".join(ways.told(walk.streets)),
        "day": walk.day,
        "adviser": walk.adviser_id,
        "artisan": walk.artisan,
        "mayor": walk.mayor,
    }
