"""What became of projects: steps, the firm that one became, the link taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions
from maillage.desks.forms.projects import LinkForm, StepForm
from maillage.desks.models import Project, Step
from maillage.kernel.errors import Conflict, Invalid
from maillage.register.models import Establishment


def add_step(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down what became of a project on a day."""
    found = _own(request, key)
    form = kept.bind(request, StepForm)
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            actions.note_step(project=found, by=request.actor, once=once, **form.given())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("desks:project", key=key)
    context = {"form": form, "project": found}
    return render(request, "desks/step.html", context, status=422 if form.errors else 200)


def take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that a step was not reached."""
    steps = Step.objects.filter(project__organisation_id=request.actor.organisation_id)
    step = get_visible_or_404(steps.select_related("project"), request.actor, key=key)
    actions.take_back_step(step=step, by=request.actor)
    messages.success(request, _("The step is taken back: it counts no more."))
    return redirect("desks:project", key=step.project.key)


def link(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say which firm of the register the project became."""
    found = _own(request, key)
    form = LinkForm(request.POST)
    if form.is_valid():
        firm = get_object_or_404(Establishment, key=form.cleaned_data["establishment"])
        try:
            actions.link_project(project=found, establishment=firm, by=request.actor)
        except (Invalid, Conflict) as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("Linked with %(firm)s: its sheet tells that it was met before it existed.")
            messages.success(request, said % {"firm": firm.display_name})
    return redirect("desks:project", key=key)


def unlink(request: ActorRequest, key: UUID) -> HttpResponse:
    """The firm was not born of this project."""
    actions.unlink_project(project=_own(request, key), by=request.actor)
    messages.success(request, _("The link is taken back. The timeline keeps both states."))
    return redirect("desks:project", key=key)


def _own(request: ActorRequest, key: UUID) -> Project:
    own = Project.objects.filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)
