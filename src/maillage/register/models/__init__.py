"""What the register keeps: firms and their places, what was known of them and when, and each load."""

from maillage.intake.models import Load, Reject
from maillage.register.models.erasures import Erasure
from maillage.register.models.firms import Establishment, LegalUnit
from maillage.register.models.journal import PendingChange
from maillage.register.models.time import Source, Spell

__all__ = [
    "Erasure",
    "Establishment",
    "LegalUnit",
    "Load",
    "PendingChange",
    "Reject",
    "Source",
    "Spell",
]
