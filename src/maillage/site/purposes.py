"""The links that the composition root writes: an invitation to join an organisation."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from maillage import post
from maillage.accounts import inviting, kept
from maillage.accounts.actors import Actor
from maillage.accounts.invitations import LASTING, Invitation
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words
from maillage.post import links
from maillage.post.models import Link

JOIN = "site.join"


def _of(link: Link) -> Invitation | None:
    every = Invitation.objects.unscoped(reason="whoever holds the link holds the invitation")
    return every.select_related("organisation").filter(key=link.subject).first()


def _offer(link: Link) -> str:
    """Whose invitation it is, to do what."""
    offered = _of(link)
    if offered is None:
        return ""
    words = {"organisation": offered.organisation.name, "role": offered.get_role_display()}
    return _("%(organisation)s: %(role)s") % words


@links.purpose(
    JOIN,
    title=Words(fr="Rejoindre cette organisation ?", en="Join this organisation?"),
    button=Words(fr="Rejoindre", en="Join"),
    done=Words(
        fr="Cette invitation a été acceptée. Connectez-vous.",
        en="This invitation was accepted. Sign in.",
    ),
    detail=_offer,
)
def join(link: Link, request: HttpRequest) -> HttpResponseBase:
    """They join and are signed in, as a code sent to the same address would have done."""
    offered = _of(link)
    if offered is None:
        raise Conflict(_("This invitation was used, withdrawn or is too old."))
    membership = inviting.accept(invitation=offered)
    person: Any = membership.person
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = redirect("/" if person.has_usable_password() else "account_set_password")
    kept.signed_in(request, response, person)
    return response


def write(invitation: Invitation, by: Actor) -> None:
    """Send the link, once; those of former invitations of the same address open nothing any more."""
    subject = str(invitation.key)
    if Link.objects.filter(purpose=JOIN, subject=subject).exists():
        return  # the same form, sent twice
    every = Invitation.objects.unscoped(reason="whoever invited: what was withdrawn opens nothing")
    for one in every.filter(organisation=invitation.organisation).exclude(revoked_at=None):
        links.revoke(JOIN, subject=str(one.key))
    address = links.make(JOIN, subject=subject, lasting=LASTING, language=invitation.language)
    post.send(
        to=invitation.email,
        template="site/invitation_mail.html",
        context={"invitation": invitation, "address": address, "inviter": by.person},
        once=f"invitation:{subject}",
        language=invitation.language,
        by=by,
    )
