"""The figures of a dashboard as rows and as data: the same numbers as the page, for files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from maillage.figures import DIMENSIONS, Answer
from maillage.observatory import telling
from maillage.observatory.dashboard import Dashboard, Figure


def header() -> list[str]:
    """The names of the columns."""
    return [
        _("Code"), _("Version"), _("Figure"), _("Kind of promise"), _("Part"), _("Value"),
        _("Unit"), _("Records counted"), _("Numerator"), _("Denominator"), _("Promised"),
        _("State"), _("Masked"), _("As of"),
    ]  # fmt: skip


def lines(page: Dashboard) -> Iterator[Figure]:
    """Every figure of the page once: promises, then money and lateness, then breakdowns."""
    seen = set()
    for figure in page.figures:
        seen.add(figure.answer.question)
        yield figure
    for question in page.answers:
        if question not in seen:
            yield page.of(question)


def rows(page: Dashboard) -> Iterator[list[Any]]:
    """One row a figure, and one a part of it."""
    for figure in lines(page):
        answer = figure.answer
        if not answer.question.by or not _has_total(page, answer):
            yield _row(figure, "", answer)
        for group in answer.groups:
            yield _row(figure, group.label, group)


def dimension(answer: Answer) -> str:
    """How an answer is split, in words."""
    return str(DIMENSIONS[answer.question.by].words)


def _has_total(page: Dashboard, answer: Answer) -> bool:
    """Whether the whole of a breakdown has a line of its own."""
    return replace(answer.question, by="") in page.answers


def _row(figure: Figure, part: str, counted: Any) -> list[Any]:
    target, definition = figure.target, figure.answer.definition
    return [
        definition.code, definition.version, figure.label,
        target.get_kind_display() if target else "", part, counted.value,
        definition.unit, counted.n, counted.numerator, counted.denominator,
        target.amount if target else None, figure.state if not part else "",
        str(figure.answer.note or "") if figure.answer.masked else ("x" if counted.masked else ""),
        figure.answer.as_of,
    ]  # fmt: skip


def told(page: Dashboard) -> dict[str, Any]:
    """The whole dashboard as data, for JSON."""
    text = page.text
    publication = page.reading.publication
    return {
        "convention": text.convention.slug,
        "title": text.convention.title,
        "version": text.version.number,
        "period": str(text.period),
        "as_of": telling.instant(text.as_of),
        "elapsed": text.elapsed,
        "publication": str(publication.key) if publication else None,
        "figures": [_told(figure) for figure in lines(page)],
    }


def _told(figure: Figure) -> dict[str, Any]:
    target = figure.target
    tells = telling.told(figure.answer) | {
        "masked": figure.answer.masked,
        "state": figure.state,
        "records": figure.url or None,
    }
    if target is not None:
        tells["promise"] = {"code": target.code, "kind": target.kind, "amount": target.amount}
    return tells
