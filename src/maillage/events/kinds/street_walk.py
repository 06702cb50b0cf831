"""A street walked with an elected artisan and the mayor (mercredi de la proximité)."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="street_walk", words=Words(fr="Tournée de rue", en="Street walk"), walks=True)
