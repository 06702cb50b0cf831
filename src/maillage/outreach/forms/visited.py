"""Which visits a list shows: every choice stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.outreach.models import Campaign
from maillage.outreach.visited import Asked
from maillage.outreach.vocabulary import Outcome
from maillage.ui.forms import DateField, Form


class VisitsForm(Form):
    """The filters of the list of visits."""

    du = DateField(label=_("From"), required=False)
    au = DateField(label=_("To"), required=False)
    conseiller = forms.ChoiceField(label=_("Adviser"), required=False)
    resultat = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All outcomes")), *Outcome.choices]
    )
    campagne = forms.ChoiceField(label=_("Campaign"), required=False)
    notres = forms.BooleanField(label=_("Only those of my organisation"), required=False)

    def __init__(
        self, *args: Any, advisers: Iterable[Person], campaigns: Iterable[Campaign], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, every, rows in (
            ("conseiller", _("All advisers"), [(str(one.key), str(one)) for one in advisers]),
            ("campagne", _("All campaigns"), [(str(one.key), one.title) for one in campaigns]),
        ):
            cast("forms.ChoiceField", self.fields[name]).choices = [("", every), *rows]

    def asked(self) -> Asked:
        """What was asked; anything that is none asks for nothing."""
        self.is_valid()
        data = self.cleaned_data
        return Asked(
            first=data.get("du"),
            last=data.get("au"),
            adviser=data.get("conseiller") or "",
            outcome=data.get("resultat") or "",
            campaign=data.get("campagne") or "",
            own=bool(data.get("notres")),
        )
