"""What is handed to the artisan: the result, axis by axis, and the plan; one report for the page and the PDF."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _, pgettext

from maillage.accounts import identity
from maillage.diagnoses.models import PlanStep
from maillage.diagnoses.readings import AxisLine, Result
from maillage.diagnoses.scoring import Pair
from maillage.kernel import clock, invented
from maillage.ui import formats
from maillage.ui.reports import (
    Bar,
    Bars,
    Block,
    Emblem,
    Heading,
    KeyFigure,
    Note,
    Paragraph,
    Report,
    Table,
)


def report(result: Result, *, note: str = "") -> Report:
    """The paper of a pass, in the reader's language; `note` is what the artisan is told besides."""
    found = result.found
    return Report(
        title=_("%(questionnaire)s: your result") % {"questionnaire": found.questionnaire},
        subtitle=_("%(firm)s. Diagnosis of %(day)s by %(adviser)s, %(organisation)s.")
        % {
            "firm": found.establishment.display_name,
            "day": formats.day(found.occurred_on),
            "adviser": found.adviser,
            "organisation": found.organisation,
        },
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=clock.now(),
        blocks=list(_blocks(result, note)),
        demo=invented.label(),
        emblem=_emblem(),
    )


def _emblem() -> Emblem | None:
    face = identity.current()
    return Emblem(*identity.logo(), face.name) if face.logo_digest else None


def _blocks(result: Result, note: str) -> Iterator[Block]:
    whole = result.whole
    yield KeyFigure(
        _("Score"),
        formats.percent(whole.share),
        _("%(code)s, version %(number)s")
        % {"code": result.found.questionnaire.code, "number": result.found.questionnaire.number},
        on=result.found.occurred_on,
        detail=_("%(answered)s of %(asked)s questions answered")
        % {"answered": whole.answered, "asked": whole.asked},
    )
    if note:
        yield Note(note, _("A word from your adviser."))
    yield Heading(_("Axis by axis"))
    yield Bars(
        _("What is not known counts neither above nor below."), [_bar(x) for x in result.lines]
    )
    if result.beside:
        yield _before_and_after(result, result.beside)
    yield Heading(_("Your plan"))
    steps = list(result.found.steps.all())
    yield _plan(steps, result) if steps else Paragraph(_("No step was agreed."))
    yield Heading(_("How the score is computed"))
    yield Paragraph(str(result.found.document.rule))
    yield Note(
        _("From %(day)s, the next diagnosis shows what has changed.")
        % {"day": formats.day(result.found.again_on)}
    )


def _bar(line: AxisLine) -> Bar:
    share = line.now.share
    return Bar(
        line.title,
        formats.percent(share) if share is not None else _("unknown"),
        share or 0.0,
        words=_("%(answered)s of %(asked)s answered")
        % {"answered": line.now.answered, "asked": line.now.asked},
    )


def _before_and_after(result: Result, beside: Pair) -> Table:
    rows = [
        [
            line.title,
            formats.percent(line.before.share if line.before else None),
            formats.percent(line.after.share if line.after else None),
            formats.points(line.gap),
        ]
        for line in result.lines
    ]
    caption = _("Before and after, on the %(n)s questions answered both times")
    return Table(
        caption % {"n": len(beside.common)},
        [_("Axis"), formats.day(beside.first.on), formats.day(beside.second.on), _("Gained")],
        rows,
        numeric=frozenset({1, 2, 3}),
    )


def _plan(steps: list[PlanStep], result: Result) -> Table:
    titles = {axis.code: str(axis.title) for axis in result.found.document.axes}
    rows = [
        [step.wording or "–", titles.get(step.axis, ""), formats.day(step.due_on), state(step)]
        for step in steps
    ]
    return Table(
        _("What we agreed on"), [_("What to do"), _("Axis"), _("By which day"), _("State")], rows
    )


def state(step: PlanStep) -> str:
    """Where a step stands, in words."""
    if step.done_on is not None:
        return _("done on %(day)s") % {"day": formats.day(step.done_on)}
    if step.dropped_because:
        return pgettext("step", "dropped: %(why)s") % {"why": step.get_dropped_because_display()}
    return pgettext("step", "late") if step.is_late else _("to do")
