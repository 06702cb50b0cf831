"""What the founders of an instance type on its first page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.forms import LookForm, OrganisationForm
from maillage.accounts.founding import Administrator
from maillage.ui.forms import Form


class KeyForm(Form):
    """The key that the machine printed."""

    key = forms.CharField(
        label=_("Key"),
        max_length=100,
        help_text=_("Printed on the terminal by “maillage serve” and “maillage init --key”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FoundingForm(LookForm, OrganisationForm):
    """The organisation, who administers it, how the instance looks."""

    administrator = forms.CharField(label=_("Name of the administrator"), max_length=150)
    email = forms.EmailField(label=_("Their e-mail address"), help_text=_("They sign in with it."))
    password = forms.CharField(
        label=_("Their password"),
        required=False,
        help_text=_("Blank: they sign in by a code sent to their address."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    field_order = (
        "organisation", "short_name", "kind", "siren", "administrator", "email", "password",
        "language", "sender", "accent", "logo",
    )  # fmt: skip

    def founded(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        return {
            "organisation": self.named(),
            "administrator": Administrator(
                name=given["administrator"], email=given["email"], password=given["password"]
            ),
            "look": self.look(),
        }
