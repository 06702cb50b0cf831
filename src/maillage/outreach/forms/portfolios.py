"""Portfolios: which firms are shown, how one is followed, to whom it passes."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.outreach.models import FollowedFirm
from maillage.outreach.models.portfolios import Ended, Every, Family
from maillage.ui.forms import Form, OnceForm, VersionedForm


class PaceForm(Form):
    """Why a firm is followed, and how often it is talked to."""

    family = forms.ChoiceField(label=_("Portfolio"), choices=Family.choices)
    every = forms.TypedChoiceField(label=_("How often"), choices=Every.choices, coerce=int)


class FollowForm(PaceForm, OnceForm):
    """A firm to follow; who runs the team may put it in the portfolio of a colleague."""

    adviser = forms.ModelChoiceField(
        label=_("Adviser"), queryset=Person.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, advisers: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["every"].initial = Every.QUARTER
        if advisers is None:
            del self.fields["adviser"]
        else:
            cast("forms.ModelChoiceField[Person]", self.fields["adviser"]).queryset = advisers


class ChangeFollowingForm(PaceForm, VersionedForm):
    """How a followed firm is followed, from the version that was read."""


class HandOverForm(Form):
    """To whom a firm passes."""

    to = forms.ModelChoiceField(label=_("To whom"), queryset=Person.objects.none())

    def __init__(self, *args: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["to"]).queryset = advisers


class HandOverAllForm(HandOverForm):
    """Whose portfolio passes whole, and to whom."""

    giver = forms.ModelChoiceField(label=_("Whose portfolio"), queryset=Person.objects.none())
    field_order = ("giver", "to")

    def __init__(self, *args: Any, givers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["giver"]).queryset = givers


class StopForm(Form):
    """Why a firm is no longer followed."""

    because = forms.ChoiceField(label=_("Why"), choices=Ended.choices)


def initial_of(followed: FollowedFirm) -> dict[str, Any]:
    """What the form starts from."""
    return {"family": followed.family, "every": followed.every, "version": followed.version}
