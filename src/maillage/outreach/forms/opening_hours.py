"""The week of a firm, a line a day, typed as one says it; what most shops do, in one tap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.outreach import opening
from maillage.outreach.models import OpeningHours
from maillage.ui.forms import VersionedForm

USUAL = "usual-hours"
"""The list of what a line most often says, which the device offers while one types."""


@dataclass(frozen=True, slots=True)
class Said:
    """The spans of a day, which a page says in words; closed is something said."""

    spans: opening.Spans

    def __str__(self) -> str:
        return str(opening.spans_words(self.spans))


def said(spans: opening.Spans | None) -> Said | None:
    """The spans of a day, to be shown; None stays None, which is not closed."""
    return None if spans is None else Said(spans)


class SpansField(forms.CharField):
    """When somebody is there on one day: up to two spans, closed, or nothing when nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": USUAL, "autocomplete": "off", "autocapitalize": "off"}
        super().__init__(required=False, max_length=60, widget=forms.TextInput(attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The spans as they are said."""
        return str(value) if isinstance(value, Said) else value

    def clean(self, value: Any) -> Said | None:
        """The spans of what was typed."""
        try:
            return said(opening.read(super().clean(value)))
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Pressed(forms.HiddenInput):
    """What a button of the page says. Nothing is drawn of it: an empty field after the button would silence it."""

    def render(self, *_args: Any, **_kwargs: Any) -> SafeString:
        """Nothing."""
        return SafeString()


class OpeningForm(VersionedForm):
    """Seven lines; `tap` is the button of what most shops do, which completes what was typed."""

    tap = forms.ChoiceField(
        choices=[(name, name) for name in opening.COMMON], widget=Pressed, required=False
    )
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, day in zip(names(), opening.WEEKDAYS, strict=True):
            self.fields[name] = SpansField(label=str(day).capitalize())

    def clean(self) -> dict[str, Any]:
        """What was typed, completed by the button."""
        found = super().clean() or {}
        tap = opening.COMMON.get(found.get("tap") or "")
        if tap is not None and not self.errors:
            found |= fields_of(tap.change(self.week(found)))
        return found

    def week(self, given: dict[str, Any] | None = None) -> opening.Week:
        """The week that was typed."""
        data = self.cleaned_data if given is None else given
        days: list[Said | None] = [data.get(name) for name in names()]
        return tuple(None if told is None else told.spans for told in days)

    def taps(self) -> list[tuple[str, Words]]:
        """The buttons of what most shops do."""
        return [(name, one.words) for name, one in opening.COMMON.items()]

    def usual(self) -> list[str]:
        """What the device offers on each line."""
        return [str(opening.spans_words(spans)) for spans in opening.USUAL]


def names() -> list[str]:
    """The fields of the seven days."""
    return [f"day{rank}" for rank in range(len(opening.UNKNOWN))]


def fields_of(week: opening.Week) -> dict[str, Said | None]:
    """The seven lines of a week."""
    return {name: said(spans) for name, spans in zip(names(), week, strict=True)}


def initial_of(noted: OpeningHours | None) -> dict[str, Any]:
    """What the form starts from: blank lines when nothing was noted yet."""
    if noted is None:
        return {"version": 0}
    return {"version": noted.version, **fields_of(noted.days)}
