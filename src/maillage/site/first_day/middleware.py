"""What each request knows of the instance: its look, and whether it has begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from maillage.accounts import identity
from maillage.accounts.actors import ActorRequest

Handler = Callable[[HttpRequest], HttpResponse]
# What answers on an empty instance: its first page, what a page is drawn with, what watches over it.
OPEN = frozenset(
    {"first_page", "health", "set_language", "ui:theme", "accounts:colours", "accounts:logo"}
)


class InstanceFace:
    """Puts `request.face` on every request: the instance's name, colour, logo and language."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, knowing how the instance looks."""
        request.face = identity.current()  # type: ignore[attr-defined]
        return self.get_response(request)


class FirstPage:
    """Leads a browser that opens an empty instance to its first page, whatever it asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what was asked for is known a little later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Somebody who signed in acts for an organisation: their instance has begun."""
        match = request.resolver_match
        if request.method != "GET" or match is None or match.view_name in OPEN:
            return None
        if cast("ActorRequest", request).actor.is_anonymous and identity.is_empty():
            return redirect("first_page")
        return None
