"""A campaign's plan, and who goes where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.outreach.actions.campaigns import Plan
from maillage.outreach.forms.fields import ActivitiesField, CommunesField, StreetsField
from maillage.outreach.models import Campaign, ways
from maillage.places.forms import PlaceField
from maillage.register import criteria
from maillage.register.segments import Segment
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm

#: INSEE's bands of salaried staff (`trancheEffectifs`), those of small firms.
SIZES = (
    ("NN", _("No employee known")),
    ("00", _("No employee")),
    ("01", _("1 or 2 employees")),
    ("02", _("3 to 5 employees")),
    ("03", _("6 to 9 employees")),
    ("11", _("10 to 19 employees")),
    ("12", _("20 to 49 employees")),
    ("21", _("50 to 99 employees")),
)


def _segments(chosen: Iterable[str]) -> dict[str, Segment]:
    """Every criterion but sizes, of which several may be ticked beside; what was chosen stays, superseded or not."""
    offered = [segment for segment in criteria.offered() if segment not in criteria.SIZES]
    return {segment.code: segment for segment in (*offered, *criteria.coded(chosen))}


class PlanForm(Form):
    """The query of a campaign on the register, its days, the action it is charged to."""

    title = forms.CharField(label=_("Title"), max_length=120)
    action_key = forms.ChoiceField(
        label=_("Action of a convention it is charged to"), required=False
    )
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    territory = PlaceField(
        label=_("Territory"), help_text=_("Its name, its key or its SIREN."), commune=False
    )
    communes = CommunesField(
        label=_("Communes"),
        help_text=_("Names or INSEE codes, separated by commas. Empty: the whole territory."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    streets = StreetsField(
        label=_("Streets to walk up"),
        help_text=_(
            "One a line, with its commune: rue de Gand, Lille. Every active firm stands on the list, unless you ask for kinds of firms below. Empty: all streets."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    segments = forms.MultipleChoiceField(
        label=_("Kinds of firms"),
        help_text=_("A firm is listed when it satisfies all that you tick."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    activities = ActivitiesField(
        label=_("Activities"),
        help_text=_("Beginnings of activity codes: 10.71, 43. Empty: all."),
        required=False,
    )
    sizes = forms.MultipleChoiceField(
        label=_("Headcount"),
        choices=SIZES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, charges: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["action_key"])
        field.choices = [("", _("No action")), *charges]
        cast("forms.MultipleChoiceField", self.fields["segments"]).choices = self._choices

    @cached_property
    def _segments(self) -> dict[str, Segment]:
        return _segments(self.initial.get("segments", ()))

    def _choices(self) -> list[tuple[str, str]]:
        return [(code, str(segment.label)) for code, segment in self._segments.items()]

    def plan(self) -> Plan:
        """The plan as the actions take it."""
        data = self.cleaned_data
        chosen = [self._segments[code] for code in data["segments"]]
        return Plan(
            title=data["title"],
            territory=data["territory"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            action_key=data["action_key"],
            communes=data["communes"],
            segments=sum(segment.mask for segment in chosen),
            activities=data["activities"],
            sizes=tuple(data["sizes"]),
            streets=data["streets"],
        )


class CampaignForm(PlanForm, OnceForm):
    """A campaign to open."""


class ChangeForm(PlanForm, VersionedForm):
    """A draft to change, from the version that was read."""


def initial_of(campaign: Campaign) -> dict[str, Any]:
    """What the form starts from when a draft is changed."""
    plan = Plan.of(campaign)
    return {
        "version": campaign.version,
        "title": plan.title,
        "action_key": plan.action_key,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "territory": plan.territory,
        "communes": ", ".join(plan.communes),
        "streets": "\n".join(ways.told(plan.streets)),
        "segments": [segment.code for segment in criteria.named(plan.segments)],
        "activities": ", ".join(plan.activities),
        "sizes": list(plan.sizes),
    }


class AssignForm(Form):
    """An adviser, and the firms of the list that nobody has yet."""

    adviser = forms.ModelChoiceField(label=_("Adviser"), queryset=Person.objects.none())
    communes = forms.MultipleChoiceField(
        label=_("Communes"),
        help_text=_("Tick none for the whole list."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    street = forms.CharField(
        label=_("Street"),
        help_text=_("Part of its name. Empty: all streets."),
        max_length=100,
        required=False,
    )

    def __init__(
        self, *args: Any, advisers: Any = None, towns: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["adviser"]).queryset = advisers
        cast("forms.MultipleChoiceField", self.fields["communes"]).choices = list(towns)
