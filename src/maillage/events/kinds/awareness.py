"""An awareness visit of a school or of students: how many young people came."""

from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

KIND = EventKind(
    code="awareness",
    words=Words(fr="Sensibilisation de jeunes", en="Awareness of young people"),
    young=True,
)
