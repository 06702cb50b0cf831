"""The period that a page of figures reads, as its address says it."""

from __future__ import annotations

from django.http import HttpRequest

from maillage.kernel import clock
from maillage.kernel.periods import Period


def period_of(request: HttpRequest) -> Period:
    """The period of the address; this year until today when it says none, or nothing that is one."""
    try:
        return Period.parse(request.GET.get("periode", ""))
    except ValueError:
        today = clock.today()
        return Period(today.replace(month=1, day=1), today)
