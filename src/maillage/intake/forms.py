"""Forms of loads: made from what an importer declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.intake.declared import importers
from maillage.intake.models import Load
from maillage.kernel.rows import Column, Importer, Option
from maillage.ui.forms import DateField, Form, OnceForm


class UploadForm(OnceForm):
    """The files of one importer and what it asks beside them."""

    def __init__(self, importer: Importer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer = importer
        for slot in importer.slots:
            self.fields[slot.name] = forms.FileField(
                label=str(slot.words),
                error_messages={
                    "required": _("Choose the file."),
                    "empty": _("This file is empty."),
                    "missing": _("Choose the file."),
                },
            )
        for option in importer.options:
            self.fields[option.name] = _field_of(option)

    @property
    def given(self) -> dict[str, str]:
        """What was asked, as text."""
        found = {o.name: self.cleaned_data.get(o.name) for o in self.importer.options}
        return {name: str(value) for name, value in found.items() if value}


def _field_of(option: Option) -> forms.Field:
    common: dict[str, Any] = {
        "label": str(option.words),
        "help_text": str(option.help),
        "required": option.needed,
    }
    if option.choices:
        told = [(value, str(words)) for value, words in option.choices.items()]
        return forms.ChoiceField(choices=told, **common)
    if option.sort == "date":
        return DateField(**common)
    widget = forms.Textarea(attrs={"rows": 14}) if option.sort == "lines" else forms.TextInput()
    return forms.CharField(widget=widget, strip=False, max_length=100_000, **common)


class FilterForm(Form):
    """Which loads are listed."""

    source = forms.ChoiceField(label=_("Source"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(name, str(one.words)) for name, one in importers().items()]
        self.fields["source"].choices = [("", _("All sources")), *sources]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("All states")), *Load.State.choices]  # type: ignore[attr-defined]


class UndoForm(Form):
    """Why a load is undone."""

    because = forms.CharField(label=_("Why is it undone?"), max_length=200)


TYPED = 2_000  # characters: longer cells (outlines) are nobody's to type


class RowForm(Form):
    """The cells of a refused row, to be set right; an outline stays as it was read unless it is at fault."""

    def __init__(
        self,
        columns: Mapping[str, Column],
        row: Mapping[str, str],
        data: Any = None,
        *,
        at_fault: str = "",
    ) -> None:
        super().__init__(data, initial=dict(row))
        for name, text in row.items():
            if len(text) > TYPED and name != at_fault:
                continue
            column = columns.get(name)
            self.fields[name] = forms.CharField(
                label=str(column.words) if column else name,
                required=bool(column and column.needed and not column.may_be_blank),
                strip=False,
                max_length=column.longest if column else 500,
            )
