"""How the kernel says no: what cannot be done, and what to do about it."""

from __future__ import annotations

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words


def refused(fr: str, en: str, remedy_fr: str = "", remedy_en: str = "") -> Invalid:
    """The refusal of an estimate, with its remedy."""
    remedy = Words(remedy_fr, remedy_en) if remedy_fr else ""
    return Invalid(Words(f"Enquête\u00a0: {fr}.", f"Survey: {en}."), remedy=remedy)
