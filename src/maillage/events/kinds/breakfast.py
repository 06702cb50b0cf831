"""A breakfast where artisans meet those who can help them."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="breakfast", words=Words(fr="Petit-déjeuner", en="Breakfast"))
