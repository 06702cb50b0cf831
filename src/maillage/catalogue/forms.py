"""An entry as a person writes it."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.catalogue import codes
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.content import Content
from maillage.catalogue.models import EntryVersion
from maillage.catalogue.reading import themes_offered
from maillage.catalogue.vocabulary import OFFERED, Fees, Moment, Sort
from maillage.kernel import clock
from maillage.register import criteria
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm

_CODES = ("areas", "areas_out", "activities", "activities_out", "legal_forms", "legal_forms_out")
_CHOSEN = ("themes", "moments", "segments")
_ABOUT = frozenset(one.name for one in dataclasses.fields(Content)) - {
    "asks",
    "told_on",
    "told_by",
    "topics",
    "provider_siren",
}
_ASKS = frozenset(one.name for one in dataclasses.fields(Conditions))


def _text(label: Any, limit: int, help_text: Any = "", rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=limit, widget=widget
    )


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


def _segments() -> list[tuple[str, str]]:
    """Sorts of firm, but those that headcount and age say better."""
    told = {*criteria.SIZES, *criteria.STAGES}
    return [(one.code, str(one.label)) for one in criteria.offered() if one not in told]


class PartnerChoice(forms.ModelChoiceField[Organisation]):
    """A partner of the instance."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Its full name."""
        return obj.name


class EntryForm(Form):
    """What an entry says: for whom, where, how to ask, who answers."""

    title = forms.CharField(label=_("Name"), max_length=200)
    summary = _text(_("In one line"), 300)
    description = _text(_("Description"), 10_000, rows=5)
    nature = _text(_("Nature of the help"), 200, _("Advice, training, funding…"))
    partner = PartnerChoice(
        label=_("Partner who answers"), queryset=Organisation.objects.none(), to_field_name="key", required=False,
        empty_label=_("None of this instance"),
    )  # fmt: skip
    provider_name = _text(_("Provider"), 200, _("When it is no partner of this instance."))
    how = _text(_("How to ask"), 5_000, rows=3)
    contact_name = _text(_("Who answers"), 150)
    phone = _text(_("Telephone"), 40)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    address = _text(_("Address"), 300)
    link = forms.CharField(
        label=_("Page"), required=False, max_length=2083,
        widget=forms.URLInput(), validators=[URLValidator(("http", "https"))],
    )  # fmt: skip
    fees = forms.ChoiceField(
        label=_("Fees"), choices=Fees.choices, required=False, widget=forms.RadioSelect
    )
    fees_told = _text(_("About the fees"), 300)
    themes = forms.MultipleChoiceField(
        label=_("What it answers"), choices=themes_offered, required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    moments = forms.MultipleChoiceField(
        label=_("Moments of a firm’s life"), choices=Moment.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    everywhere = forms.BooleanField(label=_("Everywhere in France"), required=False)
    areas = _text(
        _("Areas"),
        4_000,
        _(
            "Codes of communes (59350), départements (59), regions (R32), SIREN of intercommunalities."
        ),
        2,
    )
    areas_out = _text(_("Areas left out"), 4_000)
    activities = _text(
        _("Activities"), 1_000, _("Beginnings of NAF codes (43, 10.71); all when blank.")
    )
    activities_out = _text(_("Activities left out"), 1_000)
    is_priority = forms.BooleanField(
        label=_("These activities come first, others are not left out"), required=False
    )
    headcount_min = _number(_("Least headcount"), 1_000_000)
    headcount_max = _number(_("Most headcount"), 1_000_000)
    legal_forms = _text(
        _("Legal forms"),
        400,
        _("Beginnings of legal categories (92 for an association); all when blank."),
    )
    legal_forms_out = _text(_("Legal forms left out"), 400)
    segments = forms.MultipleChoiceField(
        label=_("Sorts of firm, of which one is enough"), choices=_segments, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    age_min = _number(_("Years since it began, at least"), 200)
    age_max = _number(_("Years since it began, less than"), 200)
    qpv_only = forms.BooleanField(label=_("Priority neighbourhoods only"), required=False)
    other = _text(
        _("Other conditions"), 5_000, _("What the register does not tell: somebody will ask."), 3
    )
    valid_from = DateField(label=_("Open from"), required=False)
    valid_until = DateField(label=_("Open until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Organisation.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]

    def content(self, before: EntryVersion | None = None) -> Content:
        """What the person wrote, up to date today; what the form does not show stays as it was."""
        given = self.cleaned_data
        told = {name: given[name] for name in (_ABOUT | _ASKS) if name in given}
        told |= {name: codes.split(given[name]) for name in _CODES}
        told |= {name: tuple(given[name]) for name in _CHOSEN}
        unseen = {
            name: getattr(before, name) for name in ("topics", "told_by", "provider_siren") if before
        }  # fmt: skip
        return Content(
            told_on=clock.today(),
            asks=Conditions(**{name: told.pop(name) for name in list(told) if name in _ASKS}),
            **told,
            **unseen,
        )


def initial(version: EntryVersion) -> dict[str, Any]:
    """The form as the last word on an entry fills it in."""
    told = {name: getattr(version, name) for name in _ABOUT | _ASKS}
    told |= {name: ", ".join(told[name]) for name in _CODES}
    told |= {name: list(told[name]) for name in _CHOSEN}
    partner = version.entry.partner
    return told | {"partner": partner.key if partner else None, "version": version.number}


class NewEntryForm(EntryForm, OnceForm):
    """A new entry."""

    sort = forms.ChoiceField(
        label=_("Sort"), choices=[(one.value, one.label) for one in OFFERED], initial=Sort.SERVICE,
        widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = ("sort",)


class EditEntryForm(EntryForm, VersionedForm):
    """A known entry, over the version that was read."""


class VersionForm(VersionedForm):
    """One step about a known entry, over the version that was read."""
