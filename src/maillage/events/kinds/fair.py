"""A fair or trade show: firms are met at stands."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="fair", words=Words(fr="Salon", en="Fair"), stands=True)
