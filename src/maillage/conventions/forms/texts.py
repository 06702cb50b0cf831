"""A draft's head and its lines, one small form each, usable on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage import figures
from maillage.accounts.models import Organisation
from maillage.conventions.fields import HundredthsField
from maillage.conventions.models import (
    Action,
    Axis,
    BudgetLine,
    Deliberation,
    Party,
    Target,
    Version,
)
from maillage.conventions.models.rows import Row
from maillage.conventions.text.document import TargetKind
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm


def _organisations(**options: Any) -> forms.ModelChoiceField[Organisation]:
    return forms.ModelChoiceField(Organisation.objects.filter(is_active=True), **options)


def _words(label: Any, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class ConventionForm(OnceForm):
    """A convention is opened: what will not change, then its text is written."""

    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Permanent address"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens, such as mel-cma-2019."),
    )
    territory = forms.CharField(
        label=_("Territory"),
        max_length=40,
        required=False,
        help_text=_("Its key (mel, call…), its SIREN or an INSEE code."),
    )


class LineForm(OnceForm, VersionedForm):
    """One part of a draft: added once however often it is sent, or edited from the version it knew."""

    many: tuple[str, ...] = ()

    def __init__(self, *args: Any, version: Version, adds: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = version
        del self.fields["version" if adds else "once"]
        self.prepare()

    def prepare(self) -> None:
        """Offer only what belongs to this text."""

    @classmethod
    def initial_of(cls, row: Row | Version) -> dict[str, Any]:
        """What the row says now, as the form shows it."""
        said: dict[str, Any] = {"version": row.edition}
        for name in cls.base_fields:
            if name not in ("version", "once") and hasattr(row, name):
                value = getattr(row, name)
                said[name] = list(value.all()) if name in cls.many else value
        return said

    def values(self) -> dict[str, Any]:
        """What the row will say."""
        return {n: value for n, value in self.cleaned_data.items() if n not in ("version", "once")}

    def sending(self) -> dict[str, Any]:
        """What tells this sending from another: its own key, or the version it started from."""
        given = self.cleaned_data
        return {"edition": given["version"]} if "version" in given else {"once": given["once"]}


class HeadForm(LineForm):
    """What the text says of itself."""

    effective_on = DateField(label=_("Holds from"), required=False)
    effective_until = DateField(label=_("Holds until"), required=False)
    amount_cents = HundredthsField(label=_("Amount in euros"), required=False)
    announced_actions = forms.IntegerField(
        label=_("Number of actions announced"),
        required=False,
        min_value=0,
        max_value=999,
        help_text=_("What the parties said, even when fewer are described."),
    )
    basis = forms.ChoiceField(label=_("What the entry rests on"), choices=Version.BASES)
    words = _words(_("In short"))
    source = _words(_("Source"))
    doubt = _words(_("Doubt"), help_text=_("What is not sure; shown with the text."))


class PartyForm(LineForm):
    """A signatory and its share."""

    organisation = _organisations(label=_("Organisation"))
    share_bp = HundredthsField(
        label=_("Share of the amount, in %"),
        required=False,
        help_text=_("Together the shares make 100 %; all blank when not known."),
    )


class DeliberationForm(LineForm):
    """The vote of an assembly."""

    organisation = _organisations(label=_("Organisation"))
    decided_on = DateField(label=_("Voted on"), required=False)
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    reference = forms.CharField(label=_("Reference of the act"), max_length=300, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Deliberation.OUTCOMES)
    source = _words(_("Source"))
    doubt = _words(_("Doubt"))


class AxisForm(LineForm):
    """A strand of the convention."""

    code = forms.CharField(label=_("Code"), max_length=19)
    title = forms.CharField(label=_("Title"), max_length=300)
    words = _words(_("In short"))
    source = _words(_("Source"))
    doubt = _words(_("Doubt"))


class ActionForm(LineForm):
    """Something the parties will do."""

    many = ("partners",)

    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"))
    code = forms.CharField(label=_("Code"), max_length=19, help_text=_("Such as 4.1."))
    title = forms.CharField(label=_("Title"), max_length=300)
    words = _words(_("In short"))
    pilot = _organisations(label=_("Pilot"), required=False)
    partners = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(is_active=True),
        label=_("Partners"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DateField(label=_("Starts on"), required=False)
    due_on = DateField(
        label=_("Due on"), required=False, help_text=_("Lateness is computed from this day.")
    )
    steps = _words(_("Steps"), help_text=_("One a line."))
    source = _words(_("Source"))
    doubt = _words(_("Doubt"))

    def prepare(self) -> None:
        """The axes of this text."""
        self.fields["axis"].queryset = self.text.axes.all()  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Row | Version) -> dict[str, Any]:
        """Steps are typed one a line."""
        said = super().initial_of(row)
        return {**said, "steps": "\n".join(said.get("steps", []))}

    def clean_steps(self) -> list[str]:
        """The steps, blank lines aside."""
        lines = self.cleaned_data["steps"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class TargetForm(LineForm):
    """A promise: which indicator, over what, how much, by when. The result is computed, never typed."""

    code = forms.CharField(label=_("Code"), max_length=19, help_text=_("Such as T1."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Target.KINDS,
        widget=forms.RadioSelect,
    )
    indicator = forms.ChoiceField(label=_("Indicator"))
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(is_active=True),
        label=_("Only what these organisations did"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    territory = forms.CharField(label=_("Only in this territory"), max_length=40, required=False)
    charged = forms.BooleanField(label=_("Only what is charged to this convention"), required=False)
    amount = forms.IntegerField(
        label=_("Amount promised"),
        required=False,
        min_value=1,
        help_text=_("In the indicator's unit (money in cents); blank when only watched."),
    )
    by_on = DateField(label=_("By"), required=False)
    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"), required=False)
    action = forms.ModelChoiceField(Action.objects.none(), label=_("Action"), required=False)
    words = _words(_("In the words of the text"))
    source = _words(_("Source"))
    doubt = _words(_("Doubt"))

    def prepare(self) -> None:
        """Every declared indicator, the axes and actions of this text."""
        chosen = [(d.reference, f"{d.label} ({d.code})") for d in figures.REGISTRY.newest()]
        self.fields["indicator"].choices = chosen  # type: ignore[attr-defined]
        self.fields["axis"].queryset = self.text.axes.all()  # type: ignore[attr-defined]
        self.fields["action"].queryset = self.text.actions.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A floor or a target says how much; what is only watched promises nothing."""
        given = super().clean() or {}
        watched = given.get("kind") == TargetKind.MONITOR
        if given.get("kind") and watched != (given.get("amount") is None):
            told = _("A figure that is only watched has no amount.")
            self.add_error("amount", told if watched else _("A floor or a target says how much."))
        return given

    @classmethod
    def initial_of(cls, row: Row | Version) -> dict[str, Any]:
        """The filter, taken apart."""
        said = super().initial_of(row)
        if not isinstance(row, Target):
            raise TypeError("a target is edited here")
        keys = row.filter.get("organisations", ())
        return {
            **said,
            "indicator": f"{row.indicator}@{row.indicator_version}",
            "organisations": list(Organisation.objects.filter(key__in=keys)),
            "territory": row.filter.get("territory", ""),
            "charged": bool(row.filter.get("schemes")),
        }

    def values(self) -> dict[str, Any]:
        """The filter, put together."""
        given = super().values()
        code, _at, number = given.pop("indicator").partition("@")
        filter_: dict[str, Any] = {}
        if organisations := given.pop("organisations"):
            filter_["organisations"] = sorted(str(o.key) for o in organisations)
        if territory := given.pop("territory"):
            filter_["territory"] = territory
        if given.pop("charged"):
            filter_["schemes"] = [self.text.convention.scheme]
        return {**given, "indicator": code, "indicator_version": int(number), "filter": filter_}


