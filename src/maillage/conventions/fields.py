"""Amounts and shares as people write them: `1 234,50`, `33,34`; kept exact, in cents and basis points."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_BLANKS = re.compile(r"[\s\u00a0\u202f'€%]")
_NUMBER = re.compile(r"(\d{1,13})(?:[.,](\d{1,2}))?")


class HundredthsField(forms.CharField):
    """A number with two decimals at most, kept as a whole number of hundredths."""

    default_error_messages = {"invalid": _("Write a number such as 1234,50.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The hundredths, None when blank."""
        text = _BLANKS.sub("", super().to_python(value) or "")
        if not text:
            return None
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def validate(self, value: Any) -> None:
        """A required number is there."""
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The text's own validators do not apply to the number."""

    def prepare_value(self, value: Any) -> Any:
        """The hundredths as people write them; what was typed stays as typed."""
        if isinstance(value, int):
            whole, rest = divmod(value, 100)
            return f"{whole},{rest:02d}" if rest else str(whole)
        return value
