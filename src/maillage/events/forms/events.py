"""An event as whoever prepares it writes it down; what a list of events is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.events import kinds
from maillage.events.actions.events import MOST_SEATS, TEXTS, Plan
from maillage.events.models import Event
from maillage.events.vocabulary import Why
from maillage.places.forms import PlaceField
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm

LONGEST = 4000


class PositionField(forms.CharField):
    """A point as maps on the web give it: latitude, longitude."""

    def clean(self, value: Any) -> tuple[float, float] | None:
        """Longitude and latitude; None when nothing is typed."""
        text = super().clean(value).replace(";", ",")
        if not text:
            return None
        try:
            lat, lon = (float(part) for part in text.split(","))
        except ValueError:
            lat = lon = float("nan")
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise forms.ValidationError(_("Write latitude, longitude: 50.6366, 3.0635."))
        return lon, lat


def time_field(label: Any) -> forms.TimeField:
    """An hour of the day, picked with the device's own clock."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanForm(Form):
    """What an event is."""

    kind = forms.ChoiceField(label=_("Kind of event"), choices=kinds.choices)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    day = DateField(label=_("Day"))
    starts_at = time_field(_("Begins at"))
    ends_at = time_field(_("Ends at"))
    place = forms.CharField(label=_("Place"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    commune = PlaceField(commune=True, label=_("Commune"))
    position = PositionField(
        label=_("Position"),
        help_text=_(
            "Latitude, longitude, as maps on the web give them. It tells the neighbourhood."
        ),
        required=False,
        max_length=60,
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        help_text=_("0 when nobody registers beforehand: who comes is noted on the spot."),
        min_value=0,
        max_value=MOST_SEATS,
    )
    is_public = forms.BooleanField(
        label=_("Announced to everybody, in the public calendar"), required=False, initial=True
    )
    about_fr = _words(_("What it is about, in French"))
    about_en = _words(_("What it is about, in English"))
    guide = forms.CharField(
        label=_("Elected artisan"),
        help_text=_("For a street walk: named on the sheet that the mayor is handed."),
        max_length=120,
        required=False,
    )
    mayor = forms.CharField(label=_("Mayor"), max_length=120, required=False)
    action_key = forms.ChoiceField(label=_("Action it is charged to"), required=False)
    partners = forms.ModelMultipleChoiceField(
        label=_("Partners"),
        queryset=Organisation.objects.none(),
        to_field_name="key",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, charges: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = cast("forms.ChoiceField", self.fields["action_key"])
        action.choices = [("", _("No action")), *charges]
        partners = cast("forms.ModelMultipleChoiceField[Organisation]", self.fields["partners"])
        partners.queryset = Organisation.objects.order_by("name")

    def plan(self) -> Plan:
        """The plan as the actions take it."""
        told = {name: self.cleaned_data[name] for name in TEXTS if name in self.cleaned_data}
        lon, lat = self.cleaned_data["position"] or (None, None)
        return Plan(**told, lon=lon, lat=lat, partners=tuple(self.cleaned_data["partners"]))


class EventForm(PlanForm, OnceForm):
    """An event to prepare."""


class ChangeForm(PlanForm, VersionedForm):
    """An event to change, from the version that was read."""


def initial_of(event: Event) -> dict[str, Any]:
    """What the form starts from when an event is changed."""
    told = {name: getattr(event, name) for name in TEXTS}
    position = "" if event.lat is None else f"{event.lat}, {event.lon}"
    partners = [one.key for one in event.partners.all()]
    return told | {"position": position, "partners": partners, "version": event.version}


class CancelForm(Form):
    """Why an event does not take place."""

    why = forms.ChoiceField(
        label=_("Why the event does not take place"), choices=Why.choices, widget=forms.RadioSelect
    )
