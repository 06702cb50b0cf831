"""The visit form: tiles for a thumb, nothing to type that is not wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock
from maillage.needs.forms.themes import ThemesField
from maillage.outreach.actions.answers import Heard
from maillage.outreach.actions.visits import LONGEST_MINUTES, VisitFacts
from maillage.outreach.forms.grid import GridForm, initial_answers
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.vocabulary import CORRECTING, Met, Mode, NoteLevel, Outcome, Reason
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm


class FactsForm(GridForm):
    """The facts of a visit or call, whether reported or corrected."""

    mode = forms.ChoiceField(
        label=_("You did this by"),
        choices=Mode.choices,
        widget=forms.RadioSelect,
        initial=Mode.VISIT,
    )
    outcome = forms.ChoiceField(
        label=_("How it went"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        initial=Outcome.DONE,
    )
    met = forms.ChoiceField(
        label=_("You met"), choices=Met.choices, widget=forms.RadioSelect, required=False
    )
    themes = ThemesField(
        label=_("Needs expressed"),
        help_text=_("Tick what the artisan asked for, in their words."),
        required=False,
    )
    occurred_on = DateField(label=_("Day"))
    minutes = forms.IntegerField(
        label=_("Minutes spent"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    may_transmit = forms.BooleanField(
        label=_("The artisan agrees that their needs be sent to the partners chosen"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].initial = clock.today
        cast("ThemesField", self.fields["themes"]).keep(self.initial.get("themes", ()))

    def facts(self) -> VisitFacts:
        """The facts as the actions take them."""
        data = self.cleaned_data
        return VisitFacts(
            mode=Mode(data["mode"]),
            outcome=Outcome(data["outcome"]),
            occurred_on=data["occurred_on"],
            minutes=data["minutes"],
            met=data["met"],
            themes=tuple(data["themes"]),
            may_transmit=data["may_transmit"],
        )


class CampaignChoice(forms.ModelChoiceField[Campaign]):
    """The open campaigns of one's organisation; those whose list has not the firm say so."""

    listing: Collection[int] = ()

    def label_from_instance(self, obj: Campaign) -> str:
        """The campaign's title, and whether the firm is outside its list."""
        if obj.pk in self.listing:
            return obj.title
        return _("%(campaign)s (not on its list)") % {"campaign": obj.title}


class VisitForm(FactsForm, OnceForm):
    """A visit or call just made. A dozen taps at most, no text required."""

    note = forms.CharField(
        label=_("What to remember"),
        help_text=_("Facts. The artisan may ask to read this note."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note_level = forms.ChoiceField(
        label=_("Who reads this note"),
        help_text=_(
            "If you choose nothing: the partners of the convention; "
            "your organisation only when a difficulty is ticked."
        ),
        choices=NoteLevel.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    campaign = CampaignChoice(
        label=_("Campaign"),
        help_text=_("Outside its list, a firm counts as prospected and not in coverage."),
        queryset=Campaign.objects.none(),
        required=False,
        to_field_name="key",
        empty_label=_("Outside any campaign"),
    )

    def __init__(
        self, *args: Any, campaigns: Any = None, listing: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not campaigns:
            del self.fields["campaign"]
            return
        field = cast("CampaignChoice", self.fields["campaign"])
        field.listing = listing
        field.queryset = campaigns
        field.initial = next((c.key for c in campaigns if c.pk in listing), None)


class CorrectForm(FactsForm, VersionedForm):
    """A visit set right, with the reason; what was recorded before stays in the timeline."""

    note_partners = forms.CharField(
        label=_("What to remember"),
        help_text=_("Read by the partners of the convention."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note_confidential = forms.CharField(
        label=_("Confidential note"),
        help_text=_("Read by your organisation only; each reading is written down."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note_public = forms.CharField(
        label=_("Public note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.ChoiceField(
        label=_("Why you correct it"),
        choices=[(reason.value, reason.label) for reason in CORRECTING],
        widget=forms.RadioSelect,
    )

    def notes(self) -> dict[str, str]:
        """The note of each level."""
        return {level: self.cleaned_data[f"note_{level}"] for level in NoteLevel.values}


class CancelForm(Form):
    """A visit that did not happen so."""

    reason = forms.ChoiceField(
        label=_("Why you cancel it"), choices=Reason.choices, widget=forms.RadioSelect
    )


def initial_of(visit: Visit) -> dict[str, Any]:
    """What the correction form starts from."""
    names: Sequence[str] = (
        *(name for name in FactsForm.base_fields if name != "grid"),
        *(f"note_{level}" for level in NoteLevel.values),
        "version",
    )
    told = {name: getattr(visit, name) for name in names}
    if visit.grid is None:
        return told
    return told | initial_answers(Heard.of(visit).answers, visit.grid)
