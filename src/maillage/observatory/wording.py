"""Figures as people read them: a value with its unit, and how many records stand behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _, ngettext

from maillage.figures import Answer
from maillage.ui import formats


def written(value: float | None, unit: str) -> str:
    """A value in its unit: money from cents, a rate as a percentage, a progress in points, a delay in days, a count as it is."""
    if unit == "cents":
        return formats.euros(None if value is None else round(value))
    if unit == "thousandth":
        return formats.points(None if value is None else value / 1000)
    if unit == "ratio":
        return formats.percent(value)
    if unit == "each":
        return formats.number(value, 2)
    if unit == "day" and value is not None:
        return _days(value)
    return formats.number(value)


def _days(value: float) -> str:
    """Whole days, or a half more where a median stands between two."""
    whole = value == int(value)
    shown = {"n": formats.number(value, 0 if whole else 1)}
    told = (
        int(value) if whole or value > 2 else 0
    )  # «1,5 jour», 1.5 days: as nothing is said in both
    return ngettext("%(n)s day", "%(n)s days", told) % shown


def gap(delta: float, unit: str) -> str:
    """A difference with its sign; two rates differ by points."""
    if unit == "ratio":
        return formats.points(delta)
    if unit == "thousandth":
        return written(delta, unit)
    sign = "+" if delta > 0 else formats.MINUS if delta < 0 else ""
    return f"{sign}{formats.NO_BREAK if sign else ''}{written(abs(delta), unit)}"


def opening(answer: Answer) -> str:
    """The words of the link from a figure to what it counts."""
    if answer.numerator is not None:
        return _("See %(top)s out of %(bottom)s") % {
            "top": written(answer.numerator, _side(answer)),
            "bottom": written(answer.denominator, _side(answer, bottom=True)),
        }
    if not answer.n:
        return _("See the rule")
    n = answer.n
    shown = {"n": formats.number(n)}
    if answer.definition.unit == "firm":
        return ngettext("See the firm", "See the %(n)s firms", n) % shown
    if answer.definition.unit == "action":
        return ngettext("See the action", "See the %(n)s actions", n) % shown
    if answer.definition.unit == "cents":
        return ngettext("See the entry", "See the %(n)s entries", n) % shown
    return ngettext("See the record", "See the %(n)s records", n) % shown


def _side(answer: Answer, *, bottom: bool = False) -> str:
    definition = answer.definition
    side = getattr(definition, "denominator" if bottom else "numerator", definition)
    return str(side.unit)
