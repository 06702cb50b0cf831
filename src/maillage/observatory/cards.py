"""The key figures of a convention as cards: each says what was promised and opens onto its records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.figures import Question
from maillage.observatory.dashboard import Dashboard, Figure
from maillage.observatory.wording import written


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, what it is compared with, its pace, and where it opens."""

    label: str
    value: str
    beside: str = ""
    share: float | None = None
    pace: float | None = None
    state: str = ""
    state_words: str = ""
    note: str = ""
    url: str = ""
    opening: str = ""
    masked: bool = False
    code: str = ""
    question: Question | None = None


def cards(page: Dashboard) -> list[Card]:
    """Floors and targets of the whole convention first, money committed next, what is watched last."""
    own = page.own
    promised = [_card(figure) for figure in own if figure.amount]
    watched = [_card(figure) for figure in own if not figure.amount]
    return [*promised, _committed(page), *watched]


def _card(figure: Figure) -> Card:
    answer, promise = figure.answer, figure.promise
    if answer.masked:
        return Card(figure.label, "", note=str(answer.note or ""), masked=True, code=_code(figure))
    state, words = _state(figure)
    return Card(
        label=figure.label,
        value=figure.shown,
        beside=_beside(figure),
        share=promise.progress if promise else None,
        pace=promise.elapsed if promise and promise.progress is not None else None,
        state=state,
        state_words=words,
        note=str(answer.note or ""),
        url=figure.url,
        opening=figure.opening if figure.url else "",
        code=_code(figure),
        question=figure.answer.question,
    )


def _beside(figure: Figure) -> str:
    if not figure.amount or figure.target is None:
        return ""
    if figure.target.kind == "floor":
        return _("of %(amount)s at least") % {"amount": figure.amount}
    return _("of %(amount)s") % {"amount": figure.amount}


def _state(figure: Figure) -> tuple[str, str]:
    """The pill of a promise; what is watched has words and no pill."""
    if figure.state == "monitor":
        return "", _("Promised over the whole convention") if figure.amount else _(
            "Watched, nothing promised"
        )
    if figure.state == "done" and figure.target and figure.target.kind == "floor":
        return "done", _("Floor reached")
    return figure.state, ""


def _committed(page: Dashboard) -> Card:
    figure = page.of(page.asking.committed)
    budget = page.answers[page.asking.budget].value
    if figure.answer.masked:
        note = str(figure.answer.note or "")
        return Card(figure.label, "", note=note, masked=True, code=_code(figure))
    share = page.committed_share if page.text.is_whole else None
    return Card(
        label=figure.label,
        value=figure.shown,
        beside=_("of %(amount)s") % {"amount": written(budget, "cents")} if budget else "",
        share=share,
        pace=page.text.elapsed if share is not None else None,
        state=page.committed_state if share is not None else "",
        note=str(figure.answer.note or ""),
        url=figure.url,
        opening=figure.opening if figure.url else "",
        code=_code(figure),
        question=figure.answer.question,
    )


def _code(figure: Figure) -> str:
    return figure.answer.definition.reference
