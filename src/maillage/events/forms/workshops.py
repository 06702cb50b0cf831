"""A workshop as whoever prepares it writes it down; who is for which; what was said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from maillage.events.actions import Remark, WorkshopPlan, contributing
from maillage.events.actions.events import MOST_SEATS
from maillage.events.forms.events import LONGEST, time_field
from maillage.events.models import Registration, Workshop
from maillage.events.vocabulary import Said
from maillage.needs.forms.themes import ThemeField
from maillage.ui import formats
from maillage.ui.forms import Form, OnceForm, VersionedForm


def told(workshop: Workshop) -> str:
    """A workshop as it is offered: when, what, where, and how many seats are left."""
    when = f"{formats.clock_time(workshop.begins)}–{formats.clock_time(workshop.ends)}"
    where = f", {workshop.room}" if workshop.room else ""
    if workshop.left:
        seats = ngettext("%(n)s seat left", "%(n)s seats left", workshop.left)
        room = seats % {"n": formats.number(workshop.left)}
    else:
        room = gettext("full: one may wait")
    return f"{when}. {workshop.title}{where} ({room})"


class WorkshopsField(forms.MultipleChoiceField):
    """The workshops of an event that give seats out, those held at one time being told apart by their hours."""

    def __init__(self, workshops: Sequence[Workshop]) -> None:
        self.offered = {str(one.key): one for one in workshops if one.takes_choices}
        super().__init__(
            label=_("Workshops"),
            help_text=_("One at a time. Full ones may be waited for, first come first."),
            choices=[(key, told(one)) for key, one in self.offered.items()],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def clean(self, value: Any) -> list[Workshop]:
        """Those that were chosen."""
        return [self.offered[key] for key in super().clean(value)]


class Choosing(Form):
    """A form in which workshops are chosen, where the event has any."""

    def __init__(self, *args: Any, workshops: Sequence[Workshop] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = WorkshopsField(workshops)
        if field.offered:
            self.fields["workshops"] = field

    def chosen(self) -> list[Workshop]:
        """The workshops chosen."""
        return list(self.cleaned_data.get("workshops", []))


class WorkshopForm(Form):
    """What a workshop is."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    starts_at = time_field(_("Begins at"))
    ends_at = time_field(_("Ends at"))
    room = forms.CharField(label=_("Room"), max_length=80, required=False)
    host = forms.CharField(label=_("Who leads it"), max_length=120, required=False)
    seats = forms.IntegerField(
        label=_("Seats"),
        help_text=_("0 when nobody chooses it beforehand: whoever is there goes in."),
        min_value=0,
        max_value=MOST_SEATS,
    )
    about_fr = forms.CharField(
        label=_("What it is about, in French"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about_en = forms.CharField(
        label=_("What it is about, in English"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def plan(self) -> WorkshopPlan:
        """The plan as the actions take it."""
        return WorkshopPlan(
            **{one.name: self.cleaned_data[one.name] for one in fields(WorkshopPlan)}
        )


class NewWorkshopForm(WorkshopForm, OnceForm):
    """A workshop to add."""


class ChangeWorkshopForm(WorkshopForm, VersionedForm):
    """A workshop to change, from the version that was read."""


def initial_of(workshop: Workshop) -> dict[str, Any]:
    """What the form starts from when a workshop is changed."""
    plan = WorkshopPlan.of(workshop)
    held = {one.name: getattr(plan, one.name) for one in fields(plan)}
    return held | {"version": workshop.version}


class ContributionForm(OnceForm):
    """What was said in a workshop, by whom, about what."""

    said = forms.ChoiceField(
        label=_("What it is"), choices=Said.choices, widget=forms.RadioSelect, initial=Said.PROPOSED
    )
    line = forms.ChoiceField(label=_("Who said it"), required=False)
    theme = ThemeField(label=_("What it is about"))
    words = forms.CharField(
        label=_("In their words"),
        max_length=contributing.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, lines: Sequence[Registration] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.key): line for line in lines}
        who = cast("forms.ChoiceField", self.fields["line"])
        named = [(key, _named(line)) for key, line in self.lines.items()]
        who.choices = [("", _("The workshop as a whole")), *named]

    def told(self) -> Remark:
        """What was said, as the actions take it."""
        given = {name: self.cleaned_data[name] for name in ("said", "theme", "words")}
        return Remark(line=self.lines.get(self.cleaned_data["line"]), **given)


def _named(line: Registration) -> str:
    apart = line.establishment is not None and line.name
    return f"{line.called}, {line.name}" if apart else line.called
