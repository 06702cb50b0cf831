"""What an administrator types about people and shares; what a person chooses for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.founding import Look
from maillage.accounts.languages import LANGUAGES
from maillage.accounts.models import Membership, Organisation
from maillage.accounts.partners import Named
from maillage.accounts.permissions import GIVEN_BY_ADMINISTRATORS
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.ui.forms import DateField, Form, OnceForm
from maillage.ui.logos import LARGEST


class MembershipForm(OnceForm):
    """Somebody joins the organisation."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))
    name = forms.CharField(label=_("Name"), max_length=150)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in GIVEN_BY_ADMINISTRATORS]
    )
    perimeter = forms.CharField(
        label=_("Perimeter"),
        required=False,
        max_length=400,
        help_text=_(
            "For an elected member: key of a territory, or INSEE codes of communes separated by commas."
        ),
    )
    starts_on = DateField(label=_("Starting on"), required=False)
    ends_on = DateField(label=_("Until"), required=False, help_text=_("Blank: until it is ended."))

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])


class OrganisationForm(OnceForm):
    """An organisation joins, or is named otherwise."""

    organisation = forms.CharField(label=_("Name of the organisation"), max_length=200)
    short_name = forms.CharField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("The one people say: it stands in lists."),
    )
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=Organisation.Kind)
    siren = forms.CharField(
        label=_("SIREN"),
        required=False,
        max_length=20,
        help_text=_("Nine digits; they are checked."),
    )

    def named(self) -> Named:
        """How it is named and numbered."""
        given = self.cleaned_data
        return Named(
            name=given["organisation"],
            kind=given["kind"],
            short_name=given["short_name"],
            siren=given["siren"],
        )


class FirstAdministratorForm(OnceForm):
    """Who is to administer a partner that nobody administers yet."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))
    name = forms.CharField(label=_("Name"), max_length=150)


class LookForm(Form):
    """How the instance speaks and looks."""

    language = forms.ChoiceField(
        label=_("Default language"),
        choices=LANGUAGES,
        help_text=_("Of those who have chosen none; each person may choose the other."),
    )
    sender = forms.EmailField(
        label=_("Sender of messages"),
        required=False,
        help_text=_("Address from which the instance writes. Blank: the one of its settings."),
    )
    accent = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        help_text=_("Of links and buttons, as #1d4e89. Blank: the blue of Maillage."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or SVG, 100 kB at most. It stands at the top of pages and reports."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml"}),
    )

    def look(self) -> Look:
        """What was chosen; the logo of before stays when no file was sent."""
        given = self.cleaned_data
        sent = given.get("logo")
        return Look(
            language=given["language"],
            accent=given["accent"],
            sender=given["sender"],
            logo=b"" if given.get("no_logo") else sent.read(LARGEST + 1) if sent else None,
        )


class IdentityForm(LookForm):
    """The same, once the instance exists: its territory too."""

    territory = forms.CharField(
        label=_("Territory"),
        max_length=40,
        help_text=_("Key or SIREN of an intercommunality."),
    )
    no_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    field_order = ("territory", "language", "sender", "accent", "logo", "no_logo")


class ShareForm(OnceForm):
    """The organisation opens one class of one resource to a partner."""

    to = forms.ModelChoiceField(label=_("Opened to"), queryset=Organisation.objects.none())
    what = forms.ChoiceField(
        label=_("What"), help_text=_("One class of one resource; a share opens no other.")
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=300,
        help_text=_("What the partner will use it for. Both organisations read it."),
    )
    starts_on = DateField(label=_("Starting on"), required=False)
    until = DateField(label=_("Until"), help_text=_("It can be ended before that day."))

    def __init__(
        self, *args: Any, owner: Organisation, shareable: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(is_active=True).exclude(pk=owner.pk)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
        # Nothing is chosen beforehand: the first in the list could be the most confidential.
        self.fields["what"].choices = [("", "---------"), *shareable]  # type: ignore[attr-defined]

    def clean_what(self) -> tuple[str, Sensitivity]:
        """The resource and the class."""
        resource, _sep, sensitivity = self.cleaned_data["what"].rpartition(":")
        return resource, Sensitivity(sensitivity)


class EndShareForm(Form):
    """Why a share is ended before its day."""

    because = forms.CharField(
        label=_("Why is it ended?"), max_length=300, help_text=_("The partner reads it too.")
    )


class ActingForm(Form):
    """Somebody with several memberships says which one they act under."""

    membership = forms.ChoiceField(label=_("I act for"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [  # type: ignore[attr-defined]
            (str(m.pk), f"{m.organisation}, {m.get_role_display()}") for m in memberships
        ]
