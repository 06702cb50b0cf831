"""The base of every form: our templates, a key against double sending, a guard against stale edits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import uuid7


class Renderer(DjangoTemplates):
    """Draws any form of the product, third-party ones included, with the design system's templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class DateField(forms.DateField):
    """A day, picked with the device's own calendar; the browser sends it as `2020-06-30`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**kwargs)


class Form(forms.Form):
    """What a person typed; `cleaned_data` goes to one action."""

    use_required_attribute = False
    default_renderer = Renderer

    def refuse(self, refusal: Invalid) -> None:
        """Show why an action refused, on the fields it speaks of, so that nothing typed is lost."""
        for name, message in refusal.fields.items():
            self.add_error(name if name in self.fields else None, str(message))
        if not refusal.fields:
            self.add_error(None, str(refusal))


class OnceForm(Form):
    """A form that creates something: its key, made by the server, makes a second sending harmless."""

    once = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid7,
        error_messages={
            "required": _("This form was not issued by the server. Open it again."),
            "invalid": _("This form was not issued by the server. Open it again."),
        },
    )


class VersionedForm(Form):
    """An edit: it carries the version it started from, so that a stale one is seen and shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def is_stale(self, current: int) -> bool:
        """Whether somebody else saved meanwhile."""
        return bool(self.cleaned_data["version"] != current)
