"""A promise typed on screen: its filter put together and taken apart, refused when nothing can measure it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage import figures, ledger
from maillage.accounts.models import Organisation
from maillage.conventions import checks
from maillage.conventions.counting import in_words
from maillage.conventions.fields import HundredthsField
from maillage.conventions.forms.texts import LineForm, code_field, words_field
from maillage.conventions.models import Action, Axis, Target, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.text.document import TargetKind, TargetText
from maillage.conventions.text.problems import Problem
from maillage.ui.forms import DateField

CONVENTION, ACTION = "convention", "action"
CHARGED = (
    ("", _("Wherever it is charged")),
    (CONVENTION, _("Only what is charged to this convention")),
    (ACTION, _("Only what is charged to the action chosen below")),
)
_FIELD_OF = {"version": "indicator", "schemes": "charged", "action_keys": "charged"}


class TargetForm(LineForm):
    """A promise: which indicator, over what, how much, by when. The result is computed, never typed."""

    code = code_field(help_text=_("Such as T1."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Target.KINDS, widget=forms.RadioSelect)
    indicator = forms.ChoiceField(label=_("Indicator"))
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(is_active=True),
        label=_("Only what these organisations did"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    territory = forms.CharField(label=_("Only in this territory"), max_length=40, required=False)
    themes = forms.MultipleChoiceField(
        label=_("Only on these themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    charged = forms.ChoiceField(
        label=_("Charged to"), choices=CHARGED, required=False, widget=forms.RadioSelect
    )
    amount = HundredthsField(
        label=_("Amount promised"),
        required=False,
        help_text=_("In euros for money, else a whole number; blank when only watched."),
    )
    by_on = DateField(label=_("Before the end of"), required=False)
    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"), required=False)
    action = forms.ModelChoiceField(Action.objects.none(), label=_("Action"), required=False)
    words = words_field(_("In the words of the text"))
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"))

    def prepare(self) -> None:
        """Every declared indicator, the axes and actions of this text."""
        fields: Any = self.fields
        newest = {d.reference: f"{d.label} ({d.code})" for d in figures.REGISTRY.newest()}
        kept = self.initial.get("indicator")
        if kept and kept not in newest:
            newest[kept] = kept
        fields["indicator"].choices = list(newest.items())
        if others := self.initial.get("kept"):
            told = {"words": in_words([others], [kept or ""])[0]}
            fields["charged"].help_text = _("Also kept as it is: %(words)s.") % told
        fields["themes"].choices = [(c, t.words) for c, t in ledger.themes.themes().items()]
        fields["axis"].queryset = self.text.axes.all()
        fields["action"].queryset = self.text.actions.all()

    def clean(self) -> dict[str, Any]:
        """A floor or a target says how much, of something that can be measured so."""
        given = super().clean() or {}
        if self.errors:
            return given
        watched = given["kind"] == TargetKind.MONITOR
        if watched != (given["amount"] is None):
            told = _("A figure that is only watched has no amount.")
            self.add_error("amount", told if watched else _("A floor or a target says how much."))
        elif given["charged"] == ACTION and not given["action"]:
            self.add_error("action", _("Choose the action."))
        else:
            self._measure(given)
        return given

    def _measure(self, given: dict[str, Any]) -> None:
        """The amount in the indicator's own unit; what cannot be measured is told on its field."""
        amount = given["amount"]
        if amount is not None and not _is_money(given["indicator"]):
            given["amount"], parts = divmod(amount, 100)
            if parts:
                self.add_error("amount", _("Write a whole number."))
        if amount == 0:
            self.add_error("amount", _("The amount promised is above zero."))
        if given["axis"] and given["action"]:
            self.add_error("axis", _("A promise hangs from an axis or from an action, not both."))
        if self.errors:
            return
        for problem in checks.target_problems(self._text(given), self.text.effective_on):
            self.add_error(self._field_of(problem), problem.said)

    def _text(self, given: dict[str, Any]) -> TargetText:
        code, _at, version = given["indicator"].partition("@")
        return TargetText(
            code=given["code"],
            kind=TargetKind(given["kind"]),
            indicator=code,
            version=int(version),
            filter=self._filter(given),
            amount=given["amount"],
        )

    def _field_of(self, problem: Problem) -> str | None:
        name = str(problem.path[-1])
        name = _FIELD_OF.get(name, name)
        return name if name in self.fields else None

    @classmethod
    def initial_of(cls, row: Row | Version) -> dict[str, Any]:
        """The filter, taken apart; what the form has no field for is kept as it is."""
        said = super().initial_of(row)
        if not isinstance(row, Target):
            raise TypeError("a target is edited here")
        kept = dict(row.filter)
        keys = kept.pop("organisations", ())
        charged = _charged(row)
        kept.pop({CONVENTION: "schemes", ACTION: "action_keys"}.get(charged, ""), None)
        said |= {"territory": kept.pop("territory", ""), "themes": kept.pop("themes", [])}
        reference = f"{row.indicator}@{row.indicator_version}"
        if row.amount is not None and not _is_money(reference):
            said["amount"] = row.amount * 100
        return {
            **said,
            "indicator": reference,
            "organisations": list(Organisation.objects.filter(key__in=keys)),
            "charged": charged,
            "kept": kept,
        }

    def values(self) -> dict[str, Any]:
        """The filter, put together."""
        given = super().values()
        filter_ = self._filter(given)
        for name in ("organisations", "territory", "themes", "charged"):
            del given[name]
        code, _at, version = given.pop("indicator").partition("@")
        return {**given, "indicator": code, "indicator_version": int(version), "filter": filter_}

    def _filter(self, given: dict[str, Any]) -> dict[str, Any]:
        charged = given["charged"]
        typed = {
            "organisations": [str(o.key) for o in sorted(given["organisations"], key=str)],
            "territory": given["territory"],
            "themes": sorted(given["themes"]),
            "schemes": [self.text.convention.scheme] if charged == CONVENTION else [],
            "action_keys": [given["action"].key] if charged == ACTION else [],
        }
        return {**self.initial.get("kept", {}), **{k: v for k, v in typed.items() if v}}


def _charged(target: Target) -> str:
    """How the form says what the target's filter says of charges; blank for what it has no word for."""
    if target.filter.get("schemes") == [target.version.convention.scheme]:
        return CONVENTION
    own = target.action is not None and target.filter.get("action_keys") == [target.action.key]
    return ACTION if own else ""


def _is_money(reference: str) -> bool:
    code, _at, version = reference.partition("@")
    versions = figures.REGISTRY.versions.get(code, {})
    return int(version) in versions and versions[int(version)].unit == "cents"
