"""The report of a convention (bilan): one page for elected members, then an annex by axis.

One report object serves the page, the file that stands alone and the PDF. Every number carries the code
and the version of its rule, its day and the address of its records; the heads of the chains and the
digest of the figures let anyone verify later that nothing was rewritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from maillage import ledger
from maillage.accounts import identity
from maillage.figures import Question
from maillage.kernel import invented
from maillage.kernel.periods import Period
from maillage.observatory import dashboard, sheet, witness
from maillage.observatory.asking import Asking
from maillage.observatory.budget import Cell, money
from maillage.observatory.cards import Card, cards
from maillage.observatory.dashboard import AxisRow, Dashboard, Figure
from maillage.observatory.lateness import notices
from maillage.observatory.outturn import Text
from maillage.observatory.reading import Reading
from maillage.observatory.wording import written
from maillage.ui import formats
from maillage.ui.reports import (
    Bar,
    Bars,
    Block,
    Emblem,
    Heading,
    KeyFigure,
    Link,
    Note,
    Paragraph,
    Report,
    Table,
)
from maillage.ui.templatetags.ui import STATES

PACES: dict[str, Literal["ontrack", "ahead", "late"]] = {
    "ahead": "ahead",
    "done": "ahead",
    "late": "late",
}


def lay_out(reading: Reading) -> Dashboard:
    """The figures of the report: those of the page, their breakdowns, and the same one year earlier."""
    return dashboard.of(reading, whole=True, more=list(earlier(reading).values()))


def earlier(reading: Reading) -> dict[Question, Question]:
    """The question of each promise a year before, where that year exists in the convention's life.

    A year that is not over is compared with the same days of the one before, not with the whole of it.
    """
    text = reading.text
    if text.period.days > 366 or reading.publication or text.day < text.period.start:
        return {}
    before = Period(text.period.start, text.day).year_before()
    if before.end < text.life.start:
        return {}
    asked = [question for question in Asking(text).page() if not question.by]
    return {question: replace(question, period=before) for question in asked}


def report(page: Dashboard, *, base_url: str = "") -> Report:
    """The report in the reader's language; its addresses, in a file, are those of `base_url`."""
    text = page.text
    return Report(
        title=_("%(title)s: where does it stand?") % {"title": text.convention.title},
        subtitle=subtitle(text),
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=text.as_of,
        blocks=[*_first_page(page), *_annex(page)],
        demo=invented.label(),
        base_url=base_url,
        emblem=_emblem(),
    )


def _emblem() -> Emblem | None:
    """The logo of the instance, when it has one."""
    face = identity.current()
    return Emblem(*identity.logo(), face.name) if face.logo_digest else None


def subtitle(text: Text) -> str:
    """Who, over which days, read when."""
    parties = ", ".join(str(party.organisation) for party in text.version.parties.all())
    return _(
        "%(parties)s. Period: %(period)s. Situation on %(day)s, %(share)s of its duration gone by."
    ) % {
        "parties": parties,
        "period": formats.period(text.period),
        "day": formats.day(text.day),
        "share": formats.percent(text.elapsed),
    }


def _first_page(page: Dashboard) -> Iterator[Block]:
    if page.reading.publication:
        yield Note(
            _("Only what was published is shown; small numbers are masked."),
            _("Published on %(when)s.")
            % {"when": formats.moment(page.reading.publication.published_at)},
        )
    yield from (_key(page, card) for card in cards(page))
    yield Heading(_("The axes"))
    if page.axes:
        yield Bars(_("The mark shows the time gone by."), [_bar(row) for row in page.axes])
    yield from (
        Note(n.words, n.title, "late" if n.tone == "late" else "waiting") for n in notices(page)
    )
    yield Heading(_("Budget executed"))
    yield _money(page)


def _key(page: Dashboard, card: Card) -> KeyFigure:
    before = _a_year_before(page, card.question) if card.question else ""
    pill = card.state_words or (str(STATES[card.state][1]) if card.state in STATES else "")
    detail = ". ".join(
        filter(None, [" ".join(filter(None, [card.beside])), pill, before, card.note])
    )
    return KeyFigure(
        label=card.label,
        value=card.value or _("value masked"),
        code=card.code,
        url=card.url,
        on=page.text.day,
        detail=detail,
    )


def _bar(row: AxisRow) -> Bar:
    main, words = row.main, row.state_words or str(STATES[row.state][1])
    label = f"{row.line.axis.code}. {row.line.axis.title}"
    if main is None or main.promise is None or main.state == "monitor":
        done = ngettext(
            "%(done)s of %(n)s action", "%(done)s of %(n)s actions", len(row.line.actions)
        )
        counts = {"done": row.completed, "n": len(row.line.actions)}
        whole = len(row.line.actions)
        return Bar(label, done % counts, row.completed / whole if whole else 0, words=words)
    shown = _("value masked") if main.answer.masked else f"{main.shown} / {main.amount}"
    return Bar(
        label,
        shown,
        main.promise.progress or 0,
        main.promise.elapsed,
        PACES.get(row.state, "ontrack"),
        words,
        main.url,
    )


