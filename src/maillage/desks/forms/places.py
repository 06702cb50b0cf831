"""A place of welcome, and the hours of a desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.desks.actions.places import Where
from maillage.desks.actions.sessions import Hours
from maillage.desks.models import Place
from maillage.desks.readings import Asked, key_of
from maillage.desks.vocabulary import SessionReason, SessionState
from maillage.kernel import clock
from maillage.places.forms import PlaceField
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm


class TimeField(forms.TimeField):
    """An hour of the day, with the device's own clock."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(**kwargs)


class DegreesField(forms.FloatField):
    """A longitude or a latitude; a French comma is a point."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> float | None:
        """The number, or None."""
        number: float | None = super().clean(str("" if value is None else value).replace(",", "."))
        return number


class WhereForm(Form):
    """What is written of a place."""

    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(
        label=_("Address"), help_text=_("Number and street."), max_length=200, required=False
    )
    commune = PlaceField(
        label=_("Commune"), help_text=_("Its name or its INSEE code."), commune=True
    )
    lon = DegreesField(
        label=_("Longitude"),
        help_text=_(
            "In degrees. The position says in which priority neighbourhood the place lies."
        ),
    )
    lat = DegreesField(label=_("Latitude"))

    def where(self) -> Where:
        """The place as the actions take it."""
        names = ("name", "commune", "address", "lon", "lat")
        return Where(**{name: self.cleaned_data[name] for name in names})


class PlaceForm(WhereForm, OnceForm):
    """A place to open."""


class ChangePlaceForm(WhereForm, VersionedForm):
    """A place to set right."""


def initial_of(place: Place) -> dict[str, Any]:
    """What a change starts from."""
    names = ("name", "address", "commune", "lon", "lat", "version")
    return {name: getattr(place, name) for name in names}


class CloseForm(Form):
    """From which day no desk is held there."""

    closed_on = DateField(label=_("First day without a desk"), initial=clock.today)


class HoursForm(OnceForm):
    """The hours of a desk, once or week after week."""

    place = forms.ModelChoiceField(label=_("Place of welcome"), queryset=Place.objects.none())
    holder = forms.ModelChoiceField(label=_("Held by"), queryset=Person.objects.none())
    first = DateField(label=_("First day"), initial=clock.today)
    starts_at = TimeField(label=_("Opens at"), initial="09:00")
    ends_at = TimeField(label=_("Closes at"), initial="12:00")
    every = forms.TypedChoiceField(
        label=_("Comes back"),
        choices=(("1", _("Every week")), ("2", _("Every two weeks")), ("4", _("Every four weeks"))),
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
    )
    last = DateField(label=_("Last day"), help_text=_("Empty: that day only."), required=False)

    def __init__(self, *args: Any, places: Any, holders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Place]", self.fields["place"]).queryset = places
        cast("forms.ModelChoiceField[Person]", self.fields["holder"]).queryset = holders

    def hours(self) -> Hours:
        """The hours as the actions take them."""
        names = ("first", "starts_at", "ends_at", "last", "every")
        return Hours(**{name: self.cleaned_data[name] for name in names})


class CancelSessionForm(Form):
    """A session that does not take place."""

    reason = forms.ChoiceField(
        label=_("Why it does not take place"),
        choices=SessionReason.choices,
        widget=forms.RadioSelect,
    )


class CalendarForm(Form):
    """Which sessions a calendar shows; every choice stands in the address."""

    lieu = forms.ChoiceField(label=_("Place of welcome"), required=False)
    etat = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("To come")), *SessionState.choices]
    )
    du = DateField(label=_("From"), required=False)
    au = DateField(label=_("To"), required=False)
    miennes = forms.BooleanField(label=_("Only mine"), required=False)

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("All")), *((str(one.key), one.name) for one in places)]
        self.fields["lieu"] = forms.ChoiceField(
            label=_("Place of welcome"), required=False, choices=offered
        )

    def asked(self) -> Asked:
        """What was asked; anything that is none asks for nothing."""
        self.is_valid()
        data = self.cleaned_data
        return Asked(
            place=key_of(data.get("lieu") or ""),
            state=data.get("etat") or "",
            mine=bool(data.get("miennes")),
            first=data.get("du"),
            last=data.get("au"),
        )
