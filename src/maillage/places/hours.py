"""An hour of the day as a record keeps it: `09:00`, since copies of an instance hold days and instants, no hours alone."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class HourField(models.CharField[time, time]):
    """A `time` in code; five characters in the database, which sort as hours do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"max_length": 5}))

    def from_db_value(self, value: str | None, *_told: object) -> time | None:
        """What a row says."""
        return None if value is None else time.fromisoformat(value)

    def to_python(self, value: time | str | None) -> time | None:
        """The hour, as a `time` or as it is written; a form is told of what is none."""
        if value is None or isinstance(value, time):
            return value
        try:
            return time.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(_("This is no hour of the day.")) from None

    def get_prep_value(self, value: Any) -> Any:
        """What a row is given."""
        return f"{value:%H:%M}" if isinstance(value, time) else value
