"""The menu: six entries at most, those of the role; the composition root alone knows every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import ActorRequest
from maillage.accounts.roles import Role

HOME = ("observatory:home", _("Home"))
CONVENTIONS = ("conventions:conventions", _("Conventions"))
FIRMS = ("register:search", _("Firms"))
FIGURES = ("observatory:figures", _("Figures"))
OBSERVATORIES = ("observatory:observatories", _("Observatories"))
DAY = ("outreach:my_day", _("My day"))
CAMPAIGNS = ("outreach:campaigns", _("Campaigns"))
NEEDS = ("needs:needs", _("Needs"))
REQUESTS = ("needs:referrals", _("Requests received"))
MONEY = ("conventions:entries", _("Payments"))
PEOPLE = ("accounts:organisation", _("Organisation"))
JOURNALS = ("accounts:journals", _("Journals"))

Page = tuple[str, Promise]

COMMON: tuple[Page, ...] = (HOME, CONVENTIONS, FIRMS, OBSERVATORIES, FIGURES)
BY_ROLE: dict[Role, tuple[Page, ...]] = {
    Role.ADVISER: (HOME, DAY, NEEDS, REQUESTS, FIRMS, FIGURES),
    Role.OFFICER: (HOME, CONVENTIONS, MONEY, CAMPAIGNS, FIRMS, FIGURES),
    Role.SERVICE_MANAGER: (HOME, CONVENTIONS, NEEDS, CAMPAIGNS, FIRMS, FIGURES),
    Role.EXPERT: (HOME, REQUESTS, NEEDS, FIRMS, FIGURES),
    Role.AUDITOR: (HOME, CONVENTIONS, MONEY, FIRMS, FIGURES, JOURNALS),
    Role.ADMINISTRATOR: (HOME, CONVENTIONS, FIRMS, FIGURES, PEOPLE, JOURNALS),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    label: Promise
    url: str
    current: bool


def entries(role: Role | None, path: str) -> list[Entry]:
    """The menu of a role, with the entry under which the present page stands."""
    pages = BY_ROLE.get(role, COMMON) if role else COMMON
    urls = [reverse(name) for name, _label in pages]
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    here = max(under, key=len, default="")
    return [Entry(label, url, url == here) for (_name, label), url in zip(pages, urls, strict=True)]


class Navigation:
    """Puts the menu on each request, once it is known who acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the entries, then go on."""
        role = cast("ActorRequest", request).actor.role
        request.navigation = entries(role, request.path)  # type: ignore[attr-defined]
        return self.get_response(request)
