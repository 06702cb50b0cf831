"""What somebody was typing when their session ended is kept, and given back after they sign in.

The middleware keeps the text of a refused POST in the anonymous session, and so does the page of a form
whose seal is gone with its cookies. A view gets it back through `kept.bind(request, FormClass)`, which
any form view can use in place of building its form itself.

It is given back to the person who typed it: a browser remembers, under our signature, who signed in last.
Somebody else who signs in on the same browser finds it gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from maillage.accounts import limits, policy

if TYPE_CHECKING:
    from maillage.accounts.models import Person
    from maillage.accounts.policy import Entry

F = TypeVar("F", bound=forms.BaseForm)

KEY = "accounts.kept"
LARGEST = 64_000
LAST_PERSON = "last_person"
REMEMBERED_SECONDS = 30 * 24 * 3600
# The seal of the form, and what opens an account. The pages of sign-in are open to everybody: none of
# their fields ever comes here.
SEAL, SECRET = "csrfmiddlewaretoken", "password"


def keep(request: HttpRequest, entry: Entry) -> str:
    """Where to come back to after signing in; what was typed in a POST is kept for that page."""
    if request.method != "POST":
        return request.get_full_path()
    page = request.get_full_path() if "GET" in entry.rules else _came_from(request)
    typed = request.POST.copy()
    for name in list(typed):
        if name == SEAL or SECRET in name.lower():
            del typed[name]
    text = typed.urlencode()
    if text and len(text) <= LARGEST and _may_keep(request):
        request.session[KEY] = {"page": urlsplit(page).path, "typed": text, "by": _author(request)}
        if not _signed_in(request):
            messages.info(request, _("What you typed is kept: sign in to find it again."))
    return page


def _signed_in(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))


def _author(request: HttpRequest) -> str:
    """Who types: who is signed in, else who signed in last on this browser, as far as it remembers."""
    person = getattr(getattr(request, "user", None), "key", None)
    if person is not None:
        return str(person)
    return request.get_signed_cookie(LAST_PERSON, default="", max_age=REMEMBERED_SECONDS) or ""


def unsealed(request: HttpRequest) -> HttpResponse | None:
    """Where a form of ours goes on whose seal does not match: its cookie was lost, or somebody signed
    in again in another window. Its text is kept; nothing is done with it until it is sent anew.

    None for a form that came from elsewhere: nobody types into our pages from another site.
    """
    entry = policy.entry_of(getattr(request.resolver_match, "func", None))
    rule = entry.rules.get("POST") if entry else None
    if entry is None or rule is None or rule.is_public or not _is_ours(request):
        return None
    page = keep(request, entry)
    if not _signed_in(request):
        return redirect_to_login(page, resolve_url("account_login"))
    if KEY not in request.session:
        messages.warning(request, _("Nothing was done: this page was opened before you signed in."))
    return HttpResponseRedirect(page)


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form was sent from a page of this host."""
    sent_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(sent_from)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def signed_in(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Somebody signed in: what another person had typed goes, and this browser remembers who it is."""
    _of(request, str(person.key))
    response.set_signed_cookie(
        LAST_PERSON,
        str(person.key),
        max_age=REMEMBERED_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def _of(request: HttpRequest, person: str) -> Any:
    """The text that waits for this person; that of anybody else is forgotten at once."""
    waiting = request.session.get(KEY)
    if waiting and waiting.get("by") not in {None, "", person}:
        del request.session[KEY]
        return None
    return waiting


def _may_keep(request: HttpRequest) -> bool:
    """Nobody fills the table of sessions by posting to closed doors."""
    return limits.spend("kept", limits.address_of(request), limits.KEPT_TEXTS_PER_ADDRESS)


def _came_from(request: HttpRequest) -> str:
    """The page that showed the form, when the browser says so and it is one of ours."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before the session ended; given back once."""
    waiting = _of(request, str(getattr(getattr(request, "user", None), "key", "")))
    if request.method != "GET" or not waiting or waiting["page"] != request.path:
        return None
    del request.session[KEY]
    messages.info(
        request, _("Your session had ended. What you had typed is below: check and save.")
    )
    return QueryDict(waiting["typed"])


def initial(request: HttpRequest) -> dict[str, Any]:
    """The same as `initial=` of a form: one value a field, a list where several were chosen."""
    typed = typed_before(request) or QueryDict()
    return {name: given if len(given) > 1 else given[0] for name, given in typed.lists()}


def bind(
    request: HttpRequest,
    form_class: type[F],
    *,
    initial: dict[str, Any] | None = None,
    **kwargs: Any,
) -> F:
    """The form of a request: with what was posted, else with what was kept, else fresh."""
    if request.method == "POST":
        return form_class(data=request.POST, files=request.FILES, initial=initial, **kwargs)
    form = form_class(initial=initial, **kwargs)
    typed = typed_before(request)
    if typed is not None:
        for name, field in form.fields.items():
            given = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
            if given not in (None, "", []):
                form.initial[name] = given
    return form
