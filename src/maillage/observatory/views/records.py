"""What a figure counted: a page, a table, data."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.figures import Definition
from maillage.observatory import inquiry, listing, published, reach, saying
from maillage.observatory.wording import written
from maillage.ui.csvout import csv_response


def records(request: ActorRequest, code: str) -> HttpResponse:
    """The units behind a figure, newest first, each with its acts."""
    definition = inquiry.definition_of(code)
    if not reach.is_asked(definition, request.actor):
        return _definition_only(request, definition)
    asked = inquiry.read(code, request.GET.dict(), request.actor)
    context: dict[str, Any] = {"asked": asked, "definition": asked.definition}
    if not asked.is_open:
        answer = asked.answer
        shown = written(answer.value, answer.definition.unit) if answer else ""
        context |= {"answer": answer, "shown": shown}
        return render(request, "observatory/records_closed.html", context)
    context |= {"list": listing.of(asked), "said": saying.filtered(asked.question)}
    return render(request, "observatory/records.html", context)


def _definition_only(request: ActorRequest, definition: Definition) -> HttpResponse:
    context = {"definition": definition, "published": published.of(definition)}
    return render(request, "observatory/records_closed.html", context)


def records_csv(request: ActorRequest, code: str) -> HttpResponse:
    """Every record of the figure, all pages, masked lines included."""
    asked = inquiry.read(code, request.GET.dict(), request.actor)
    return csv_response(f"{asked.definition.code}.csv", listing.header(asked), listing.rows(asked))


def records_json(request: ActorRequest, code: str) -> JsonResponse:
    """The same under the keys of the command `figure --records`."""
    asked = inquiry.read(code, request.GET.dict(), request.actor)
    return JsonResponse(listing.tells(asked), json_dumps_params={"ensure_ascii": False})
