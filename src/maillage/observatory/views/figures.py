"""All figures, and one figure: what it means, what it is worth, how it splits."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from maillage import figures
from maillage.accounts.actors import ActorRequest
from maillage.kernel.errors import Invalid
from maillage.observatory import breakdown, inquiry, published, reach, saying
from maillage.observatory.forms.figures import QuestionForm
from maillage.observatory.telling import told
from maillage.observatory.wording import opening, written
from maillage.ui.csvout import csv_response


def index(request: ActorRequest) -> HttpResponse:
    """Every indicator, with its code and who declares it."""
    return render(request, "observatory/figures.html", {"indicators": figures.REGISTRY.newest()})


def figure(request: ActorRequest, code: str) -> HttpResponse:
    """An indicator: its definition for everybody, its value for those who may ask."""
    definition = inquiry.definition_of(code)
    context: dict[str, Any] = {
        "definition": definition,
        "card": saying.defined(definition),
        "versions": sorted(figures.REGISTRY.versions[definition.code]),
        "expressions": saying.expressions(definition),
    }
    if not reach.is_asked(definition, request.actor):
        context["published"] = published.of(definition)
        return render(request, "observatory/figure.html", context)
    try:
        context |= _answered(inquiry.read(code, request.GET.dict(), request.actor))
    except Invalid as refusal:
        bare = inquiry.read(code, {}, request.actor)
        context |= {"refusal": refusal, "form": QuestionForm(definition, bare)}
    status = 422 if "refusal" in context else 200
    return render(request, "observatory/figure.html", context, status=status)


def _answered(asked: inquiry.Inquiry) -> dict[str, Any]:
    answer = asked.answer
    if answer is None:
        return {}
    return {
        "asked": asked,
        "form": QuestionForm(asked.definition, asked),
        "answer": answer,
        "shown": written(answer.value, answer.definition.unit),
        "opening": opening(answer),
        "said": saying.filtered(asked.question),
        "parts": breakdown.of(asked, answer),
    }


def figure_csv(request: ActorRequest, code: str) -> HttpResponse:
    """The figure and its parts as a table for a spreadsheet."""
    asked = inquiry.read(code, request.GET.dict(), request.actor)
    return csv_response(f"{asked.definition.code}.csv", breakdown.header(), breakdown.rows(asked))


def figure_json(request: ActorRequest, code: str) -> JsonResponse:
    """The figure under its permanent keys."""
    asked = inquiry.read(code, request.GET.dict(), request.actor)
    tale = told(asked.answer) if asked.answer else {}
    return JsonResponse(tale, json_dumps_params={"ensure_ascii": False})