class BudgetForm(LineForm):
    """Money promised by a funder for a year."""

    funder = _organisations(label=_("Funder"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2100)
    amount_cents = HundredthsField(label=_("Amount in euros"))
    source = _words(_("Source"))
    doubt = _words(_("Doubt"))


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of lines of a text: its rows, its form, its words."""

    model: type[Row]
    form: type[LineForm]
    one: Promise | str
    several: Promise | str


SECTIONS: Mapping[str, Section] = {
    "parties": Section(Party, PartyForm, _("Party"), _("Parties")),
    "deliberations": Section(Deliberation, DeliberationForm, _("Deliberation"), _("Deliberations")),
    "axes": Section(Axis, AxisForm, _("Axis"), _("Axes")),
    "actions": Section(Action, ActionForm, _("Action"), _("Actions")),
    "targets": Section(Target, TargetForm, _("Target"), _("Targets")),
    "budget": Section(BudgetLine, BudgetForm, _("Budget line"), _("Budget")),
}


class SignForm(Form):
    """The text is signed; from then on it no longer changes."""

    signed_on = DateField(
        label=_("Signed on"),
        required=False,
        help_text=_("Blank only when the doubt says that the day is not known."),
    )


class AtForm(Form):
    """The text in force on a day, as known on another."""

    on = DateField(label=_("In force on"), required=False)
    known = DateField(label=_("As known on"), required=False)
