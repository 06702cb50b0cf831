"""What every request passes through: readable text only, discreet answers, refusals told as pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Refusal
from maillage.site import errors

Handler = Callable[[HttpRequest], HttpResponse]
_NUL = "\0"
NO_SENSOR = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


class ReadableText:
    """Answers 400 to a NUL byte: no text holds one, and PostgreSQL refuses it deep inside a write."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on with a request whose every text can be written down."""
        if any(_NUL in text for text in _texts(request)):
            # Said once the language of the reader is known, which is decided further in.
            reason = _("It holds a NUL character, which no text has.")
            return errors.Trouble(status=400, reason=reason).answer(request)
        return self.get_response(request)


def _texts(request: HttpRequest) -> Iterable[str]:
    yield request.path
    yield from request.COOKIES.values()
    yield from _pairs(request.GET)
    if request.method == "POST":
        yield from _pairs(request.POST)


def _pairs(sent: QueryDict) -> Iterable[str]:
    for name, values in sent.lists():
        yield name
        yield from values


class Discretion:
    """Headers that keep pages to their reader: no copy on a shared machine, no sensor of the device."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; whatever the answer, an error page included, it carries them."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_SENSOR)
        actor = getattr(request, "actor", None)
        if actor is not None and not actor.is_anonymous:
            # What a partner may read is not left in a browser's cache for the next person at the desk.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class Refusals:
    """Turns what actions raise into pages: 403, 409, 422; a silent database into 503; 405 likewise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; an empty 405 gets its page."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = errors.Trouble(status=405).answer(request)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal or an outage; None leaves the fault to the 500 page."""
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, errors.OUTAGES):
            return errors.unavailable(request, exception)
        if isinstance(exception, IntegrityError) and "once" in request.POST:
            return self._once_more(request)
        return None

    def _once_more(self, request: HttpRequest) -> HttpResponse | None:
        """Ask again for a form of which a twin was being recorded at this very moment.

        Neither saw the other, and the key they share let one of them in. Nothing of this one was kept;
        asked now, it finds its twin and gives the same answer.
        """
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        match = request.resolver_match
        try:
            return match.func(request, *match.args, **match.kwargs) if match else None
        except (Refusal, *errors.OUTAGES) as fault:
            return self.process_exception(request, fault)
        except IntegrityError:
            return None
