"""Questionnaires: those in use, their versions, and the draft of the next one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.text.problems import TextRefused
from maillage.diagnoses import actions, parsing
from maillage.diagnoses.forms import TextForm
from maillage.diagnoses.models import MACHINE, Questionnaire
from maillage.diagnoses.permissions import can_edit_questionnaires
from maillage.kernel.errors import Conflict, Invalid
from maillage.ui.conflict import stale_edit


def questionnaires(request: ActorRequest) -> HttpResponse:
    """Every version that one may read, and what ships with the product and is not here yet."""
    held = Questionnaire.objects.visible_to(request.actor).select_related("organisation")
    rows = list(held.order_by("code", "-number"))
    every = Questionnaire.objects.visible_to(MACHINE)
    taken = set(every.values_list("code", flat=True))
    shipped = {
        code: parsing.document_of(text)
        for code, text in parsing.library().items()
        if code not in taken
    }
    context = {
        "rows": rows,
        "shipped": shipped,
        "may": can_edit_questionnaires(request.actor),
    }
    return render(request, "diagnoses/questionnaires.html", context)


def take(request: ActorRequest, code: str) -> HttpResponse:
    """Bring a questionnaire that ships with the product, as a draft of one's organisation."""
    shipped = parsing.library()
    if code not in shipped:
        raise Http404
    draft = actions.bring(text=shipped[code], by=request.actor, file=f"{code}.toml")
    return redirect("diagnoses:questionnaire", key=draft.key)


def bring(request: ActorRequest) -> HttpResponse:
    """Bring a questionnaire by its text, as a draft; a known code of one's own makes its next version."""
    form = kept.bind(request, TextForm, initial={"version": 0})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.bring(text=form.cleaned_data["text"], by=request.actor)
        except TextRefused as refusal:
            problems = _told(refusal)
            form.add_error("text", _("The text has problems: see their lines above."))
        else:
            return redirect("diagnoses:questionnaire", key=draft.key)
    context = {"form": form, "problems": problems}
    return render(request, "diagnoses/edit.html", context, status=422 if form.errors else 200)


def questionnaire(request: ActorRequest, key: UUID) -> HttpResponse:
    """One version as it is asked: axes, questions, points, advice."""
    held = Questionnaire.objects.select_related("organisation", "published_by")
    found = get_visible_or_404(held, request.actor, key=key)
    context = {"found": found, "may": can_edit_questionnaires(request.actor, found)}
    return render(request, "diagnoses/questionnaire.html", context)


def begin_version(request: ActorRequest, key: UUID) -> HttpResponse:
    """Start the draft of the next version."""
    draft = actions.begin_version(found=_own(request, key), by=request.actor)
    return redirect("diagnoses:edit_questionnaire", key=draft.key)


def edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write a draft; every problem of its text is told with its line."""
    draft = _own(request, key)
    if not draft.is_draft:
        messages.info(request, _("A published version never changes."))
        return redirect("diagnoses:questionnaire", key=key)
    initial = {"text": draft.text, "version": draft.version}
    form = kept.bind(request, TextForm, initial=initial)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite(found=draft, by=request.actor, **form.cleaned_data)
        except TextRefused as refusal:
            problems = _told(refusal)
            form.add_error("text", _("The text has problems: see their lines above."))
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict:
            return _both_texts(request, form, key)
        else:
            return redirect("diagnoses:questionnaire", key=key)
    context = {"form": form, "found": draft, "problems": problems}
    return render(request, "diagnoses/edit.html", context, status=422 if form.errors else 200)


def _told(refusal: TextRefused) -> list[str]:
    return [
        _("line %(line)s, column %(column)s: %(said)s")
        % {"line": one.line, "column": one.column, "said": one.said}
        for one in refusal.problems
    ]


def _both_texts(request: ActorRequest, form: TextForm, key: UUID) -> HttpResponse:
    now = _own(request, key)
    back = reverse("diagnoses:edit_questionnaire", kwargs={"key": key})
    current = {"text": now.text}
    return stale_edit(request, form, current=current, version=now.version, back=back)


def publish(request: ActorRequest, key: UUID) -> HttpResponse:
    """Put a draft into use, for good."""
    actions.publish(found=_own(request, key), by=request.actor)
    messages.success(request, _("Published: diagnoses made from now on follow this version."))
    return redirect("diagnoses:questionnaire", key=key)


def drop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Give a draft up."""
    actions.drop_draft(found=_own(request, key), by=request.actor)
    messages.success(request, _("The draft is given up."))
    return redirect("diagnoses:questionnaires")


def _own(request: ActorRequest, key: UUID) -> Questionnaire:
    own = Questionnaire.objects.filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)
