"""An assembly day (assises): a programme of round tables and workshops that keep what was said."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(code="assembly", words=Words(fr="Assises", en="Assembly day"), workshops=True)
