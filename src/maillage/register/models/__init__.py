"""What the register keeps: firms and their places, what was known of them and when, and each load."""

from maillage.intake.models import Load, Reject
from maillage.register.models.belongings import Belonging
from maillage.register.models.crafts import CraftList
from maillage.register.models.erasures import Erasure
from maillage.register.models.firms import Establishment, LegalUnit
from maillage.register.models.history import Period
from maillage.register.models.journal import PendingChange
from maillage.register.models.own import FirmAccess, FirmRequest, Objection
from maillage.register.models.successions import SuccessionLink
from maillage.register.models.time import RESTING, Source, Spell

__all__ = [
    "RESTING",
    "Belonging",
    "CraftList",
    "Erasure",
    "Establishment",
    "FirmAccess",
    "FirmRequest",
    "LegalUnit",
    "Load",
    "Objection",
    "PendingChange",
    "Period",
    "Reject",
    "Source",
    "Spell",
    "SuccessionLink",
]
