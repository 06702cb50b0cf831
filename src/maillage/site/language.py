"""Which language a reader is answered in: the one they chose here, else the one of the instance."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from maillage.accounts import identity


class ChosenLanguage:
    """Reads the language from the reader's own choice (a cookie), never from the browser's settings.

    French is the language of the conventions and of those who sign them, unless the founders of the
    instance chose English; the other one is one tap away on every page and is then remembered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the chosen language, and say which one it is."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        own = identity.current().language or settings.LANGUAGE_CODE
        language = chosen if chosen in dict(settings.LANGUAGES) else own
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
