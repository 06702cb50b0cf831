"""Money entered on screen, what happened to an action, and why something is withdrawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.conventions.actions.money import Money
from maillage.conventions.acts import ACTION_TURNS, CONVENTION_TURNS
from maillage.conventions.fields import HundredthsField
from maillage.conventions.models import Action, Convention, Entry
from maillage.conventions.vocabulary import CORRECTIONS, REASONS
from maillage.kernel import clock
from maillage.ui.forms import DateField, Form, OnceForm

FEWEST, MOST = 3, 99
_ROW = re.compile(r"(?:action|part)_([1-9][0-9]?)")


def _choices(words: Any) -> list[tuple[str, object]]:
    return [("", "…"), *((code, said) for code, said in words.items())]


class MoneyForm(OnceForm):
    """A commitment or a payment, and the actions it is charged to."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Entry.Kind.choices, widget=forms.RadioSelect)
    label = forms.CharField(label=_("Label"), max_length=200)
    reference = forms.CharField(label=_("Accounting reference"), max_length=80, required=False)
    on = DateField(label=_("Date"))
    funder = forms.ModelChoiceField(Organisation.objects.filter(is_active=True), label=_("Funder"))
    payee = forms.ModelChoiceField(
        Organisation.objects.filter(is_active=True), label=_("Payee"), required=False
    )
    amount = HundredthsField(label=_("Amount in euros"))

    def __init__(
        self,
        *args: Any,
        convention: Convention | None,
        actions: Sequence[Action],
        lines: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.convention, self.actions = convention, actions
        named = [*self.data, *self.initial]
        typed = [int(found[1]) for name in named if (found := _ROW.fullmatch(name))]
        self.lines = min(MOST, max(FEWEST, lines, *typed, 0)) if actions else 0
        offered = [("", _("Nothing yet")), *((a.key, str(a)) for a in actions)]
        for rank in range(1, self.lines + 1):
            self.fields[f"action_{rank}"] = forms.ChoiceField(
                label=_("Charged to action (part %(rank)s)") % {"rank": rank},
                choices=offered,
                required=False,
            )
            self.fields[f"part_{rank}"] = HundredthsField(
                label=_("Amount of part %(rank)s") % {"rank": rank},
                required=False,
                help_text=_("Blank: all the amount.") if rank == 1 else "",
            )

    def longer(self) -> Self:
        """What is typed so far, judged later, with room for one more part."""
        typed = {bound.name: bound.value() for bound in self}
        return type(self)(
            initial=typed, convention=self.convention, actions=self.actions, lines=self.lines + 1
        )

    def clean_on(self) -> Any:
        """A day that has come."""
        if (day := self.cleaned_data["on"]) > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """Each part after the first says how much."""
        given = super().clean() or {}
        for rank in range(2, self.lines + 1):
            if given.get(f"action_{rank}") and not given.get(f"part_{rank}"):
                self.add_error(f"part_{rank}", _("Say how much."))
        return given

    def money(self) -> Money:
        """What was entered."""
        given = self.cleaned_data
        charges: dict[str, int] = {}
        for rank in range(1, self.lines + 1):
            key, part = given.get(f"action_{rank}"), given.get(f"part_{rank}")
            if key:
                whole = part is None and rank == 1
                charges[key] = charges.get(key, 0) + (given["amount"] if whole else part or 0)
        return Money(
            kind=given["kind"],
            label=given["label"],
            on=given["on"],
            amount_cents=given["amount"],
            funder=given["funder"],
            payee=given["payee"],
            convention=self.convention,
            reference=given["reference"],
            charges=charges,
        )

    @staticmethod
    def initial_of(entry: Entry) -> dict[str, Any]:
        """What was entered, to be corrected."""
        said = {
            name: getattr(entry, name)
            for name in ("kind", "label", "reference", "on", "funder", "payee")
        }
        charges = [charge for charge in entry.charges.all() if charge.action_key]
        for rank, charge in enumerate(charges, start=1):
            said[f"action_{rank}"] = charge.action_key
            said[f"part_{rank}"] = charge.amount_cents
        return {**said, "amount": entry.amount_cents}


class CorrectionForm(MoneyForm):
    """The same, with the reason why the first entry is withdrawn."""

    reason_code = forms.ChoiceField(label=_("Why"), choices=_choices(CORRECTIONS))


class WithdrawForm(Form):
    """Why an entry or a turn is withdrawn."""

    reason_code = forms.ChoiceField(label=_("Why"), choices=_choices(CORRECTIONS))


class TurnForm(OnceForm):
    """What happened to an action on a day."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.name, kind.words) for kind in ACTION_TURNS],
        widget=forms.RadioSelect,
    )
    on = DateField(label=_("On"))
    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=_choices(REASONS),
        required=False,
        help_text=_("Needed when the action stops."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConventionTurnForm(OnceForm):
    """What happened to the convention as a whole on a day."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.name, kind.words) for kind in CONVENTION_TURNS],
        widget=forms.RadioSelect,
    )
    on = DateField(label=_("On"))
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def conventions_of(actor: Actor) -> list[Convention]:
    """The conventions on which this actor may enter money."""
    return list(Convention.objects.party_to(actor).filter(signed_at__isnull=False))
