"""An assembly day (assises): round tables and workshops that bring the firms of a territory together."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="assembly", words=Words(fr="Assises", en="Assembly day"), workshops=True)
