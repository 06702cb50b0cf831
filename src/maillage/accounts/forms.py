"""What an administrator types about people and shares; what a person chooses for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Membership, Organisation
from maillage.accounts.permissions import GIVEN_BY_ADMINISTRATORS
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.ui.forms import DateField, Form, OnceForm


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


class ActingForm(Form):
    """Somebody with several memberships says which one they act under."""

    membership = forms.ChoiceField(label=_("I act for"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [  # type: ignore[attr-defined]
            (str(m.pk), f"{m.organisation}, {m.get_role_display()}") for m in memberships
        ]
