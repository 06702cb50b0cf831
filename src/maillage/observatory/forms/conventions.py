"""How a reader chooses the days read and the instant of the reading; what a publisher sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.observatory.reading import Asked
from maillage.ui import formats
from maillage.ui.forms import DateField, Form, OnceForm


class PeriodField(forms.CharField):
    """A period chosen among those offered, or written `A..B` in the address."""

    widget = forms.Select

    def clean(self, value: Any) -> Period | None:
        """Read the period.

        Raises:
            ValidationError: the text is no period.
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            return Period.parse(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write a period as 2019, 2019-06 or 2019-04-05..2020-06-30."), code="period"
            ) from error


def _years(life: Period | None) -> list[tuple[str, str]]:
    if life is None:
        return []
    return [(str(year), str(year)) for year in range(life.start.year, life.end.year + 1)]


class ReadingForm(Form):
    """Which days are read, as known when."""

    period = PeriodField(label=_("Period"), required=False)
    at = DateField(label=_("As known on"), required=False)

    def __init__(self, *args: Any, life: Period | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The whole convention")), *_years(life)]
        typed = self.data.get("period", "") if self.is_bound else ""
        if typed and typed not in dict(choices):
            choices.append((typed, _named(typed)))
        self.fields["period"].widget.choices = choices

    def asked(self) -> Asked:
        """The reading asked for; a day that has not ended yet reads now.

        Raises:
            Invalid: a day or a period of the address means nothing.
        """
        if not self.is_bound:
            return Asked()
        if not self.is_valid():
            words = [str(message) for found in self.errors.values() for message in found]
            raise Invalid(
                _("This address asks for days that cannot be read."), remedy=" ".join(words)
            )
        on = self.cleaned_data["at"]
        past = on is not None and on < clock.today()
        return Asked(self.cleaned_data["period"], clock.end_of_day(on) if past else None)


def _named(text: str) -> str:
    try:
        return formats.period(Period.parse(text))
    except ValueError:
        return text


class PublishForm(OnceForm):
    """The days that a publication freezes."""

    start = DateField(label=_("From"))
    end = DateField(label=_("To"))
    reason = forms.CharField(
        label=_("Why publish again"),
        max_length=300,
        required=False,
        help_text=_(
            "For days that were published already. The public reads it, for good: name nobody."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Both days in order; whether they are past is `publishing.checked`'s to say."""
        given = super().clean() or {}
        start, end = given.get("start"), given.get("end")
        if start and end and end < start:
            self.add_error("end", _("The period ends before it starts: exchange the two days."))
        return given

    def period(self) -> Period:
        """The days to freeze."""
        return Period(self.cleaned_data["start"], self.cleaned_data["end"])

    def order(self) -> dict[str, Any]:
        """What the action is handed: the days, why again, and the key of the sending."""
        return {
            "period": self.period(),
            "once": str(self.cleaned_data["once"]),
            "reason": self.cleaned_data["reason"],
        }
