"""The public form: what a firm asks for, then who it is to be called, in three steps of a minute each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.needs.actions.hearing import LONGEST
from maillage.needs.forms.needs import AskedForm, ContactForm
from maillage.needs.forms.themes import ThemeField
from maillage.needs.vocabulary import Urgency
from maillage.ui.forms import Form, VersionedForm


class WhatForm(Form):
    """The second step: what is asked for."""

    theme = ThemeField(label=_("What do you need?"))
    words = forms.CharField(
        label=_("In a few words, if you like"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    urgency = forms.ChoiceField(
        label=_("When do you need an answer?"),
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        initial=Urgency.ORDINARY,
    )


class WhoForm(AskedForm):
    """The third step: who calls whom; what was said before is carried along."""

    agreed = forms.BooleanField(
        label=_("I agree that my request be sent to the partner who can answer it"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WhatForm.base_fields:
            self.fields[name].widget = forms.HiddenInput()
        self.fields["contact_name"].label = _("Your name")
        self.fields["contact_email"].help_text = _(
            "We send you the page on which you follow your request."
        )

    def clean(self) -> dict[str, Any]:
        """A firm that leaves neither number nor address could not be called."""
        given = super().clean() or {}
        if not (given.get("contact_phone") or given.get("contact_email") or self.errors):
            self.add_error(
                "contact_phone",
                _("Leave a telephone number or an e-mail address: somebody calls you."),
            )
        return given


class WordForm(Form):
    """A word more."""

    text = forms.CharField(
        label=_("Add a word"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OwnWordsForm(VersionedForm):
    """What was asked, said otherwise."""

    text = forms.CharField(
        label=_("What you said"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What you wrote before is replaced. For another need, take this request back and ask anew."
        ),
    )


class OwnContactForm(ContactForm):
    """Whom to ask for, anew, said by the firm itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_name"].label = _("Your name")


class PageForm(Form):
    """Where the firm reads its messages."""

    email = forms.EmailField(
        label=_("E-mail address of the firm"),
        help_text=_("It receives the page on which it follows its request; you do not see it."),
    )
