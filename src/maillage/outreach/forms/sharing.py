"""Sharing a list out: what an adviser says of themselves, what is shared, what the manager decides otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage import places
from maillage.accounts.models import Person
from maillage.outreach.actions.sharing import Said
from maillage.outreach.forms.fields import ActivitiesField, CommunesField, SectorsField
from maillage.outreach.models import AdviserProfile
from maillage.outreach.models.profiles import FULL_WEEK, LONGEST_WEEK, Language
from maillage.outreach.parting import Asked, Town
from maillage.ui.forms import Form, VersionedForm


class ProfileForm(VersionedForm):
    """Where one goes and sees firms, in which languages, what one knows, how much time one has."""

    communes = SectorsField(
        label=_("Sectors and communes"),
        help_text=_("Names of sectors, of communes, or INSEE codes, separated by commas."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages, beside French"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    activities = ActivitiesField(
        label=_("Activities known well"),
        help_text=_("Beginnings of activity codes: 10.71, 43. Empty: none in particular."),
        required=False,
    )
    weekly_hours = forms.IntegerField(
        label=_("Hours a week for visits"),
        help_text=_("0: no firm is given by a share."),
        min_value=0,
        max_value=LONGEST_WEEK,
    )

    def said(self) -> Said:
        """What was said, as the action takes it."""
        data = self.cleaned_data
        return Said(
            communes=data["communes"],
            languages=tuple(data["languages"]),
            activities=data["activities"],
            weekly_hours=data["weekly_hours"],
        )


def initial_of(profile: AdviserProfile | None) -> dict[str, Any]:
    """What the form starts from: a full week, nothing in particular, when nothing was said yet."""
    if profile is None:
        return {"version": 0, "weekly_hours": FULL_WEEK}
    return {
        "version": profile.version,
        "communes": ", ".join(places.commune_names(profile.communes).values()),
        "languages": profile.languages,
        "activities": ", ".join(profile.activities),
        "weekly_hours": profile.weekly_hours,
    }


class AskedForm(Form):
    """What is shared out, from the address: what cannot be read is told, and left aside."""

    tout = forms.BooleanField(
        label=_("Share out again what advisers already have and have not seen"), required=False
    )
    langue = forms.ChoiceField(
        label=_("A language is called for"),
        choices=[("", _("None")), *Language.choices],
        required=False,
    )
    communes = CommunesField(
        label=_("In these communes"),
        help_text=_("Names or INSEE codes, separated by commas. Empty: the whole list."),
        required=False,
    )

    def asked(self) -> Asked:
        """What is shared out."""
        data = self.cleaned_data if self.is_valid() else {}
        return Asked(
            everything=bool(data.get("tout")),
            language=data.get("langue") or "",
            communes=tuple(data.get("communes") or ()),
        )


class ApplyForm(Form):
    """The proposal that was read, and whom the manager prefers in some communes."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, towns: Sequence[Town], people: Mapping[int, Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("as proposed")), *((str(key), str(one)) for key, one in people.items())]
        self.towns = towns
        for town in towns:
            self.fields[f"commune-{town.code}"] = forms.ChoiceField(
                label=_("Whom instead, in %(commune)s") % {"commune": town.name},
                choices=choices,
                required=False,
            )

    def rows(self) -> list[tuple[Town, forms.BoundField]]:
        """Each commune with the choice of it."""
        return [(town, self[f"commune-{town.code}"]) for town in self.towns]

    def otherwise(self) -> dict[str, int]:
        """The communes that the manager gives whole to somebody."""
        chosen = {town.code: self.cleaned_data[f"commune-{town.code}"] for town in self.towns}
        return {code: int(key) for code, key in chosen.items() if key}
