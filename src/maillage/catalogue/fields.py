"""A field that holds a few codes, found by any of them on any database."""

from __future__ import annotations

from typing import Any

from django.db import models


class CodesField(models.TextField):  # type: ignore[type-arg]
    """A few codes, kept so that any database finds the rows that hold one: `|59350|59512|`."""

    def from_db_value(self, value: str | None, *_args: Any) -> tuple[str, ...]:
        """The codes."""
        return tuple(code for code in (value or "").split("|") if code)

    def to_python(self, value: Any) -> tuple[str, ...]:
        """The codes, however they are given."""
        return self.from_db_value(value) if isinstance(value, str) else tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        """The codes between bars; a text is looked for as it is."""
        if isinstance(value, str):
            return value
        return f"|{'|'.join(value)}|" if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        """The codes between bars."""
        return self.get_prep_value(self.value_from_object(obj))
