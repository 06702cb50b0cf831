"""Where a figure opens: addresses carry the whole question, so that they can be shared and read again.

`periode=A..B`, `au=` the instant at which it is read, `convention=` its permanent address, `par=` and
`dans=` a breakdown and one of its parts, `liste=` one of the two lists of a rate, `apres=` where the
page begins; every other key is a dimension of the filter.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from maillage.figures import Question
from maillage.kernel.clock import PARIS

PERIOD, AT, CONVENTION, BY, GROUP, PART, AFTER = (
    "periode",
    "au",
    "convention",
    "par",
    "dans",
    "liste",
    "apres",
)


def records_url(
    question: Question, at: datetime | None = None, part: str = "", group: str | None = None
) -> str:
    """The shareable address of the records behind a figure: same version, filter, period and as-of."""
    return figure_url(question, at, part, group, page="observatory:records")


def figure_url(
    question: Question,
    at: datetime | None = None,
    part: str = "",
    group: str | None = None,
    *,
    page: str = "observatory:figure",
) -> str:
    """The same question on another page of the figure."""
    asked = {
        PERIOD: str(question.period) if question.period else "",
        AT: at.astimezone(PARIS).isoformat() if at else "",
        PART: part,
        BY: question.by,
    }
    pairs = [(name, value) for name, value in asked.items() if value]
    if group is not None:
        pairs.append((GROUP, group))
    query = "&".join(filter(None, [question.filter.to_query(), urlencode(pairs)]))
    address = reverse(page, args=[question.definition.reference])
    return f"{address}?{query}" if query else address
