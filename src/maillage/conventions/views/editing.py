"""A draft edited line by line, signed, amended; a stale edit shows both texts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.actions import texts
from maillage.conventions.forms.sections import SECTIONS, Section
from maillage.conventions.forms.texts import ConventionForm, HeadForm, LineForm, SignForm
from maillage.conventions.models import Convention, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.readings import with_text
from maillage.conventions.text.problems import TextRefused
from maillage.conventions.tree import tree_of
from maillage.conventions.views import stale
from maillage.conventions.views.pointing import Pointed, pointed
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
    try:
        version = _draft(request, slug)
    except Conflict as refusal:
        convention = _convention(request, slug)
        return stale.overtaken(request, convention, HeadForm, refusal, convention.versions.last())
    form = kept.bind(request, HeadForm, version=version, initial=HeadForm.initial_of(version))
    context = {"convention": version.convention, "form": form, "title": _("Dates and amount")}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["version"]
        try:
            texts.edit_head(version=version, values=form.values(), edition=given, by=request.actor)
        except Conflict as refusal:
            return stale.both(request, context, form, version, refusal)
        return redirect("conventions:edit", slug)
    return _page(request, "conventions/form.html", context)


def line(request: ActorRequest, slug: str, section: str, pk: int | None = None) -> HttpResponse:
    """Add a line to the draft, or change one."""
    kind = _section(section)
    try:
        version = _draft(request, slug)
        row = _row(request, kind, version, pk)
    except Conflict as refusal:
        convention = _convention(request, slug)
        held = stale.line_of(convention, kind, pk)
        return stale.overtaken(request, convention, kind.form, refusal, held)
    initial = kind.form.initial_of(row) if row else request.GET.dict()
    form = kept.bind(request, kind.form, version=version, adds=row is None, initial=initial)
    context = {"convention": version.convention, "form": form, "title": kind.one}
    context["remove"] = {"section": section, "pk": pk} if row else None
    if request.method == "POST" and form.is_valid():
        try:
            _save_line(request, version, kind, pk, form)
        except Conflict as refusal:
            return stale.both(request, context, form, row, refusal)
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
    problems: list[Pointed] = []
    if request.method == "POST" and form.is_valid():
        try:
            texts.sign(version=version, by=request.actor, **form.cleaned_data)
        except TextRefused as refusal:
            problems = [pointed(version, problem) for problem in refusal.problems]
        else:
            messages.success(request, _("The text is signed."))
            return redirect("conventions:text", slug)
    context = {"convention": version.convention, "form": form, "problems": problems}
    context |= {"title": _("Sign the text"), "button": _("Sign: the text no longer changes")}
    return _page(request, "conventions/form.html", context, refused=bool(problems))


def amend(request: ActorRequest, slug: str) -> HttpResponse:
    """Prepare an amendment, copied from the last signed text."""
    texts.amend(convention=_convention(request, slug), by=request.actor)
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


def _convention(request: ActorRequest, slug: str) -> Convention:
    own = Convention.objects.filter(keeper_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, slug=slug)


def _draft(request: ActorRequest, slug: str) -> Version:
    """The draft in hand; what was typed for one signed meanwhile is a conflict, never lost."""
    convention = _convention(request, slug)
    version = convention.versions.drafts().order_by("-number").first()
    if version is not None:
        return version
    if request.method == "POST" and convention.signed_at is not None:
        raise Conflict(
            _("This text was signed meanwhile: it no longer changes."),
            remedy=_("Prepare an amendment, then type this in it."),
        )
    raise Http404


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise Http404
    return SECTIONS[name]


def _row(request: ActorRequest, kind: Section, version: Version, pk: int | None) -> Row | None:
    if pk is None:
        return None
    row = kind.model._default_manager.filter(version=version, pk=pk).first()  # noqa: SLF001
    if row is None and request.method == "POST":
        raise Conflict(
            _("This line left the draft meanwhile."), remedy=_("Open the draft to add it again.")
        )
    if row is None:
        raise Http404
    return row


def _page(
    request: ActorRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    status = 422 if refused or context["form"].errors else 200
    return render(request, template, context, status=status)
