"""The plan of a diagnosis: one more step, one done, one dropped, one taken up again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.diagnoses import actions, needs, readings
from maillage.diagnoses.forms import CloseForm, StepForm
from maillage.diagnoses.models import PlanStep
from maillage.kernel.errors import Invalid
from maillage.ledger import themes
from maillage.needs.forms.needs import NeedForm
from maillage.needs.vocabulary import Origin


def add_step(request: ActorRequest, key: UUID) -> HttpResponse:
    """Agree on one more thing to do."""
    own = readings.readable().filter(organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own, request.actor, key=key)
    form = kept.bind(request, StepForm, document=found.document, initial={"due_on": found.again_on})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("axis", "wording", "due_on")}
        once = str(form.cleaned_data["once"])
        try:
            actions.add_step(of=found, by=request.actor, once=once, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return _back(found.key)
    status = 422 if form.errors else 200
    return render(request, "diagnoses/step.html", {"form": form, "found": found}, status=status)


def open_need(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down the need that a step leads to; opened already, it is shown."""
    step = _own(request, key)
    form = kept.bind(request, NeedForm, initial={"theme": themes.followed(step.theme)})
    already = needs.opened([step], request.actor).get(str(step.key))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            need = actions.open_need(
                step=step, asked=form.asked(request.LANGUAGE_CODE[:2]), origin=Origin(given["origin"]),
                agreed=given["agreed"], by=request.actor, once=str(given["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("needs:need", key=need.key)
    elif already:
        return redirect("needs:need", key=already.key)
    context = {"form": form, "firm": step.of.establishment}
    return render(request, "needs/need_form.html", context, status=422 if form.errors else 200)


def _own(request: ActorRequest, key: UUID) -> PlanStep:
    own = PlanStep.objects.select_related("of__questionnaire", "of__establishment__legal_unit")
    own = own.filter(of__organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def close_step(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that a step is done, dropped, or to be done after all."""
    step = _own(request, key)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(request, step, form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The plan is up to date."))
            return _back(step.of.key)
    context = {"form": form, "step": step, "found": step.of}
    return render(request, "diagnoses/close.html", context, status=422 if form.errors else 200)


def _carry_out(request: ActorRequest, step: PlanStep, given: dict[str, object]) -> None:
    decision, by = request.POST.get("decision", ""), request.actor
    if decision == "done":
        on = given.get("on")
        if not isinstance(on, date):
            told = _("Choose a day since the diagnosis, today at the latest.")
            raise Invalid(told, fields={"on": told})
        actions.finish_step(step=step, on=on, by=by)
    elif decision == "drop":
        actions.drop_step(step=step, because=str(given.get("because", "")), by=by)
    elif decision == "again":
        actions.take_up_step(step=step, by=by)
    else:
        raise Invalid(_("Choose what became of the step."))


def _back(key: UUID) -> HttpResponse:
    return redirect(f"{reverse('diagnoses:pass', kwargs={'key': key})}#plan")
