"""The proof line under a convention: which rule, how many acts read, what was set aside, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maillage import figures
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
    read = _acts_read(page) if page.reading.opens and answer.numerator is None else None
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


def _acts_read(page: Dashboard) -> int | None:
    head = page.head
    if head is None:
        return None
    live = page.reading.asked.at is None
    return figures.rows_read(head.answer.question, None if live else page.text.as_of)
