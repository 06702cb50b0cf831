"""What a shape hands to its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maillage.series.models import SeriesFile


@dataclass(frozen=True, slots=True)
class Drawn:
    """A title that says what is shown, the template that shows it with what it needs, the files it comes from.

    `revised` says in words what an older file had said otherwise.
    """

    title: str
    template: str
    files: Sequence[SeriesFile]
    context: Mapping[str, Any] = field(default_factory=dict)
    revised: Sequence[str] = field(default_factory=tuple)

    @property
    def is_invented(self) -> bool:
        """Whether any of it is only an example."""
        return any(one.is_invented for one in self.files)
