"""Every answer that is not the page asked for: what happened, why, what to do, a reference to quote."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from maillage.accounts import kept
from maillage.kernel.errors import Conflict, Invalid, NotAllowed, Refusal

logger = logging.getLogger(__name__)

# The database is away, or another writer held it longer than we wait: the request may come again.
OUTAGES = (OperationalError, InterfaceError)
RETRY_SECONDS = 10
STATUS_OF: Mapping[type[Refusal], int] = {NotAllowed: 403, Conflict: 409, Invalid: 422}

# status: (what happened, what to do)
_WORDS = {
    400: (
        _("This request cannot be read"),
        _("Go back, check what was typed or pasted, and send it again."),
    ),
    403: (
        _("This is not open to you"),
        _(
            "Sign in with the account that has this right, or ask your organisation's administrator."
        ),
    ),
    404: (
        _("This page does not exist, or is not yours to see"),
        _("Check the address, or start again from the home page."),
    ),
    405: (
        _("This page does not answer that kind of request"),
        _("Start again from the home page."),
    ),
    409: (_("Somebody changed this meanwhile"), _("Go back, read the present text, and decide.")),
    413: (
        _("This is too large to be taken"),
        _("Go back, shorten what was typed or send a smaller file."),
    ),
    422: (_("This cannot be taken as it is"), _("Go back and correct what is named below.")),
    429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
    500: (
        _("Something broke on our side"),
        _("Try again; if it lasts, quote the reference below."),
    ),
    503: (_("Maillage is not available just now"), _("Nothing was lost. Try again in a moment.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One answer other than the page asked for."""

    status: int
    reason: object = ""
    remedy: object = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    reference: str = field(default_factory=lambda: secrets.token_hex(4).upper())

    @property
    def title(self) -> object:
        """What happened, in a line."""
        return _WORDS[self.status][0]

    @property
    def advice(self) -> object:
        """What to do about it."""
        return self.remedy or _WORDS[self.status][1]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or JSON for a program; a fragment's request gets the whole page in its place."""
        response: HttpResponse
        if request.headers.get("Accept", "").startswith("application/json"):
            response = JsonResponse(
                {
                    "status": self.status,
                    "title": str(self.title),
                    "reason": str(self.reason),
                    "remedy": str(self.advice),
                    "fields": {name: str(words) for name, words in self.fields.items()},
                    "reference": self.reference,
                },
                status=self.status,
            )
        else:
            response = HttpResponse(self._page(request), status=self.status)
        if request.headers.get("HX-Request"):
            response["HX-Retarget"] = "body"
        if self.status == 503:
            response["Retry-After"] = str(RETRY_SECONDS)
        return response

    def _page(self, request: HttpRequest) -> str:
        context = {
            "trouble": self,
            "title": self.title,
            "what": self.reason,
            "remedy": self.advice,
            "reference": self.reference,
            "demo": getattr(request, "demo", None),
        }
        # Without an actor (the request was refused before it had one), or without a database, the
        # navigation cannot be drawn: the plain page needs neither.
        if self.status < 500 and hasattr(request, "actor"):
            try:
                return render_to_string("site/trouble.html", context, request)
            except OUTAGES:
                logger.exception("No database to draw an error page, reference %s", self.reference)
        return render_to_string("site/trouble_plain.html", context)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to an action that was not carried out: 403, 409 or 422."""
    status = next((s for kind, s in STATUS_OF.items() if isinstance(refusal, kind)), 422)
    return Trouble(
        status=status,
        reason=refusal.reason,
        remedy=refusal.remedy,
        fields=getattr(refusal, "fields", {}),
    ).answer(request)


def unavailable(request: HttpRequest, outage: BaseException) -> HttpResponse:
    """The database did not answer: say so, and when to come back."""
    trouble = Trouble(status=503)
    logger.error("The database did not answer, reference %s", trouble.reference, exc_info=outage)
    return trouble.answer(request)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the framework's door for suspicious or malformed requests; 413 for one too large to be read."""
    if isinstance(exception, RequestDataTooBig):
        most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        reason = _("What is typed in a form holds in %(most)s.") % {"most": most}
        return Trouble(status=413, reason=reason).answer(request)
    return Trouble(status=400).answer(request)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the framework's door for a permission denied."""
    return Trouble(status=403).answer(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no such page, or somebody else's; the two are not told apart."""
    return Trouble(status=404).answer(request)


def crashed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; 503 when the fault is that the database did not answer."""
    fault = sys.exc_info()[1]
    if isinstance(fault, OUTAGES):
        return unavailable(request, fault)
    trouble = Trouble(status=500)
    logger.error("%s, reference %s", type(fault).__name__, trouble.reference)
    return trouble.answer(request)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's seal does not match: its text goes on to the person, unless it came from elsewhere (403)."""
    if answer := kept.unsealed(request):
        return answer
    return Trouble(
        status=403,
        reason=_("This form was opened in another session, or too long ago."),
        remedy=_("Go back, copy what you typed, reload the page and send it again."),
    ).answer(request)
