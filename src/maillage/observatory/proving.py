"""The line that lets anybody check a figure: rule, version, acts read, duplicates set aside, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maillage.figures import Answer, Definition
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class ProofLine:
    """What `ui/proof.html` says of a figure."""

    indicator: Definition
    version: int
    as_of: datetime
    read: int | None
    aside: int
    data_as_of: date | None
    note: Words | None


def proved(answer: Answer, read: int | None, n: int | None) -> ProofLine:
    """The proof of an answer: what was read beyond the units counted was set aside."""
    return ProofLine(
        indicator=answer.definition,
        version=answer.definition.version,
        as_of=answer.as_of,
        read=read,
        aside=max(0, read - n) if read is not None and n is not None else 0,
        data_as_of=answer.data_as_of,
        note=answer.note,
    )
