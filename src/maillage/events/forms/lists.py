"""Who registers, who arrives: a firm found in the register, then three fields at most."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.events.actions import Attendee, Walker
from maillage.events.actions.attending import MOST_PEOPLE
from maillage.events.forms.workshops import Choosing
from maillage.events.vocabulary import BY_HAND, How
from maillage.needs.forms.needs import AskedForm
from maillage.register.models import Establishment
from maillage.ui.forms import Form, OnceForm

BY = ((How.LIST, _("I am at the door")), (How.PAPER, _("From the paper list, afterwards")))


class RegisterForm(Choosing, OnceForm):
    """Whom to write to; the firm was found before."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Your confirmation goes there, with the page on which you may cancel."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def attendee(self, firm: Establishment | None, language: str) -> Attendee:
        """Who is to come, as the actions take it."""
        given = {name: self.cleaned_data[name] for name in ("name", "email", "phone")}
        return Attendee(establishment=firm, language=language, **given)


class RegisterForForm(RegisterForm):
    """The same, filled in by an adviser for a firm: nobody has to have an e-mail address."""

    def __init__(self, *args: Any, is_firm: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].required = not is_firm
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Without one, tell them yourself.")


class ArrivalForm(OnceForm):
    """Who arrived without having registered."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )
    how = forms.ChoiceField(
        label=_("How you know"), choices=BY, widget=forms.RadioSelect, initial=How.LIST
    )

    def walker(self, firm: Establishment | None) -> Walker:
        """Who came, as the actions take it."""
        given = {name: self.cleaned_data[name] for name in ("name", "people")}
        return Walker(establishment=firm, **given)


class EndForm(Form):
    """Why somebody is taken off the list."""

    because = forms.ChoiceField(
        label=_("Why"),
        choices=[(one.value, one.label) for one in BY_HAND],
        widget=forms.RadioSelect,
        initial=BY_HAND[0],
    )


class ConcernForm(AskedForm):
    """What a firm raised at an event."""

    agreed = forms.BooleanField(
        label=_("The firm agrees that its request be sent to the partners chosen"), required=False
    )
