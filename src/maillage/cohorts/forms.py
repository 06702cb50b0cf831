"""A programme to open, its structures, a list to hand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.intake.models import Load
from maillage.ui import formats
from maillage.ui.forms import Form, OnceForm


class StructuresForm(Form):
    """Who hands lists in."""

    structures = forms.ModelMultipleChoiceField(
        label=_("Structures that hand lists in"),
        queryset=Organisation.objects.none(),
        to_field_name="key",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Organisation]", self.fields["structures"])
        field.queryset = Organisation.objects.filter(is_active=True).order_by("name")


class ProgrammeForm(StructuresForm, OnceForm):
    """A programme to open."""

    name = forms.CharField(label=_("Name of the programme"), max_length=120)
    fingerprint = forms.CharField(
        label=_("Fingerprint of its key"),
        help_text=_("“maillage pseudonymise --make-key FILE” draws the key and prints it. The key itself never comes here."),
        max_length=40,
    )  # fmt: skip
    field_order = ("name", "fingerprint", "structures")


class DepositForm(OnceForm):
    """A list under pseudonyms."""

    file = forms.FileField(
        label=_("List under pseudonyms (CSV or XLSX)"),
        error_messages={"required": _("Choose the file."), "missing": _("Choose the file."), "empty": _("This file is empty.")},
    )  # fmt: skip
    corrects = forms.ChoiceField(
        label=_("It corrects a deposit"),
        help_text=_("What that deposit told and this file does not is taken back."),
        required=False,
    )

    def __init__(self, *args: Any, deposits: Iterable[Load], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("Deposit %(number)s of %(day)s")
        offered = [
            (str(one.pk), told % {"number": one.pk, "day": formats.day(one.staged_at.date())})
            for one in deposits
        ]
        self.fields["corrects"].choices = [("", _("None: it adds to what was told")), *offered]  # type: ignore[attr-defined]
