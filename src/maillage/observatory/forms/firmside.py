"""What a firm asks by its link, how it is answered, and to whom a link is handed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.languages import LANGUAGES
from maillage.register.models import FirmRequest
from maillage.ui.forms import Form, OnceForm


class HandOutForm(OnceForm):
    """Where the link goes: by e-mail, or shown once to be given by hand."""

    email = forms.EmailField(
        label=_("E-mail address of the firm"),
        required=False,
        help_text=_("Left blank, the link is shown here once: copy it or print it for the firm."),
    )
    language = forms.ChoiceField(label=_("Language of the firm"), choices=LANGUAGES, initial="fr")


class AskForm(OnceForm):
    """What is to be corrected or erased, in the words of the firm."""

    what = forms.ChoiceField(
        label=_("What do you ask?"), choices=FirmRequest.What.choices, widget=forms.RadioSelect
    )
    said = forms.CharField(
        label=_("Say what is to be corrected, or why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(Form):
    """Accepted or refused, in words that the firm reads."""

    accepted = forms.ChoiceField(
        label=_("Answer"),
        choices=(("yes", _("Accepted: it is done")), ("no", _("Request refused"))),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was done, or why not"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The firm reads it on its page."),
    )

    def order(self) -> dict[str, Any]:
        """What the action is handed."""
        given = self.cleaned_data
        return {"is_accepted": given["accepted"] == "yes", "words": given["words"]}
