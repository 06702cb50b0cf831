"""What was typed when somebody else was quicker: both texts are shown, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.conventions.forms.sections import Section
from maillage.conventions.forms.texts import LineForm
from maillage.conventions.models import Convention, Version
from maillage.conventions.models.rows import Row
from maillage.kernel.errors import Conflict


def both(
    request: ActorRequest,
    context: dict[str, Any],
    form: LineForm,
    row: Row | Version | None,
    refusal: Conflict,
) -> HttpResponse:
    """A colleague saved first: saving again writes what was typed over what is saved now."""
    signed = Version.objects.signed().filter(pk=form.text.pk).exists()
    if row is None or signed:
        return overtaken(request, context["convention"], type(form), refusal, row)
    row.refresh_from_db()
    typed = request.POST.copy()
    typed["version"] = str(row.edition)
    form.data = typed
    context["both"] = _differing(form, row)
    return render(request, "conventions/form.html", context, status=409)


def overtaken(
    request: ActorRequest,
    convention: Convention,
    form_class: type[LineForm],
    refusal: Conflict,
    now: Row | Version | None = None,
) -> HttpResponse:
    """The text was signed, or the line struck out: what was typed can no longer be saved here."""
    version = now.version if isinstance(now, Row) else now or convention.versions.last()
    if version is None:
        raise Http404
    context = {
        "convention": convention,
        "title": _("Your change came too late"),
        "refusal": refusal,
        "both": _differing(form_class(request.POST, version=version), now),
        "draft": convention.versions.drafts().exists(),
    }
    return render(request, "conventions/overtaken.html", context, status=409)


def line_of(convention: Convention, kind: Section, pk: int | None) -> Row | None:
    """The line as it stands in whichever version holds it."""
    rows = kind.model._default_manager.filter(version__convention=convention)  # noqa: SLF001
    return rows.filter(pk=pk).select_related("version").first()


def _differing(form: LineForm, row: Row | Version | None) -> list[tuple[Any, str, str]]:
    """Each part whose saved and typed texts are not the same."""
    initial = type(form).initial_of(row) if row is not None else {}
    saved = type(form)(initial=initial, version=form.text)
    pairs = [
        (
            bound.label,
            _shown(bound.initial, bound.field),
            _shown(form[bound.name].value(), bound.field),
        )
        for bound in saved.visible_fields()
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _shown(value: Any, field: Any) -> str:
    """A value as people read it: the names of what was chosen, not their keys."""
    if value in (None, "", [], False):
        return ""
    offered = getattr(field, "choices", ())
    choices = {str(getattr(key, "value", key)): str(words) for key, words in offered}
    many = value if isinstance(value, list | tuple) else [value]
    keys = [str(getattr(item, "pk", item)) for item in many]
    if choices:
        return ", ".join(choices.get(key, key) for key in keys)
    return str(field.prepare_value(value))
