"""How what figures count is named once it has a page: firms and establishments link to their sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from maillage import figures, register
from maillage.accounts.actors import Actor
from maillage.figures import Name
from maillage.register.knowledge import FirmName


def wire() -> None:
    """Called once, when the framework is ready: from then on a record of a firm opens its sheet."""
    figures.name_units("legal_unit_id", firms)
    figures.name_units("establishment_id", establishments)


def firms(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    """Firms by the name everybody may read, each with its sheet."""
    return _named(register.names_of_legal_units(ids), "observatory:enterprise")


def establishments(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    """Establishments by the name everybody may read, each with the sheet of its firm."""
    return _named(register.names_of_establishments(ids), "observatory:establishment")


def _named(names: Mapping[int, FirmName], page: str) -> dict[Any, Name]:
    return {
        row: Name(str(firm.key), firm.label, reverse(page, kwargs={"key": firm.key}))
        for row, firm in names.items()
    }
