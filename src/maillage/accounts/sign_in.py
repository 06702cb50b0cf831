"""Signing in by e-mail code or by password: what we change in django-allauth.

Accounts are opened by an administrator, never by oneself. The same answer is given whether an address
is known or not, after the same work. Attempts are limited per account and per address.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept, limits
from maillage.accounts.middleware import memberships_of
from maillage.accounts.models import Person

SILENT = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The rules of sign-in of the product."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never: an administrator opens accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the guess before the password reaches the hash."""
        account = str(credentials.get("email", ""))
        if not self.may_try("sign-in", account, limits.GUESSES_PER_ACCOUNT, request):
            raise self.validation_error("too_many_login_attempts")

    def may_try(self, bucket: str, account: str, rate: limits.Rate, request: HttpRequest) -> bool:
        """Whether one more attempt is allowed for this account, and from this address."""
        address = limits.address_of(request)
        return limits.spend("address", address, limits.GUESSES_PER_ADDRESS) and limits.spend(
            bucket, account, rate
        )

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """A person whom no membership lets act is told so instead of being signed in."""
        if user.is_active and memberships_of(user.pk):
            answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
            return answer
        return self.respond_user_inactive(request, user)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """A browser that has chosen no language speaks the person's."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        kept.signed_in(request, response, user)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:  # noqa: ARG002
        """Back to the sign-in page, with whom to ask."""
        messages.warning(request, _("Your access has ended. Ask your administrator."))
        return HttpResponseRedirect(reverse("account_login"))

    def is_safe_url(self, url: str | None) -> bool:
        """Only pages of this very host: no open redirect after signing in."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())

    def format_email_subject(self, subject: str) -> str:
        """The product's name first."""
        return f"Maillage – {subject}"

    def get_from_email(self) -> str:
        """The instance's own address."""
        return identity.current().sender or settings.DEFAULT_FROM_EMAIL

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what changed, not that signing in worked: the page shows it."""
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)


class RequestCodeForm(theirs.RequestLoginCodeForm):  # type: ignore[misc]
    """Asking for a code: limited; an unknown address gets a message too, so both take the same time."""

    def clean_email(self) -> str:
        """Limited per account and address; an unknown address is written to as a known one is."""
        typed = str(self.cleaned_data["email"])
        _limit("sign-in-code", typed, limits.CODES_PER_ACCOUNT)
        return str(super().clean_email())


class ResetPasswordForm(theirs.ResetPasswordForm):  # type: ignore[misc]
    """Asking for a link to choose a new password: limited in the same way."""

    def clean_email(self) -> str:
        """Limited per account and address."""
        _limit("password-reset", str(self.cleaned_data["email"]), limits.RESETS_PER_ACCOUNT)
        return str(super().clean_email())


def _limit(bucket: str, account: str, rate: limits.Rate) -> None:
    adapter = get_adapter()
    if not adapter.may_try(bucket, account, rate, context.request):
        raise adapter.validation_error("too_many_login_attempts")
