"""The tree of themes: the version in force, those before, the draft of the next one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import themes
from maillage.ledger.themes import Tree
from maillage.needs import actions
from maillage.needs.forms.trees import (
    FamilyForm,
    PublishForm,
    ThemeForm,
    WordsForm,
    initial_of_family,
    initial_of_theme,
)
from maillage.needs.models import ThemeTree
from maillage.needs.permissions import can_edit_themes
from maillage.needs.tree import document, editing, kept as remembered, touching
from maillage.ui.conflict import stale_edit

Writing = Callable[..., HttpResponse]


def _written_by_who_may(view: Writing) -> Writing:
    """Hands the draft to who administers the instance; the others, and all when there is none, go to the tree."""

    @wraps(view)
    def opened(request: ActorRequest, **named: str) -> HttpResponse:
        if not can_edit_themes(request.actor):
            told = _("An administrator of the organisation in charge edits the themes.")
            messages.warning(request, told)
            return redirect("needs:trees")
        found = ThemeTree.objects.draft()
        return view(request, found, **named) if found else redirect("needs:trees")

    return opened


def trees(request: ActorRequest) -> HttpResponse:
    """The tree in force, and every version of it."""
    context = {
        "tree": themes.tree(),
        "versions": ThemeTree.objects.published().select_related("published_by"),
        "draft": ThemeTree.objects.draft(),
        "may": can_edit_themes(request.actor),
    }
    return render(request, "needs/tree/trees.html", context)


def version(request: ActorRequest, number: int) -> HttpResponse:
    """One version, and what it changed in the one before."""
    every = remembered.versions()
    found = next((one for one in every if one.number == number), None)
    if found is None:
        raise Http404
    before = every[every.index(found) - 1] if found.number > document.FIRST else found
    row = ThemeTree.objects.published().select_related("published_by").filter(number=number)
    changes = [(one, ()) for one in editing.differences(before, found)]
    context = {"tree": found, "row": row.first(), "changes": changes}
    return render(request, "needs/tree/version.html", context)


def begin(request: ActorRequest) -> HttpResponse:
    """Start the draft of the next version."""
    if can_edit_themes(request.actor):
        actions.begin_tree(by=request.actor)
    return redirect("needs:draft_tree")


@_written_by_who_may
def draft(request: ActorRequest, found: ThemeTree) -> HttpResponse:
    """The draft: what it holds, what it would change and what that touches; its publication."""
    form = kept.bind(request, PublishForm, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_tree(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Published: this tree is the one in force."))
            return redirect("needs:trees")
    context = {"form": form, "found": found, **_told(found)}
    return render(request, "needs/tree/draft.html", context, status=422 if form.errors else 200)


def _told(found: ThemeTree) -> dict[str, object]:
    """A draft beside the version in force, each change with what it touches."""
    tree, before, uses = _tree(found), themes.tree(), touching.uses()
    changes = editing.differences(before, tree)
    return {
        "tree": tree,
        "changes": [(one, uses[one.code].said if one.code in uses else []) for one in changes],
        "published": set(before.themes),
    }


@_written_by_who_may
def family(request: ActorRequest, found: ThemeTree, code: str = "") -> HttpResponse:
    """A family of the draft, or a new one."""
    tree = _tree(found)
    if code and code not in {one.code for one in tree.families}:
        raise Http404
    initial = {**initial_of_family(tree, code), "version": found.version}
    form = kept.bind(request, FamilyForm, initial=initial, tree=tree, held=code)
    return _written(request, form, code)


@_written_by_who_may
def theme(request: ActorRequest, found: ThemeTree, code: str = "") -> HttpResponse:
    """A theme of the draft, or a new one."""
    tree = _tree(found)
    if code and code not in tree.themes:
        raise Http404
    told = initial_of_theme(tree, code, request.GET.get("famille", ""))
    form = kept.bind(
        request, ThemeForm, initial={**told, "version": found.version}, tree=tree, held=code
    )
    return _written(request, form, code)


def _written(request: ActorRequest, form: WordsForm, code: str) -> HttpResponse:
    """Put what was typed into the draft, or show the form."""
    if request.method == "POST" and form.is_valid():
        try:
            _put(request, form, is_new=not code)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict:
            return _both(request, form, code)
        else:
            return redirect("needs:draft_tree")
    context = {"form": form, "code": code, "is_theme": isinstance(form, ThemeForm)}
    return render(request, "needs/tree/form.html", context, status=422 if form.errors else 200)


def _both(request: ActorRequest, form: WordsForm, code: str) -> HttpResponse:
    """Somebody changed the draft meanwhile: what was typed beside what it says now."""
    found = ThemeTree.objects.draft()
    if found is None:
        return redirect("needs:trees")
    tree = _tree(found)
    if isinstance(form, ThemeForm):
        now = initial_of_theme(tree, code, str(form.cleaned_data["family"]))
    else:
        now = initial_of_family(tree, code)
    return stale_edit(
        request, form, current=now, version=found.version, back=reverse("needs:draft_tree")
    )


def _put(request: ActorRequest, form: WordsForm, *, is_new: bool) -> None:
    given = form.cleaned_data
    if isinstance(form, ThemeForm):
        actions.put_theme(
            branch=form.branch(), is_new=is_new, version=given["version"], by=request.actor
        )
        return
    actions.put_family(
        code=given["code"], words=form.words(), place=given["place"], is_new=is_new,
        version=given["version"], by=request.actor,
    )  # fmt: skip


@_written_by_who_may
def take_out(request: ActorRequest, found: ThemeTree, code: str) -> HttpResponse:
    """A theme that was never published, or an empty family, leaves the draft."""
    try:
        actions.take_out(code=code, version=found.version, by=request.actor)
    except Invalid as refusal:
        messages.warning(request, str(refusal))
    return redirect("needs:draft_tree")


@_written_by_who_may
def drop(request: ActorRequest, _found: ThemeTree) -> HttpResponse:
    """Give the draft up."""
    actions.drop_tree(by=request.actor)
    messages.success(request, _("The draft is given up."))
    return redirect("needs:trees")


def _tree(found: ThemeTree) -> Tree:
    return document.read(found.families, found.number)
