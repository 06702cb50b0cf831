"""A lunch among artisans, with their elected colleagues."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="lunch", words=Words(fr="Déjeuner", en="Lunch"))
