"""An hour of the day, kept as it is read: `08:30`. Copies of an instance know days and instants, no hours alone."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import models


class HourField(models.CharField[time, time]):
    """Five characters in the database, in the order of hours; a `time` in code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 5
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> time | None:
        """The hour of a row."""
        return None if value is None else self.to_python(value)

    def to_python(self, value: time | str) -> time:
        """The hour, however it was given."""
        return value if isinstance(value, time) else time.fromisoformat(value)

    def get_prep_value(self, value: Any) -> Any:
        """How it is kept."""
        return f"{value:%H:%M}" if isinstance(value, time) else value
