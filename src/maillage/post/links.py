"""Signed links: an address that opens one thing to whoever holds it.

Looking never consumes (mail scanners and previews look), pressing the button does, once. Each package
declares in its `purposes.py` what its links are for; what its function is handed is the link, never
the rights of whoever happens to be signed in on that browser.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.post.models import Link

BYTES = 24  # 192 bits
ALONE = "post:link"  # the page of one button

Use = Callable[[Link, HttpRequest], HttpResponseBase | None]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for: what its page asks, what its button says, what is done, what is said then."""

    name: str
    title: Words
    button: Words
    done: Words
    use: Use
    detail: Callable[[Link], str] | None = None
    # A page of its own, looked at as often as one wishes: the name of its route, which takes the token.
    page: str = ALONE
    # Mail programs press the button from their own servers (RFC 8058): other sites may, too.
    one_click: bool = False


_purposes: dict[str, Purpose] = {}


def purpose(name: str, **words: Any) -> Callable[[Use], Use]:
    """Declare what links of this name do: the function runs once, in a transaction, when one is used.

    It may answer with a page of its own, and refuses as actions do: a refused link is not consumed.
    """

    def declared(use: Use) -> Use:
        _purposes[name] = Purpose(name, use=use, **words)
        return use

    return declared


def purpose_of(link: Link) -> Purpose:
    """What the link is for."""
    return _purposes[link.purpose]


def make(
    purpose: str, *, subject: str, lasting: timedelta, language: str = "fr", most_uses: int = 1
) -> str:
    """A new link about this subject, as the address to write in a message; it is told this once.

    One that opens a page of its own is looked at, never used up.

    Raises:
        KeyError: nobody declared the purpose.
    """
    token = secrets.token_urlsafe(BYTES)
    Link.objects.create(
        digest=_digest(token),
        purpose=_purposes[purpose].name,
        subject=subject,
        language=language,
        expires_at=clock.real_now() + lasting,
        most_uses=most_uses,
    )
    page = _purposes[purpose].page
    return urljoin(settings.ADDRESS, reverse(page, kwargs={"token": token}))


def revoke(purpose: str, *, subject: str) -> int:
    """From now on no link about this subject opens anything; says how many were closed."""
    standing = Link.objects.filter(purpose=purpose, subject=subject, revoked_at=None)
    return standing.update(revoked_at=clock.real_now())


def find(token: str) -> Link | None:
    """The link of this secret while it stands; one that is unknown, expired or revoked is none."""
    standing = Link.objects.filter(
        digest=_digest(token), revoked_at=None, expires_at__gt=clock.real_now()
    )
    return standing.filter(purpose__in=_purposes).first()


def use(link: Link, request: HttpRequest) -> HttpResponseBase | None:
    """Do what the link is for, unless it was used as often as it may be: then nothing more happens."""
    unused = Link.objects.filter(pk=link.pk, uses__lt=F("most_uses"), revoked_at=None)
    with transaction.atomic():
        if not unused.update(uses=F("uses") + 1, used_at=clock.real_now()):
            return None
        return purpose_of(link).use(link, request)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
