"""Conventions, the versions of their text, what happens to them, and the money charged to their actions."""

from maillage.conventions.models.conventions import Convention
from maillage.conventions.models.money import Charge, Entry
from maillage.conventions.models.rows import (
    Action,
    Axis,
    BudgetLine,
    Deliberation,
    Party,
    Target,
)
from maillage.conventions.models.turns import Turn
from maillage.conventions.models.versions import Version

__all__ = [
    "Action",
    "Axis",
    "BudgetLine",
    "Charge",
    "Convention",
    "Deliberation",
    "Entry",
    "Party",
    "Target",
    "Turn",
    "Version",
]
