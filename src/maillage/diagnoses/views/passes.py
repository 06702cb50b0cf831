"""A diagnosis: made, read, completed, cancelled, handed over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import identity, journal, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.diagnoses import actions, needs, permissions, readings, report
from maillage.diagnoses.forms import (
    CancelForm,
    CloseForm,
    CorrectForm,
    ListForm,
    PassForm,
    StepForm,
    initial_of,
)
from maillage.diagnoses.models import RESOURCE, Pass, PassQuerySet, PlanStep, Questionnaire
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.places import Spread
from maillage.register.models import Establishment
from maillage.ui import reports
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response
from maillage.ui.forms import Form

PAGE = 20


def passes(request: ActorRequest) -> HttpResponse:
    """The diagnoses to be made again, or all of them."""
    form, spread = _asked(request)
    context = {
        "form": form,
        "state": form.asked()["state"],
        "spread": spread,
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "map": spread.on_map(_("Diagnoses by commune"), identity.current().territory),
        "today": clock.today(),
        "may": permissions.can_diagnose(request.actor),
        "may_edit": permissions.can_edit_questionnaires(request.actor),
    }
    return render(request, "diagnoses/passes.html", context)


def passes_csv(request: ActorRequest) -> HttpResponse:
    """The same list, whole, as a table."""
    header, rows = readings.as_csv(_asked(request)[1].rows)
    name = _("diagnoses")
    return csv_response(f"{name}.csv", header, rows)


def _asked(request: ActorRequest) -> tuple[ListForm, Spread[PassQuerySet]]:
    """The filters of the address, and the diagnoses that it lists as they spread over communes."""
    given = request.GET.dict()
    form = ListForm(given, offered=readings.questionnaires_in_use(request.actor))
    rows = readings.listed(request.actor, **form.asked())
    return form, Spread(rows, "establishment__commune", given)


def new_pass(request: ActorRequest, key: UUID) -> HttpResponse:
    """Make a diagnosis of a firm: choose the questionnaire where there are several, then a tile an answer."""
    firm = _firm_of(key)
    offered = readings.questionnaires_in_use(request.actor)
    chosen = _chosen(request, offered)
    if chosen is None:
        return render(request, "diagnoses/choose.html", {"firm": firm, "offered": offered})
    form = kept.bind(request, PassForm, document=chosen.document)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.record_pass(
                establishment=firm, questionnaire=chosen, facts=form.facts(), by=request.actor,
                once=str(form.cleaned_data["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("Diagnosis recorded: %(firm)s.") % {"firm": firm.display_name}
            )
            return redirect("diagnoses:pass", key=found.key)
    context = {"firm": firm, "questionnaire": chosen, "offered": offered}
    return _answer(request, "diagnoses/new.html", form, **context)


def _firm_of(key: UUID) -> Establishment:
    """A firm that a load tells of; one added by hand and matched since is the firm of the register."""
    places = Establishment.objects.select_related("legal_unit", "reconciled_to__legal_unit")
    place = get_object_or_404(places, key=key)
    firm = place.reconciled_to or place
    if not Establishment.objects.known().filter(pk=firm.pk).exists():
        raise Http404
    return firm


def _chosen(request: ActorRequest, offered: list[Questionnaire]) -> Questionnaire | None:
    """The version that the address names, of those in use; the only one when there is one."""
    asked = request.GET.get("questionnaire", "")
    named = [one for one in offered if str(one.key) == asked]
    if not named and asked:
        # Sent from a page opened before a new version was published: the one that was shown is answered.
        every = Questionnaire.objects.visible_to(request.actor).filter(published_at__isnull=False)
        named = [one for one in every if str(one.key) == asked]
    return named[0] if named else offered[0] if len(offered) == 1 and not asked else None


def one_pass(request: ActorRequest, key: UUID) -> HttpResponse:
    """The result beside the one before, the plan, and when to come back."""
    actor = request.actor
    found = get_visible_or_404(readings.readable(), actor, key=key)
    if actor.has(Role.AUDITOR):
        firm = found.establishment.legal_unit.key
        journal.read(actor, RESOURCE, found.key, firm, gettext_noop("Audit"))
    context = {
        "found": found,
        "result": readings.result(found, actor),
        "may_follow": permissions.can_follow_plan(actor, found),
        "may_correct": permissions.can_correct_pass(actor, found),
        "may_read_note": permissions.can_read_note(actor, found),
        "steps": _plan(found, actor),
        "step_form": StepForm(document=found.document, initial={"due_on": found.again_on}),
        "close_form": CloseForm(auto_id=False),
        "again_url": _again_url(found) if permissions.can_diagnose(actor) else "",
    }
    return render(request, "diagnoses/pass.html", context)


def _plan(found: Pass, actor: Actor) -> list[dict[str, object]]:
    titles = {axis.code: str(axis.title) for axis in found.document.axes}
    steps: list[PlanStep] = list(
        found.steps.select_related("of__questionnaire", "of__establishment")
    )
    opened = needs.opened(steps, actor)
    return [
        {
            "step": step,
            "axis": titles.get(step.axis, step.axis),
            "state": report.state(step),
            "need": opened.get(str(step.key)),
            "need_url": needs.address(step, actor),
        }
        for step in steps
    ]


def _again_url(found: Pass) -> str:
    """Where the same questionnaire is put again to the same firm, in the version of today."""
    return reverse("diagnoses:again", kwargs={"key": found.key})


def again(request: ActorRequest, key: UUID) -> HttpResponse:
    """Go to the same questionnaire for the same firm, in its last version."""
    found = get_visible_or_404(readings.readable(), request.actor, key=key)
    offered = readings.questionnaires_in_use(request.actor)
    same = next((one for one in offered if one.code == found.questionnaire.code), None)
    address = reverse("diagnoses:new_pass", kwargs={"key": found.establishment.key})
    return redirect(f"{address}?questionnaire={same.key}" if same else address)


def correct_pass(request: ActorRequest, key: UUID) -> HttpResponse:
    """Complete a diagnosis or set it right, with the reason; a stale edit shows both texts."""
    found = _own(request, key)
    if not permissions.can_correct_pass(request.actor, found):
        messages.info(
            request, _("Only who made the diagnosis, or the service manager, changes it.")
        )
        return redirect("diagnoses:pass", key=key)
    form = kept.bind(request, CorrectForm, document=found.document, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason", "version")}
        try:
            actions.correct_pass(found=found, facts=form.facts(), by=request.actor, **given)
        except Conflict:
            return _both_texts(request, form, key)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("diagnoses:pass", key=key)
    return _answer(request, "diagnoses/correct.html", form, found=found)


def _both_texts(request: ActorRequest, form: CorrectForm, key: UUID) -> HttpResponse:
    now = _own(request, key)
    back = reverse("diagnoses:correct_pass", kwargs={"key": key})
    return stale_edit(request, form, current=initial_of(now), version=now.version, back=back)


def cancel_pass(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel one's own diagnosis, with the reason."""
    found = _own(request, key)
    form = kept.bind(request, CancelForm)
    if request.method == "POST" and form.is_valid():
        actions.cancel_pass(found=found, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("The diagnosis is cancelled: it counts no more."))
        return redirect("diagnoses:pass", key=key)
    return _answer(request, "diagnoses/cancel.html", form, found=found)


def handed(request: ActorRequest, key: UUID) -> HttpResponse:
    """What is handed to the artisan, as a page."""
    paper = _paper(request, key)
    context = {"report": paper, "body": reports.fragment(paper), "key": key}
    return render(request, "diagnoses/handed.html", context)


def handed_pdf(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same as a tagged PDF."""
    return reports.pdf_response(_paper(request, key), f"diagnostic-{key}.pdf")


def _paper(request: ActorRequest, key: UUID) -> reports.Report:
    found = _own(request, key)
    note = found.note if permissions.can_read_note(request.actor, found) else ""
    return report.report(readings.result(found, request.actor), note=note)


def _own(request: ActorRequest, key: UUID) -> Pass:
    own = readings.readable().filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
