"""A need as whoever hears it writes it down; what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.catalogue import codes
from maillage.kernel import clock
from maillage.needs.actions import Asked, Rule
from maillage.needs.actions.hearing import LONGEST
from maillage.needs.forms.themes import ThemeField, ThemesField
from maillage.needs.receivers import open_partners
from maillage.needs.vocabulary import Ending, Origin, Refusal, Urgency
from maillage.ui.forms import DateField, Form, OnceForm

#: Where somebody may say that a need was heard; the others are written by what they are born of.
BY_HAND = (Origin.DESK, Origin.EVENT, Origin.SURVEY, Origin.FILE, Origin.PARTNER)


class ContactForm(Form):
    """Whom to ask for, and how."""

    contact_name = forms.CharField(label=_("Whom to ask for"), required=False, max_length=120)
    contact_phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AskedForm(ContactForm, OnceForm):
    """What a firm asks for, in its words, how soon, and whom to ask for."""

    theme = ThemeField(label=_("What is asked for"))
    words = forms.CharField(
        label=_("In the firm’s words"),
        help_text=_("Read by the partners that the firm agrees to, and by the firm itself."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    urgency = forms.ChoiceField(
        label=_("When an answer is needed"),
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        initial=Urgency.ORDINARY,
    )

    def asked(self, language: str = "fr", **more: Any) -> Asked:
        """What is asked, as the actions take it."""
        names = ("theme", "words", "urgency", "contact_name", "contact_phone", "contact_email")
        given = {name: self.cleaned_data[name] for name in names}
        day = self.cleaned_data.get("expressed_on") or clock.today()
        return Asked(expressed_on=day, language=language, **given, **more)


class NeedForm(AskedForm):
    """A need heard at a desk, at an event, in a survey, read in an application, or told by a partner."""

    origin = forms.ChoiceField(
        label=_("Where it was heard"),
        choices=[(one.value, one.label) for one in BY_HAND],
        widget=forms.RadioSelect,
        initial=Origin.DESK,
    )
    expressed_on = DateField(label=_("Day"))
    agreed = forms.BooleanField(
        label=_("The firm agrees that its request be sent to the partners chosen"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expressed_on"].initial = clock.today


class PartnerChoice(forms.ModelChoiceField[Organisation]):
    """An organisation where somebody answers requests."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Its full name."""
        return obj.name


class AmongPartners(Form):
    """A form in which a partner is chosen: among those where somebody answers, today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = open_partners()  # type: ignore[attr-defined]


class SendForm(AmongPartners, OnceForm):
    """To whom a need is sent, with a word."""

    partner = PartnerChoice(
        label=_("Partner"), queryset=Organisation.objects.none(), to_field_name="key", empty_label=None,
        widget=forms.RadioSelect,
    )  # fmt: skip
    entry = forms.ChoiceField(
        label=_("Entry of the catalogue"), required=False, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=_("A word to the partner"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        first: Organisation | None = None,
        entries: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("None: the partner decides what it offers"))
        self.fields["entry"].choices = [none, *entries]  # type: ignore[attr-defined]
        if first is not None:
            self.fields["partner"].initial = first.key


class RuleForm(AmongPartners, OnceForm):
    """Which partner answers what, where, for whom, how soon, how many at once."""

    title = forms.CharField(label=_("What this partner does"), max_length=120)
    partner = PartnerChoice(
        label=_("Partner"), queryset=Organisation.objects.none(), to_field_name="key", empty_label=None,
    )  # fmt: skip
    themes = ThemesField(label=_("What it answers"))
    areas = forms.CharField(
        label=_("Where"),
        help_text=_("Codes of communes or départements, between commas; everywhere when blank."),
        required=False,
        max_length=4000,
    )
    activities = forms.CharField(
        label=_("Activities"),
        help_text=_("Beginnings of NAF codes (43, 10.71); all when blank."),
        required=False,
        max_length=1000,
    )
    legal_forms = forms.CharField(
        label=_("Legal forms"),
        help_text=_("Beginnings of legal categories (92 for an association); all when blank."),
        required=False,
        max_length=400,
    )
    headcount_min = forms.IntegerField(label=_("Least headcount"), required=False, min_value=0)
    headcount_max = forms.IntegerField(label=_("Most headcount"), required=False, min_value=0)
    craft_only = forms.BooleanField(label=_("Craft firms only"), required=False)
    delay_days = forms.IntegerField(
        label=_("Working days promised"), required=False, min_value=0, max_value=60
    )
    capacity = forms.IntegerField(
        label=_("Requests at once, at most"), required=False, min_value=0, max_value=100_000
    )

    def rule(self) -> Rule:
        """The rule as the action takes it."""
        given = self.cleaned_data
        told: dict[str, Any] = {
            name: codes.split(given[name]) for name in ("areas", "activities", "legal_forms")
        }
        plain = ("title", "headcount_min", "headcount_max", "craft_only", "delay_days", "capacity")
        return Rule(themes=tuple(given["themes"]), **told, **{name: given[name] for name in plain})


class AgreementForm(AmongPartners):
    """To whom the firm agrees to be told: one partner, or whichever is chosen."""

    partner = PartnerChoice(
        label=_("Partner"), queryset=Organisation.objects.none(), to_field_name="key", required=False,
        empty_label=_("Whichever partner is chosen"),
    )  # fmt: skip


class RefuseForm(Form):
    """Why a partner does not take a request up."""

    refusal = forms.ChoiceField(
        label=_("Why it is refused"), choices=Refusal.choices, widget=forms.RadioSelect
    )


class EndForm(Form):
    """What came of a need."""

    ending = forms.ChoiceField(
        label=_("What came of it"), choices=Ending.choices, widget=forms.RadioSelect
    )


class CloseForm(EndForm):
    """What came of a referral, and what the firm is told."""

    answer = forms.CharField(
        label=_("Answer to the firm"),
        help_text=_("The firm reads it on the page of its request."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
