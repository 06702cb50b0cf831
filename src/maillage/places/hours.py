"""An hour of the day as a record keeps it: `09:00`, since copies of an instance hold days and instants, no hours alone."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import models


class HourField(models.CharField[time, time]):
    """A `time` in code; five characters in the database, which sort as hours do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"max_length": 5}))

    def from_db_value(self, value: str | None, *_told: object) -> time | None:
        """What a row says."""
        return None if value is None else time.fromisoformat(value)

    def to_python(self, value: time | str) -> time:
        """The hour, as a `time` or as it is written."""
        return value if isinstance(value, time) else time.fromisoformat(value)

    def get_prep_value(self, value: Any) -> Any:
        """What a row is given."""
        return f"{value:%H:%M}" if isinstance(value, time) else value
