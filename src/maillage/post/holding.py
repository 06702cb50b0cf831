"""Pages for whoever holds a signed link: nobody is signed in, nothing else opens, nothing keeps the address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from maillage.accounts import limits
from maillage.kernel.errors import NotAllowed
from maillage.post import links

# A person mistypes; a program tries. Links that stand are never counted.
MISSES_PER_ADDRESS = limits.Rate(30)


def held(purpose: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., Any]]:
    """Make a view the page of the links of one purpose: it is handed the link in place of its token.

    The page is in the link's language. Who holds the link holds the right: no cookie of the browser opens
    anything, so that a form needs no seal, but none may be sent from another site.
    """

    def declared(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        @csrf_exempt
        @wraps(view)
        def page(request: HttpRequest, token: str, **named: Any) -> HttpResponseBase:
            link = links.find(token)
            if link is None or link.purpose != purpose:
                return sealed(no_link(request))
            with translation.override(link.language):
                refuse_other_sites(request)
                return sealed(view(request, link, token, **named), link.language)

        return page

    return declared


def no_link(request: HttpRequest) -> HttpResponse:
    """One same page for what is unknown, expired or revoked; then none, for whoever tries many."""
    is_allowed = limits.spend("links", limits.address_of(request), MISSES_PER_ADDRESS)
    context = {"is_allowed": is_allowed, "language": translation.get_language()}
    return render(request, "post/no_link.html", context, status=404 if is_allowed else 429)


def refuse_other_sites(request: HttpRequest, purpose: links.Purpose | None = None) -> None:
    """A browser says where a form was sent from: not from another site, unless one tap is enough.

    Raises:
        NotAllowed: it was sent from another site.
    """
    sent_from = request.headers.get("Sec-Fetch-Site") or _by_origin(request)
    one_click = purpose is not None and purpose.one_click
    if request.method == "POST" and not one_click and sent_from not in {"same-origin", "none"}:
        raise NotAllowed(_("This button was pressed from another site."))


def _by_origin(request: HttpRequest) -> str:
    """The same from a browser too old to say it: by the origin, which our own pages have it send as none.

    They tell no referrer, and a form of such a page has the origin `null` (Fetch, «serialize a request origin»).
    """
    own = f"{request.scheme}://{request.get_host()}"
    return "same-origin" if request.headers.get("Origin", own) in {own, "null"} else "cross-site"


def sealed(response: HttpResponseBase, language: str = "") -> HttpResponseBase:
    """The address is a secret: nobody further on is told it, nothing keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    if language:
        response["Content-Language"] = language
    return response
