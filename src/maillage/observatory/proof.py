"""The proof line under a convention: which rule, how many acts read, what was set aside, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maillage.figures import Definition
from maillage.kernel.text import Words
from maillage.observatory.dashboard import Dashboard


@dataclass(frozen=True, slots=True)
class Proof:
    """What `ui/proof.html` says of a figure."""

    indicator: Definition
    version: int
    as_of: datetime
    read: int | None = None
    units: int | None = None
    aside: int = 0
    data_as_of: date | None = None
    note: Words | None = None


def proof(page: Dashboard) -> Proof | None:
    """The proof of the head promise; None for a convention that promises nothing."""
    head = page.head or (page.figures[0] if page.figures else None)
    if head is None:
        return None
    answer = head.answer
    # The months of the head promise count the acts on the way: nothing is asked for this line.
    seen = page.series.seen if page.series and page.reading.opens else None
    read = seen.rows if seen else None
    units = answer.n
    return Proof(
        indicator=answer.definition,
        version=answer.definition.version,
        as_of=page.text.as_of,
        read=read,
        units=units,
        aside=max(0, read - units) if read is not None and units is not None else 0,
        data_as_of=answer.data_as_of,
        note=answer.note,
    )
