"""The rounds of a team on one day: which day, who goes, how each day goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.outreach.forms.hours import HourField
from maillage.outreach.models import KeptRound
from maillage.outreach.models.kept_rounds import HOUR, Going
from maillage.ui.forms import DateField, Form, OnceForm

BACK = "="
"""The day ends in the commune where it began."""
LUNCHES = ((60, _("1 h")), (45, _("45 min")), (30, _("30 min")), (0, _("No lunch break")))
Towns = Sequence[tuple[str, str]]


class TeamForm(Form):
    """The day, how long a visit lasts, whether firms given to nobody are seen too."""

    day = DateField(label=_("Day"))
    visit = forms.IntegerField(
        label=_("Minutes a visit"), min_value=5, max_value=240, initial=HOUR // 120
    )
    spare = forms.BooleanField(
        label=_("See firms given to nobody too: they are given to whoever sees them"),
        required=False,
        initial=True,
    )


class DayOutForm(Form):
    """How one adviser's day goes."""

    goes = forms.BooleanField(label=_("Goes out this day"), required=False)
    begins = HourField(label=_("Day begins at"), initial=9 * HOUR)
    ends = HourField(label=_("Day over by"), initial=17 * HOUR + HOUR // 2)
    lunch_from = HourField(label=_("Lunch from"), initial=12 * HOUR)
    lunch_lasts = forms.TypedChoiceField(
        label=_("Lunch lasts"), choices=LUNCHES, coerce=int, initial=60
    )
    going = forms.ChoiceField(label=_("Goes"), choices=Going.choices, initial=Going.WALKING)
    leaves_from = forms.ChoiceField(label=_("Leaves from"), required=False)
    back_to = forms.ChoiceField(label=_("Ends at"), required=False)

    def __init__(self, data: Any, *, person: Person, count: int, towns: Towns) -> None:
        super().__init__(data, prefix=f"a{person.pk}")
        self.person, self.count = person, count
        self.fields["goes"].initial = count > 0
        for name, usual in (
            ("leaves_from", [("", _("whichever firm"))]),
            ("back_to", [("", _("the last firm seen")), (BACK, _("where it began"))]),
        ):
            choice = cast("forms.ChoiceField", self.fields[name])
            choice.choices = [*usual, *towns]

    @property
    def is_out(self) -> bool:
        """Whether this adviser goes out; unreadable days of others are left aside."""
        return bool(self["goes"].value())

    @property
    def is_wrong(self) -> bool:
        """Whether the day of somebody who goes out cannot be read."""
        return self.is_bound and self.is_out and bool(self.errors)

    def clean(self) -> dict[str, Any]:
        """The day ends after it begins."""
        data = super().clean() or self.cleaned_data
        begins, ends = data.get("begins"), data.get("ends")
        if begins is not None and ends is not None and begins >= ends:
            self.add_error("ends", _("The day ends before it begins."))
        return data

    def asked(self, visit: int) -> KeptRound:
        """The round to plan, not yet one: how the day goes, no stop."""
        data = self.cleaned_data
        leaves = data["leaves_from"]
        return KeptRound(
            adviser=self.person,
            going=data["going"],
            begins=data["begins"],
            ends=data["ends"],
            lunch_from=data["lunch_from"],
            lunch_lasts=data["lunch_lasts"] * 60,
            visit_lasts=visit * 60,
            leaves_from=leaves,
            back_to=leaves if data["back_to"] == BACK else data["back_to"],
        )


class TeamDays:
    """The form of the day and one for each adviser, read together from an address."""

    def __init__(
        self, data: Any, *, people: Sequence[tuple[Person, int]], towns: Towns, usual: date
    ) -> None:
        given = data if data and "day" in data else None
        self.form = TeamForm(given, initial={"day": usual})
        self.days = [
            DayOutForm(given, person=person, count=count, towns=towns) for person, count in people
        ]
        self.is_bound = given is not None

    @property
    def is_wrong(self) -> bool:
        """Whether something of it cannot be read, or was refused."""
        return bool(self.form.errors) or any(one.is_wrong for one in self.days)

    def asked(self) -> list[KeptRound]:
        """The rounds to plan; nothing when something cannot be read, which is then told on its field."""
        out = [one for one in self.days if self.is_bound and one.is_out]
        if not self.form.is_valid() or not all(one.is_valid() for one in out):
            return []
        if not out:
            self.form.add_error(None, _("Say who goes out this day."))
        return [one.asked(self.form.cleaned_data["visit"]) for one in out]


class AcceptForm(OnceForm):
    """The rounds that were read, signed (`outreach.sealed`)."""

    seen = forms.CharField(widget=forms.HiddenInput)
