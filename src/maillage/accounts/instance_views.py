"""Pages about the instance itself: its partners, its first steps, its look."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts import founding, identity, kept, partners, permissions, retaining, steps
from maillage.accounts.actors import ActorRequest
from maillage.accounts.forms import IdentityForm, OrganisationForm
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.runs import RetentionRun
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.ui import accent

RUNS = 30
A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=300"
# A logo opened alone is a document of this host: it may load and run nothing.
ALONE = "default-src 'none'; sandbox"


def organisations(request: ActorRequest) -> HttpResponse:
    """The partners of the instance."""
    context = {
        "organisations": partners.with_administrators(),
        "administers": request.actor.has(Role.ADMINISTRATOR),
        "in_charge": permissions.is_in_charge(request.actor),
        "owner": identity.current().organisation_id,
    }
    return render(request, "accounts/organisations.html", context)


def add_organisation(request: ActorRequest) -> HttpResponse:
    """A partner joins."""
    form = kept.bind(request, OrganisationForm)
    if request.method == "POST" and form.is_valid():
        given = {"named": form.named(), "key": form.cleaned_data["once"]}
        try:
            added = partners.add_organisation(by=request.actor, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s joined.") % {"name": added.name})
            return redirect("accounts:organisations")
    return _organisation_form(request, form, _("Add an organisation"))


def rename_organisation(request: ActorRequest, key: UUID) -> HttpResponse:
    """An organisation is named otherwise."""
    organisation = get_object_or_404(Organisation, key=key)
    if not permissions.can_edit_organisation(request.actor, organisation):
        raise Http404
    form = kept.bind(request, OrganisationForm, initial=partners.named(organisation))
    if request.method == "POST" and form.is_valid():
        how = form.named()
        try:
            partners.rename_organisation(organisation=organisation, named=how, by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The organisation is named so from now on."))
            return redirect("accounts:organisations")
    return _organisation_form(request, form, _("Name an organisation"))


def _organisation_form(request: HttpRequest, form: OrganisationForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    status = 422 if form.errors else 200
    return render(request, "accounts/organisation_form.html", context, status=status)


def first_steps(request: ActorRequest) -> HttpResponse:
    """What there is to do at first, each line read from what is really there."""
    lines = steps.read(request.actor)
    context = {"lines": lines, "done": sum(line.found.done for line in lines)}
    return render(request, "accounts/first_steps.html", context)


def retention(request: ActorRequest) -> HttpResponse:
    """How long each thing is kept, what the rules meet today, and what they met before."""
    runs = RetentionRun.objects.select_related("by")[:RUNS]
    context = {"models": retaining.told(), "runs": [(run, retaining.met(run)) for run in runs]}
    return render(request, "accounts/retention.html", context)


def set_identity(request: ActorRequest) -> HttpResponse:
    """The look of the instance, for the organisation in charge of it."""
    face = identity.current()
    form = kept.bind(request, IdentityForm, initial=asdict(face))
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["territory"]
        try:
            founding.set_identity(territory=place, look=form.look(), by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The instance looks so from now on."))
            return redirect("accounts:identity")
    mine = permissions.is_in_charge(request.actor)
    context = {"form": form, "place": _place(face.territory), "face": face, "in_charge": mine}
    status = 422 if form.errors else 200
    return render(request, "accounts/identity.html", context, status=status)


def _place(key: str) -> places.Perimeter | None:
    """The territory as it is today; nothing when none was chosen or it is no more."""
    try:
        return places.perimeter(key, clock.today()) if key else None
    except places.UnknownTerritory:
        return None


def colours(request: HttpRequest) -> HttpResponse:
    """The style sheet of the instance's own colour; empty when it has the product's."""
    chosen = identity.current().accent
    response = HttpResponse(accent.style(chosen) if chosen else "", content_type="text/css")
    return _public(response, request, version=chosen[1:])


def logo(request: HttpRequest) -> HttpResponse:
    """The logo, as a file that everybody may keep; the product's mark when there is none."""
    data, kind = identity.logo()
    if not data:
        return redirect(static("ui/mark.svg"))
    response = HttpResponse(data, content_type=kind)
    response["Content-Security-Policy"] = ALONE
    response["Content-Disposition"] = "inline"
    return _public(response, request, version=identity.current().logo_digest[:12])


def _public(response: HttpResponse, request: HttpRequest, *, version: str) -> HttpResponse:
    """Kept for good under the address of this very version, asked again soon under any other."""
    same = version and request.GET.get("v") == version
    response["Cache-Control"] = A_YEAR if same else ASK_AGAIN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
