"""What visits follow: the versions in use and before, the draft of the next one."""

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
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, permissions
from maillage.outreach.forms.grid import GuideForm
from maillage.outreach.models import Guide
from maillage.ui.conflict import stale_edit


def guides(request: ActorRequest) -> HttpResponse:
    """Every version of the grid and of the points of one's organisation."""
    rows = list(Guide.objects.visible_to(request.actor))
    kinds = [
        {"kind": kind, "rows": [row for row in rows if row.kind == kind]} for kind in Guide.Kind
    ]
    context = {"kinds": kinds, "may": permissions.can_edit_guides(request.actor)}
    return render(request, "outreach/guides.html", context)


def begin(request: ActorRequest, kind: str) -> HttpResponse:
    """Start the draft of the next version, or of the first one from what ships with the product."""
    if kind not in Guide.Kind.values:
        raise Http404
    draft = actions.begin_guide(kind=kind, by=request.actor)
    return redirect("outreach:edit_guide", key=draft.key)


def guide(request: ActorRequest, key: UUID) -> HttpResponse:
    """One version as it is asked or weighed."""
    found = _own(request, key)
    context = {"found": found, "may": permissions.can_edit_guides(request.actor, found)}
    return render(request, "outreach/guide.html", context)


def edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write a draft; every problem of its text is told with its line."""
    draft = _own(request, key)
    if not draft.is_draft:
        messages.info(request, _("A published version never changes."))
        return redirect("outreach:guide", key=key)
    form = kept.bind(request, GuideForm, initial={"text": draft.text, "version": draft.version})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite_guide(guide=draft, by=request.actor, **form.cleaned_data)
        except TextRefused as refusal:
            problems = _told(refusal)
            form.add_error("text", _("The text has problems: see their lines above."))
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict:
            return _both_texts(request, form, key)
        else:
            return redirect("outreach:guide", key=key)
    context = {"form": form, "found": draft, "problems": problems}
    return render(request, "outreach/guide_edit.html", context, status=422 if form.errors else 200)


def _told(refusal: TextRefused) -> list[str]:
    return [
        _("line %(line)s, column %(column)s: %(said)s")
        % {"line": one.line, "column": one.column, "said": one.said}
        for one in refusal.problems
    ]


def _both_texts(request: ActorRequest, form: GuideForm, key: UUID) -> HttpResponse:
    now = _own(request, key)
    back = reverse("outreach:edit_guide", kwargs={"key": key})
    return stale_edit(request, form, current={"text": now.text}, version=now.version, back=back)


def publish(request: ActorRequest, key: UUID) -> HttpResponse:
    """Put a draft into use, for good."""
    found = _own(request, key)
    try:
        actions.publish_guide(guide=found, by=request.actor)
    except TextRefused as refusal:
        messages.warning(request, " ".join(_told(refusal)))
        return redirect("outreach:edit_guide", key=key)
    messages.success(request, _("Published: visits made from now on follow this version."))
    return redirect("outreach:guide", key=key)


def drop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Give a draft up."""
    actions.drop_guide(guide=_own(request, key), by=request.actor)
    messages.success(request, _("The draft is given up."))
    return redirect("outreach:guides")


def _own(request: ActorRequest, key: UUID) -> Guide:
    held = Guide.objects.select_related("organisation", "published_by")
    return get_visible_or_404(held, request.actor, key=key)
