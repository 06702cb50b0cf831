"""Routes of signing in: django-allauth's views, mounted one by one under the names it knows them by.

They carry no namespace, because allauth reverses them without one.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import register_converter
from django.urls.converters import StringConverter

from maillage.accounts import policy
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, route


class UserPart(StringConverter):
    """The part of a reset link that names the account."""

    regex = "[0-9A-Za-z]+"


register_converter(UserPart, "account")

SIGN_IN = policy.term("sign_in", fr="Connexion", en="Signing in")
PASSWORD = policy.term("password", fr="Son mot de passe", en="One's password")

_see = Rule("read", SIGN_IN, EVERYONE)
_do = Rule("use", SIGN_IN, EVERYONE)
_see_reset = Rule("read", PASSWORD, EVERYONE)
_reset = Rule("edit", PASSWORD, EVERYONE)
_see_own = Rule("read", PASSWORD, SIGNED_IN)
_own = Rule("edit", PASSWORD, SIGNED_IN)

urlpatterns = [
    route("connexion/", views.login, name="account_login", get=_see, post=_do),
    route(
        "connexion/code/",
        views.request_login_code,
        name="account_request_login_code",
        get=_see,
        post=_do,
    ),
    route(
        "connexion/code/saisie/",
        views.confirm_login_code,
        name="account_confirm_login_code",
        get=_see,
        post=_do,
    ),
    route("connexion/compte/", views.signup, name="account_signup", get=_see),
    route("deconnexion/", views.logout, name="account_logout", get=_see, post=_do),
    route(
        "compte/mot-de-passe/",
        views.password_change,
        name="account_change_password",
        get=_see_own,
        post=_own,
    ),
    route(
        "compte/mot-de-passe/premier/",
        views.password_set,
        name="account_set_password",
        get=_see_own,
        post=_own,
    ),
    route(
        "mot-de-passe/",
        views.password_reset,
        name="account_reset_password",
        get=_see_reset,
        post=_reset,
    ),
    route(
        "mot-de-passe/envoye/",
        views.password_reset_done,
        name="account_reset_password_done",
        get=_see_reset,
    ),
    route(
        "mot-de-passe/<account:uidb36>-<path:key>/",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
        maker="reset_link",
        get=_see_reset,
        post=_reset,
    ),
    route(
        "mot-de-passe/change/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
        get=_see_reset,
    ),
]