def _money(page: Dashboard) -> Table:
    found = money(page)
    rows = [[row.label, *map(_linked, row.cells)] for row in found.rows]
    caption = _("Paid over committed: %(share)s (%(code)s).") % {
        "share": _("value masked") if found.execution.answer.masked else found.execution.shown,
        "code": found.execution.answer.definition.reference,
    }
    header = [_("Funder"), _("Budget"), _("Committed"), _("Paid")]
    return Table(caption, header, rows, frozenset({1, 2, 3}))


def _linked(cell: Cell) -> str | Link:
    return Link(cell.shown, cell.url) if cell.url else cell.shown


def _annex(page: Dashboard) -> Iterator[Block]:
    yield Heading(_("Annex: every figure with its rule"))
    yield Paragraph(
        _("Each number is computed from recorded acts; its code names the rule and its version.")
    )
    placed = {figure.answer.question for row in page.axes for figure in _figures_of(page, row)}
    for row in page.axes:
        yield Heading(f"{row.line.axis.code}. {row.line.axis.title}", 3)
        yield _actions(page, row)
        if found := _figures_of(page, row):
            yield _figures(
                page, _("Promises of axis %(code)s") % {"code": row.line.axis.code}, found
            )
    whole = [f for f in page.figures if f.answer.question not in placed]
    watched = {figure.answer.question for figure in whole}
    asked = [*page.asking.money(), page.asking.late]
    own = [page.of(question) for question in asked if question not in watched]
    yield Heading(_("The convention as a whole"), 3)
    yield _figures(page, _("Promises and money of the whole convention"), [*whole, *own])
    yield from _breakdowns(page)
    yield from _witness(page)


def _figures_of(page: Dashboard, row: AxisRow) -> list[Figure]:
    actions = {line.action.pk for line in row.line.actions}
    return [
        figure
        for figure in page.figures
        if figure.target
        and (figure.target.axis_id == row.line.axis.pk or figure.target.action_id in actions)
    ]


def _actions(page: Dashboard, row: AxisRow) -> Table:
    slug = page.text.convention.slug
    rows: list[list[str | Link]] = [
        [
            Link(str(line.action), reverse("conventions:action", args=[slug, line.code])),
            str(line.action.pilot or "–"),
            formats.day(line.action.due_on) or "–",
            str(line.state.words),
            formats.number(line.late) if line.late else "–",
        ]
        for line in row.line.actions
    ]
    header = [_("Action"), _("Pilot"), _("Due on"), _("State"), _("Days late")]
    caption = _("Actions of axis %(code)s") % {"code": row.line.axis.code}
    return Table(caption, header, rows, frozenset({4}))


def _figures(page: Dashboard, caption: str, found: Sequence[Figure]) -> Table:
    header = [_("Figure"), _("Rule"), _("Value"), _("Promised"), _("A year before"), _("As of")]
    rows: list[list[str | Link]] = [
        [
            figure.label,
            figure.answer.definition.reference,
            _value(figure),
            figure.amount or "–",
            _before(page, figure.answer.question) or "–",
            formats.day(page.text.as_of),
        ]
        for figure in found
    ]
    return Table(caption, header, rows, frozenset({2, 3, 4}))


def _value(figure: Figure) -> str | Link:
    if figure.answer.masked:
        return _("value masked")
    return Link(figure.shown, figure.url) if figure.url else figure.shown


def _breakdowns(page: Dashboard) -> Iterator[Table]:
    own = {*page.asking.money(), page.asking.late}
    for figure in sheet.lines(page):
        answer = figure.answer
        if not answer.question.by or answer.question in own or not answer.groups:
            continue
        monthly = answer.question.by == "first_month"
        yield Table(
            _("%(label)s (%(rule)s): %(split)s")
            % {
                "label": figure.label,
                "rule": answer.definition.reference,
                "split": sheet.dimension(answer),
            },
            [sheet.dimension(answer), _("Value")],
            [
                [
                    (formats.month(g.label) if monthly and g.label else g.label) or "–",
                    _("value masked") if g.masked else written(g.value, figure.unit),
                ]
                for g in answer.groups
            ],
            frozenset({1}),
        )


def _witness(page: Dashboard) -> Iterator[Block]:
    yield Heading(_("Proof"))
    yield Paragraph(_("Digest of these figures: %(digest)s") % {"digest": digest(page)})
    publication = page.reading.publication
    heads: Sequence[Sequence[Any]] = publication.heads if publication else ledger.heads()
    yield Table(
        _("How far each chain of acts went when this was computed"),
        [_("Keeper"), _("Acts"), _("Hash of the last one")],
        [
            [f"{head.name} {head.keeper}".strip(), formats.number(head.seq), head.hash]
            for head in witness.named(heads)
        ],
        frozenset({1}),
    )


def digest(page: Dashboard) -> str:
    """SHA-256 of every figure of the report; of a publication, the digest it was frozen with."""
    if page.reading.publication:
        return page.reading.publication.digest
    content = [
        [a.definition.reference, a.question.filter.to_dict(), a.question.by, a.value, a.n]
        for a in (figure.answer for figure in sheet.lines(page))
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _before(page: Dashboard, question: Question) -> str:
    asked = earlier(page.reading).get(question)
    found = page.answers.get(asked) if asked else None
    if found is None or found.value is None or found.masked:
        return ""
    return written(found.value, found.definition.unit)


def _a_year_before(page: Dashboard, question: Question) -> str:
    shown = _before(page, question)
    return _("%(value)s a year before") % {"value": shown} if shown else ""
