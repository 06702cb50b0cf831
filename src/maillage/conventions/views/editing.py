"""A draft edited line by line, signed, amended; a stale edit shows both texts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.actions import texts
from maillage.conventions.forms.texts import (
    SECTIONS,
    ConventionForm,
    HeadForm,
    LineForm,
    Section,
    SignForm,
)
from maillage.conventions.models import Convention, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.readings import with_text
from maillage.conventions.text.problems import TextRefused
from maillage.conventions.tree import tree_of
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid


def create(request: ActorRequest) -> HttpResponse:
    """Open a convention with an empty draft."""
    form = kept.bind(request, ConventionForm)
    if request.method == "POST" and form.is_valid():
        try:
            convention = texts.create_convention(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:edit", convention.slug)
    context = {"form": form, "title": _("Prepare a convention"), "button": _("Open the draft")}
    return _page(request, "conventions/form.html", context)


def edit(request: ActorRequest, slug: str) -> HttpResponse:
    """The draft with a way into each of its lines."""
    version = _draft(request, slug)
    whole = with_text(Version.objects.filter(pk=version.pk)).get()
    context = {
        "convention": version.convention,
        "tree": tree_of(whole, {}, clock.today()),
        "sections": [
            (name, section, _ordered(list(getattr(whole, name).all())))
            for name, section in SECTIONS.items()
        ],
    }
    return render(request, "conventions/edit.html", context)


def head(request: ActorRequest, slug: str) -> HttpResponse:
    """What the draft says of itself."""
    version = _draft(request, slug)
    form = kept.bind(request, HeadForm, version=version, initial=HeadForm.initial_of(version))
    context = {"convention": version.convention, "form": form, "title": _("Dates and amount")}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["version"]
        try:
            texts.edit_head(version=version, values=form.values(), edition=given, by=request.actor)
        except Conflict:
            return _stale(request, context, form, version)
        return redirect("conventions:edit", slug)
    return _page(request, "conventions/form.html", context)


def line(request: ActorRequest, slug: str, section: str, pk: int | None = None) -> HttpResponse:
    """Add a line to the draft, or change one."""
    version, kind = _draft(request, slug), _section(section)
    row = _row(kind, version, pk)
    initial = kind.form.initial_of(row) if row else request.GET.dict()
    form = kept.bind(request, kind.form, version=version, adds=row is None, initial=initial)
    context = {"convention": version.convention, "form": form, "title": kind.one}
    if row is not None:
        context["remove"] = {"section": section, "pk": pk}
    if request.method == "POST" and form.is_valid():
        try:
            _save_line(request, version, kind, pk, form)
        except Conflict:
            return _stale(request, context, form, row)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:edit", slug)
    return _page(request, "conventions/form.html", context)


def raise_line(request: ActorRequest, slug: str, section: str, pk: int) -> HttpResponse:
    """Put a line of the draft before its neighbour."""
    return _moved(request, slug, section, pk, down=False)


def lower_line(request: ActorRequest, slug: str, section: str, pk: int) -> HttpResponse:
    """Put a line of the draft after its neighbour."""
    return _moved(request, slug, section, pk, down=True)


def remove(request: ActorRequest, slug: str, section: str, pk: int) -> HttpResponse:
    """Strike a line out of the draft."""
    version, kind = _draft(request, slug), _section(section)
    texts.remove_line(version=version, model=kind.model, pk=pk, by=request.actor)
    messages.success(request, _("The line is struck out."))
    return redirect("conventions:edit", slug)


def sign(request: ActorRequest, slug: str) -> HttpResponse:
    """Sign the draft: it binds and no longer changes."""
    version = _draft(request, slug)
    form = kept.bind(request, SignForm, initial={"signed_on": version.signed_on})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            texts.sign(version=version, by=request.actor, **form.cleaned_data)
        except TextRefused as refusal:
            problems = [f"{p.where} : {p.reason} {p.remedy}" for p in refusal.problems]
        else:
            messages.success(request, _("The text is signed."))
            return redirect("conventions:text", slug)
    context = {"convention": version.convention, "form": form, "problems": problems}
    context |= {"title": _("Sign the text"), "button": _("Sign: the text no longer changes")}
    return _page(request, "conventions/form.html", context, refused=bool(problems))


def amend(request: ActorRequest, slug: str) -> HttpResponse:
    """Prepare an amendment, copied from the last signed text."""
    convention = get_visible_or_404(_kept_by(request), request.actor, slug=slug)
    texts.amend(convention=convention, by=request.actor)
    return redirect("conventions:edit", slug)


def _ordered(rows: list[Row]) -> list[tuple[Row, bool, bool]]:
    """Each line, whether another of its place stands before it, and after it."""
    places = [row.place for row in rows]
    return [
        (row, row.place in places[:at], row.place in places[at + 1 :])
        for at, row in enumerate(rows)
    ]


def _moved(request: ActorRequest, slug: str, section: str, pk: int, *, down: bool) -> HttpResponse:
    version, kind = _draft(request, slug), _section(section)
    texts.move_line(version=version, model=kind.model, pk=pk, down=down, by=request.actor)
    return redirect(f"{reverse('conventions:edit', args=[slug])}#{section}-{pk}")


def _save_line(
    request: ActorRequest, version: Version, kind: Section, pk: int | None, form: LineForm
) -> None:
    texts.edit_line(
        version=version,
        model=kind.model,
        pk=pk,
        values=form.values(),
        by=request.actor,
        **form.sending(),
    )


def _kept_by(request: ActorRequest) -> Any:
    return Convention.objects.filter(keeper_id=request.actor.organisation_id)


def _draft(request: ActorRequest, slug: str) -> Version:
    convention = get_visible_or_404(_kept_by(request), request.actor, slug=slug)
    version = convention.versions.drafts().order_by("-number").first()
    if version is None:
        raise Http404
    return version  # type: ignore[no-any-return]


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise Http404
    return SECTIONS[name]


def _row(kind: Section, version: Version, pk: int | None) -> Row | None:
    if pk is None:
        return None
    return get_object_or_404(kind.model._default_manager, version=version, pk=pk)  # noqa: SLF001


def _stale(
    request: ActorRequest, context: dict[str, Any], form: LineForm, row: Row | Version | None
) -> HttpResponse:
    """Both texts: what is saved now, and what was typed, which saving again would write over it."""
    if row is None:
        raise Http404
    row.refresh_from_db()
    now = type(form)(initial=type(form).initial_of(row), version=form.text)
    pairs = [
        (bound.label, bound.initial, form[bound.name].value()) for bound in now.visible_fields()
    ]
    typed = request.POST.copy()
    typed["version"] = str(row.edition)
    form.data = typed
    context["both"] = [pair for pair in pairs if str(pair[1] or "") != str(pair[2] or "")]
    return render(request, "conventions/form.html", context, status=409)


def _page(
    request: ActorRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    status = 422 if refused or context["form"].errors else 200
    return render(request, template, context, status=status)
