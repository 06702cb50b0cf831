"""Hours of the day as browsers type them, read as seconds from midnight."""

from __future__ import annotations

from datetime import time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.outreach.models.appointments import clock_hour
from maillage.ui.forms import DateField, Form


class HourField(forms.TimeField):
    """An hour, picked with the device's own clock: whole seconds from midnight, None for none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Seconds as the device's clock shows them."""
        return clock_hour(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The seconds of what was typed."""
        told = cast("time | None", super().clean(value))
        return None if told is None else told.hour * 3600 + told.minute * 60


class HourForm(Form):
    """The hour agreed with a firm for a day; emptied, there is none any more."""

    day = DateField(label=_("Day"), widget=forms.HiddenInput)
    at = HourField(label=_("Hour agreed"), required=False)
