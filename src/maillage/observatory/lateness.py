"""What is late or stopped in a convention, with its cause as recorded: the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from maillage.conventions.models import Turn
from maillage.conventions.states import last
from maillage.conventions.tree import ActionLine
from maillage.conventions.vocabulary import REASONS
from maillage.observatory.dashboard import AxisRow, Dashboard, Figure
from maillage.observatory.wording import written
from maillage.ui import formats


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact that delays the convention, and the page where something can be done about it."""

    title: str
    words: str
    url: str = ""
    tone: str = "late"
    opens: str = ""


def notices(page: Dashboard) -> list[Notice]:
    """What is late, axis by axis, then the promises of the whole convention."""
    reasons = _reasons(page)
    found = [notice for row in page.axes for notice in _of_axis(page, row, reasons)]
    whole = [
        f for f in page.late_promises if f.target and not (f.target.axis_id or f.target.action_id)
    ]
    return [*found, *(_of_whole(figure) for figure in whole)]


def _of_axis(page: Dashboard, row: AxisRow, reasons: Mapping[str, str]) -> Iterator[Notice]:
    stopped = row.troubled
    if row.main is not None and row.main.state == "late":
        causes = [
            _("Action %(code)s: %(cause)s")
            % {"code": line.action.code, "cause": _cause(page, line, reasons)}
            for line in stopped
        ]
        place = stopped[0] if stopped else next(iter(row.line.actions), None)
        yield Notice(
            _("Axis %(code)s, %(gap)s.") % {"code": row.line.axis.code, "gap": behind(row.main)},
            " ".join(causes) or _("No cause is recorded."),
            _action_url(page, place) if place else "",
            opens=_("Open the action"),
        )
        return
    for line in stopped:
        title = _("Action %(code)s: %(title)s.") % {
            "code": line.action.code,
            "title": line.action.title.rstrip("."),
        }
        tone = "late" if line.late or line.pill == "late" else "waiting"
        yield Notice(
            title, _cause(page, line, reasons), _action_url(page, line), tone, _("Open the action")
        )


def _of_whole(figure: Figure) -> Notice:
    words = _("%(done)s out of %(amount)s; the pace asked for %(pace)s by then.") % {
        "done": figure.shown,
        "amount": figure.amount,
        "pace": expected(figure),
    }
    title = _("%(label)s: %(gap)s.") % {"label": figure.label, "gap": behind(figure)}
    return Notice(title, words, figure.url, opens=figure.opening)


def behind(figure: Figure) -> str:
    """How many points of progress a promise is behind elapsed time."""
    gap = -figure.promise.gap if figure.promise else 0
    return ngettext("%(n)s point late", "%(n)s points late", gap) % {"n": formats.number(gap)}


def expected(figure: Figure) -> str:
    """What a steady pace would have reached by the day read."""
    if figure.promise is None or not figure.promise.target.amount:
        return ""
    return written(round(figure.promise.target.amount * figure.promise.elapsed), figure.unit)


def _cause(page: Dashboard, line: ActionLine, reasons: Mapping[str, str]) -> str:
    fact = last(page.facts.get(line.action.key, ()), page.text.day)
    said = []
    if fact and line.state.value in {"blocked", "paused", "abandoned"}:
        state = _("%(state)s since %(day)s") % {
            "state": str(line.state.words),
            "day": formats.day(fact.on),
        }
        reason = reasons.get(f"{line.action.key} {fact.kind} {fact.on}", "")
        said.append(f"{state} ({reason.lower()})." if reason else f"{state}.")
    if line.late:
        words = ngettext(
            "Due on %(day)s: %(n)s day late.",
            "Due on %(day)s: %(n)s days late.",
            line.late,
        )
        day = formats.day(line.action.due_on)
        said.append(words % {"day": day, "n": formats.number(line.late)})
    return " ".join(said)


def _reasons(page: Dashboard) -> dict[str, str]:
    """Why actions stopped, as far as this reader may read it."""
    if not any(row.troubled for row in page.axes):
        return {}
    turns = Turn.objects.visible_to(page.reading.actor).filter(convention=page.text.convention)
    rows = turns.exclude(reason_code="").values_list("action_key", "kind", "on", "reason_code")
    return {
        f"{key} {kind} {on}": str(REASONS[code]) for key, kind, on, code in rows if code in REASONS
    }


def _action_url(page: Dashboard, line: ActionLine) -> str:
    return reverse("conventions:action", args=[page.text.convention.slug, line.code])
