"""Pages of the instance itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from maillage import __version__
from maillage.accounts.actors import ActorRequest
from maillage.intake.models import Load
from maillage.site import health as instance

LOADS = 5


@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the instance works, for the machine that watches over it."""
    status, body = instance.report()
    return JsonResponse(body, status=status)


@never_cache
def watch(request: ActorRequest) -> HttpResponse:
    """The same facts for administrators, and the last loads that they may read."""
    findings = instance.examine()
    context = {
        "findings": findings,
        "well": all(finding.well for finding in findings),
        "loads": Load.objects.readable_by(request.actor).order_by("-staged_at")[:LOADS],
        "version": __version__,
    }
    return render(request, "site/watch.html", context)
