"""The external series: which are loaded, from which files, and which file to ask for where none is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.intake.permissions import can_read_loads
from maillage.series.declared import every
from maillage.series.reading import files_of
from maillage.series.showing import load_address


def index(request: ActorRequest) -> HttpResponse:
    """Each series with the files that stand, the newest first, and what the newest revised."""
    files = files_of([one.code for one in every()])
    rows = [
        {
            "series": one,
            "files": files.get(one.code, []),
            "load_url": load_address(one, request.actor),
        }
        for one in every()
    ]
    context = {"rows": rows, "reads_loads": can_read_loads(request.actor)}
    return render(request, "series/index.html", context)
