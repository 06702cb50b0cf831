"""Who acts, read afresh at each request; what the policy does not declare is never served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from maillage.accounts import actors, kept, policy
from maillage.accounts.actors import ANONYMOUS, Actor, ActorRequest
from maillage.accounts.models import Membership

GetResponse = Callable[[HttpRequest], HttpResponse]
CHOSEN = "accounts.membership"


def memberships_of(person_id: int) -> Sequence[Membership]:
    """What a person may act as today; read from the database at each request, never remembered."""
    mine = Membership.objects.unscoped(reason="a person's own memberships decide who they act as")
    return list(mine.current().filter(person_id=person_id).select_related("person", "organisation"))


class ActorMiddleware:
    """Says who acts in `request.actor`. A leaver is signed out at the very next request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the actor, then go on."""
        cast("ActorRequest", request).actor = self._actor(request)
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor:
        if SESSION_KEY not in request.session:
            return ANONYMOUS
        current = memberships_of(request.user.pk) if request.user.is_authenticated else []
        if not current:
            request.session.flush()
            request.user = _nobody()
            messages.warning(request, _("Your access has ended. Ask your administrator."))
            return ANONYMOUS
        chosen = request.session.get(CHOSEN)
        return actors.of(next((m for m in current if m.pk == chosen), current[0]))


class PolicyMiddleware:
    """Applies the rule declared beside the route, before any view runs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the rule is applied once the route is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what is not declared, what needs signing in, what the role may not do."""
        entry = policy.entry_of(view)
        if entry is None:
            raise policy.UndeclaredRoute(f"{request.path} declares no policy")
        method = "GET" if request.method == "HEAD" else str(request.method)
        rule = entry.rules.get(method)
        if rule is None:
            return HttpResponseNotAllowed(sorted(entry.rules))
        actor = cast("ActorRequest", request).actor
        if rule.admits(actor):
            return None
        if actor.is_anonymous:
            return redirect_to_login(kept.keep(request, entry), resolve_url("account_login"))
        raise PermissionDenied


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()
