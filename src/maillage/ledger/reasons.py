"""Why acts are cancelled: codes that stand in reversing acts for good, in the words of the package that chose them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from maillage.kernel.text import Words

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Codes that the ledger itself writes: acts cancelled together, by a decision that has its own page.
UNDONE = "load_undone"
LATE_NEWS = "late_news"
_OWN = {
    UNDONE: Words("Chargement annulé", "Load undone"),
    LATE_NEWS: Words("Nouvelles tardives du registre", "Late news of the register"),
}
_declared: dict[tuple[str, str], Words | StrPromise] = {}


def declare(package: str, reasons: Mapping[str, Words | StrPromise]) -> None:
    """Make known why the acts caused by a package's records (`outreach.visit`) are cancelled.

    Raises:
        ValueError: the package gave other words for the same code.
    """
    for code, words in reasons.items():
        if _declared.setdefault((package, code), words) is not words:
            raise ValueError(f"the reason “{code}” of {package} is declared twice")


def words(source_model: str, code: str) -> str:
    """The reason in the reader's language; the code itself when nobody declared it."""
    return str(_OWN.get(code) or _declared.get((source_model.partition(".")[0], code)) or code)
