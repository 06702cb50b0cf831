"""Pages of what comes in by file: the journal, a new load, its preview, its refused rows, its undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.intake import actions
from maillage.intake.declared import importers
from maillage.intake.forms import FilterForm, RowForm, UndoForm, UploadForm
from maillage.intake.listing import Listed
from maillage.intake.models import Load, Reject
from maillage.intake.permissions import can_load, can_undo_load
from maillage.intake.showing import (
    Shown,
    address_of,
    entry_rows,
    names_of,
    opens,
    reject_rows,
    shown,
)
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import Importer
from maillage.ui.csvout import csv_response

PER_PAGE = 20


def loads(request: ActorRequest) -> HttpResponse:
    """Everything that came in by file, the latest first."""
    form = FilterForm(request.GET or None)
    journal = _journal(request)
    if form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        journal = journal.filter(**wanted)
    page = Paginator(journal, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": shown(page),
        "sources": [
            (one, address_of(one)) for one in importers().values() if can_load(request.actor, one)
        ],
    }
    return render(request, "intake/loads.html", context)


def new(request: ActorRequest, source: str, *, own: bool) -> HttpResponse:
    """Give the files of one source."""
    importer = _importer(request, source, own=own)
    sent = request.method == "POST"
    form = UploadForm(importer, request.POST, request.FILES) if sent else UploadForm(importer)
    if sent and form.is_valid():
        files = [
            actions.Sent(s.name, form.cleaned_data[s.name].name, form.cleaned_data[s.name].chunks())
            for s in importer.slots
        ]
        once = str(form.cleaned_data["once"])
        try:
            load = actions.receive(
                source=source, files=files, given=form.given, by=request.actor, once=once
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect(Shown(load, importer).url)
    context = {"form": form, "importer": importer}
    return render(request, "intake/new.html", context, status=422 if form.errors else 200)


def load(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """One load: what it would do, how far it is, or what it did and refused."""
    found = _load(request, key, own=own)
    rejects = Paginator(found.load.rejects.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = _context(request, found) | {
        "rejects": rejects,
        "rows": reject_rows(list(rejects), found),
    }
    return render(request, "intake/load.html", context)


def listed(request: ActorRequest, key: UUID, kind: str, *, own: bool) -> HttpResponse:
    """The establishments that one count of a preview holds, by pages."""
    found = _load(request, key, own=own)
    if kind not in found.kinds or not opens(kind):
        raise Http404
    entries: Any = Listed(found.lists, kind) if found.lists.is_file() else []
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": found,
        "page": page,
        "kind": found.kinds[kind],
        "rows": entry_rows(page, found),
    }
    return render(request, "intake/listed.html", context)


def _context(request: ActorRequest, found: Shown) -> dict[str, Any]:
    may = can_undo_load(request.actor, found.load, found.importer)
    return {"shown": found, "load": found.load, "may": may, "who": names_of([found.load])}


def confirm(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """Apply what was previewed."""
    found = _load(request, key, own=own)
    actions.confirm(load=found.load, by=request.actor)
    messages.success(request, _("The worker applies it; this page says how far it is."))
    return redirect(found.url)


def abandon(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """Give up what was previewed."""
    found = _load(request, key, own=own)
    actions.abandon(load=found.load, by=request.actor)
    messages.success(request, _("Abandoned: nothing of it was applied."))
    return redirect(found.url)


def resume(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """Ask again for what a stopped worker left."""
    found = _load(request, key, own=own)
    actions.resume(load=found.load, by=request.actor)
    messages.success(request, _("The worker was asked again."))
    return redirect(found.url)


def undo(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """Undo a load, after it was asked why."""
    found = _load(request, key, own=own)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        actions.undo_load(load=found.load, because=because, by=request.actor)
        messages.success(request, _("The worker takes it back; this page says how far it is."))
        return redirect(found.url)
    context = _context(request, found) | {"form": form}
    return render(request, "intake/undo.html", context, status=422 if form.errors else 200)


def rejects(request: ActorRequest, key: UUID, *, own: bool) -> HttpResponse:
    """The refused rows as a file, each with its reason, to be set right and loaded again."""
    found = _load(request, key, own=own)
    header, rows = found.rejects_table()
    return csv_response(f"rejets-{found.load.pk}.csv", header, rows)


def correct(request: ActorRequest, key: UUID, number: int, *, own: bool) -> HttpResponse:
    """Set one refused row right."""
    found = _load(request, key, own=own)
    reject = get_object_or_404(Reject, load=found.load, pk=number)
    columns = {one.name: one for one in found.columns}
    form = RowForm(columns, reject.row, request.POST or None, at_fault=reject.column)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(reject=reject, row=form.cleaned_data, by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The row is taken."))
            return redirect(found.url)
    line = reject_rows([reject], found)[0]
    context = _context(request, found) | {"form": form, "line": line}
    return render(request, "intake/correct.html", context, status=422 if form.errors else 200)


def _journal(request: ActorRequest) -> Any:
    return Load.objects.readable_by(request.actor).filter(source__in=importers())


def _load(request: ActorRequest, key: UUID, *, own: bool) -> Shown:
    """A load that the reader may see, at the address of its sort."""
    found = get_object_or_404(_journal(request), key=key, organisation__isnull=not own)
    return shown([found])[0]


def _importer(request: ActorRequest, source: str, *, own: bool) -> Importer:
    importer = importers().get(source)
    if importer is None or importer.common is own or not can_load(request.actor, importer):
        raise Http404
    return importer
