"""A draft's head and its lines, one small form each, usable on a phone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.conventions import checks
from maillage.conventions.actions.texts import HEADING
from maillage.conventions.fields import HundredthsField
from maillage.conventions.models import Axis, Convention, Deliberation, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.text import rules
from maillage.conventions.text.reading import YEARS
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm


def _organisations(**options: Any) -> forms.ModelChoiceField[Organisation]:
    return forms.ModelChoiceField(Organisation.objects.filter(is_active=True), **options)


def words_field(label: Any, **options: Any) -> forms.CharField:
    """A few lines of words."""
    options.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


def code_field(**options: Any) -> forms.RegexField:
    """The code of a line, such as 4.1, which addresses and permanent keys are made of."""
    told = _("Use letters, digits, full stops and hyphens, 19 signs at most.")
    return forms.RegexField(
        rf"^(?:{rules.CODE.pattern})\Z",
        label=_("Code"),
        max_length=19,
        error_messages={"invalid": told},
        **options,
    )


def _earlier() -> forms.ModelChoiceField[Convention]:
    return forms.ModelChoiceField(
        Convention.objects.none(),
        label=_("Succeeds"),
        required=False,
        help_text=_("The signed convention that this one follows."),
    )


def _signed(besides: Convention | None = None) -> Any:
    every = Convention.objects.unscoped(reason="a signed convention is a public act")
    signed = every.filter(signed_at__isnull=False).order_by("title", "id")
    return signed.exclude(pk=besides.pk) if besides else signed


def _in_order(form: forms.Form, first: str, then: str, reason: Any) -> None:
    """Two days of a form follow each other, or the second one says so."""
    before, after = form.cleaned_data.get(first), form.cleaned_data.get(then)
    if before and after and after < before:
        form.add_error(then, reason)


def _known(form: forms.Form, on: date | None) -> None:
    """The territory of a form answers on a day, or its field says so."""
    for problem in checks.territory_problems(form.cleaned_data.get("territory", ""), on):
        form.add_error("territory", problem.said)


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
    predecessor = _earlier()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["predecessor"].queryset = _signed()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A territory that exists today."""
        given = super().clean() or {}
        _known(self, None)
        return given


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

    def clean(self) -> dict[str, Any]:
        """Days of this time: a year typed with a digit too many or too few is seen."""
        given = super().clean() or {}
        for name, value in list(given.items()):
            if isinstance(value, date) and value.year not in YEARS:
                self.add_error(name, _("Write a year from 1900 to 2100."))
        return given

    def values(self) -> dict[str, Any]:
        """What the row will say."""
        return {n: value for n, value in self.cleaned_data.items() if n not in ("version", "once")}

    def sending(self) -> dict[str, Any]:
        """What tells this sending from another: its own key, or the version it started from."""
        given = self.cleaned_data
        return {"edition": given["version"]} if "version" in given else {"once": given["once"]}


class HeadForm(LineForm):
    """What the text says of itself; the first one also says how the convention is called, and where."""

    title = forms.CharField(label=_("Title"), max_length=200)
    territory = forms.CharField(
        label=_("Territory"),
        max_length=40,
        required=False,
        help_text=_("Its key (mel, call…), its SIREN or an INSEE code."),
    )
    predecessor = _earlier()
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
    words = words_field(_("In short"))
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"), help_text=_("What is not sure; shown with the text."))

    def prepare(self) -> None:
        """An amendment does not rename the convention."""
        if self.text.is_amendment:
            for name in HEADING:
                del self.fields[name]
        else:
            others = _signed(self.text.convention)
            self.fields["predecessor"].queryset = others  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Row | Version) -> dict[str, Any]:
        """The heading is the convention's."""
        if not isinstance(row, Version):
            raise TypeError("the head of a text is edited here")
        return {
            **super().initial_of(row),
            **{name: getattr(row.convention, name) for name in HEADING},
        }

    def clean(self) -> dict[str, Any]:
        """The text ends after it starts, on a territory that exists then."""
        given = super().clean() or {}
        _in_order(self, "effective_on", "effective_until", _("The text ends before it starts."))
        _known(self, given.get("effective_on"))
        return given


class PartyForm(LineForm):
    """A signatory and its share."""

    organisation = _organisations(label=_("Organisation"))
    share_bp = HundredthsField(
        label=_("Share of the amount, in %"),
        required=False,
        help_text=_("Together the shares make 100 %; all blank when not known."),
    )

    def clean_share_bp(self) -> int | None:
        """A part of the whole."""
        share: int | None = self.cleaned_data["share_bp"]
        if share is not None and share > rules.WHOLE:
            raise forms.ValidationError(_("A share lies between 0 and 100 %."))
        return share


class DeliberationForm(LineForm):
    """The vote of an assembly."""

    organisation = _organisations(label=_("Organisation"))
    decided_on = DateField(label=_("Voted on"), required=False)
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    reference = forms.CharField(label=_("Reference of the act"), max_length=300, required=False)
    outcome = forms.ChoiceField(label=_("Vote"), choices=Deliberation.OUTCOMES)
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"))


class AxisForm(LineForm):
    """A strand of the convention."""

    code = code_field()
    title = forms.CharField(label=_("Title"), max_length=300)
    words = words_field(_("In short"))
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"))


class ActionForm(LineForm):
    """Something the parties will do."""

    many = ("partners",)

    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"))
    code = code_field(help_text=_("Such as 4.1."))
    title = forms.CharField(label=_("Title"), max_length=300)
    words = words_field(_("In short"))
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
    steps = words_field(_("Steps"), help_text=_("One a line."))
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"))

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

    def clean(self) -> dict[str, Any]:
        """Due after it starts."""
        given = super().clean() or {}
        _in_order(self, "starts_on", "due_on", _("The action is due before it starts."))
        return given


class BudgetForm(LineForm):
    """Money promised by a funder for a year."""

    funder = _organisations(label=_("Funder"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2100)
    amount_cents = HundredthsField(label=_("Amount in euros"))
    source = words_field(_("Source"))
    doubt = words_field(_("Doubt"))


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
    known = DateField(
        label=_("As known on"),
        required=False,
        validators=[MaxValueValidator(date(max(YEARS), 12, 31))],
    )
