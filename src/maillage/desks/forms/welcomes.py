"""A welcome: tiles for a thumb, nothing to type that is not wanted."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.desks.actions.projects import LONGEST_PSEUDONYM, Leader
from maillage.desks.actions.welcomes import LONGEST_MINUTES, Facts
from maillage.desks.models import Project, Welcome
from maillage.desks.vocabulary import CANCELLING, CORRECTING, OUTSIDE, Basis, Forgetting, Purpose
from maillage.kernel import clock
from maillage.needs.forms.themes import ThemesField
from maillage.places.districts import districts_on
from maillage.places.forms import PlaceField
from maillage.ui.forms import Form, OnceForm, VersionedForm


class PurposeForm(Form):
    """What somebody came for, and for how long."""

    purpose = forms.ChoiceField(
        label=_("They came for"), choices=Purpose.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=_("Minutes spent"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def facts(self) -> Facts:
        """The facts as the actions take them."""
        data = self.cleaned_data
        return Facts(
            purpose=data["purpose"],
            minutes=data["minutes"],
            themes=tuple(data.get("themes", ())),
            may_transmit=bool(data.get("may_transmit")),
        )


class NeedsForm(PurposeForm):
    """Besides, what the firm asked for."""

    themes = ThemesField(
        label=_("Needs expressed"),
        help_text=_("Tick what the artisan asked for, in their words."),
        required=False,
    )
    may_transmit = forms.BooleanField(
        label=_("The artisan agrees that their needs be sent to the partners chosen"),
        required=False,
    )


class WelcomeForm(NeedsForm, OnceForm):
    """A firm that came to the desk."""


class CorrectForm(NeedsForm, VersionedForm):
    """A welcome to set right; that of a project has no needs."""

    reason = forms.ChoiceField(
        label=_("Why you change it"),
        choices=[(reason.value, reason.label) for reason in CORRECTING],
        widget=forms.RadioSelect,
        initial=CORRECTING[0],
    )

    def __init__(self, *args: Any, welcome: Welcome, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if welcome.project_id is not None:
            del self.fields["themes"], self.fields["may_transmit"]
        else:
            cast("ThemesField", self.fields["themes"]).keep(welcome.themes)


def initial_of(welcome: Welcome) -> dict[str, Any]:
    """What a correction starts from."""
    names = ("purpose", "minutes", "themes", "may_transmit", "version")
    return {name: getattr(welcome, name) for name in names}


class CancelForm(Form):
    """A welcome that did not happen so."""

    reason = forms.ChoiceField(
        label=_("Why you cancel it"),
        choices=[(reason.value, reason.label) for reason in CANCELLING],
        widget=forms.RadioSelect,
    )


class LeaderForm(Form):
    """What is written of a project leader: little, and each with its reason."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Only if you will call back. Your organisation alone reads it."),
        max_length=120,
        required=False,
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    activity = forms.CharField(label=_("Activity wanted"), max_length=120, required=False)
    commune = PlaceField(
        label=_("Commune where they live"), help_text=_("Its name or its INSEE code."),
        commune=True, required=False,
    )  # fmt: skip
    district = forms.ChoiceField(label=_("Priority neighbourhood where they live"), required=False)
    basis = forms.ChoiceField(
        label=_("By what right the name is kept"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
        initial=Basis.MISSION,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, one.name) for one in districts_on(clock.today())]
        kept = self.initial.get("district", "")
        if kept and kept != OUTSIDE and kept not in dict(known):
            known.append((kept, kept))
        field = cast("forms.ChoiceField", self.fields["district"])
        field.choices = [("", _("Not known")), (OUTSIDE, _("In none")), *known]

    def leader(self) -> Leader:
        """What is written, as the actions take it."""
        names = ("basis", "name", "phone", "email", "activity", "commune", "district")
        given = {name: self.cleaned_data[name] for name in names}
        return Leader(**given, pseudonym=self.cleaned_data.get("pseudonym", ""))


class NewLeaderForm(PurposeForm, LeaderForm, OnceForm):
    """Somebody with a project who comes to the desk for the first time."""

    pseudonym = forms.CharField(
        label=_("Card of another structure"),
        help_text=_("If they show one: P- and three groups of four. They will count once."),
        max_length=LONGEST_PSEUDONYM,
        required=False,
    )


class AgainForm(PurposeForm, OnceForm):
    """Somebody with a project who comes back."""


class ChangeLeaderForm(LeaderForm, VersionedForm):
    """What is written of somebody, to be set right."""


def initial_of_leader(project: Project) -> dict[str, Any]:
    """What a change starts from."""
    names = ("name", "phone", "email", "activity", "commune", "district", "basis", "version")
    return {name: getattr(project, name) for name in names}


class ForgetForm(Form):
    """The person objects, or asks to be erased."""

    reason = forms.ChoiceField(
        label=_("Why the name goes"), choices=Forgetting.choices, widget=forms.RadioSelect
    )
