"""Pages of the instance itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from maillage.site import health as instance


@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the instance works, for the machine that watches over it."""
    status, body = instance.report()
    return JsonResponse(body, status=status)
