"""What a shape hands to its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Drawn:
    """A title that says what is shown, the template that shows it, what it needs."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
