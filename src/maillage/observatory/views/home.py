"""The first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.observatory import homes


def home(request: ActorRequest) -> HttpResponse:
    """What a person finds first, by role."""
    return render(request, "observatory/home.html", {"home": homes.of(request.actor)})
