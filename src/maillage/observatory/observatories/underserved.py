"""The communes that a basket of trades does not serve, each reason shown, with how much thresholds decide."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, ngettext

from maillage.figures.methods.underserved import REASONS
from maillage.observatory.observatories import Panel
from maillage.observatory.observatories.reading import Reading
from maillage.register.activities import label
from maillage.ui import formats


def underserved(reading: Reading) -> Panel | None:
    """Which communes are in the last quarter of the basket, and which trades lack there."""
    vintage = reading.publication.vintage
    told = vintage.lacking.get(reading.perimeter.siren) if vintage else None
    if not told:
        return None
    rows = [_row(reading, one, told["always"]) for one in told["communes"]]
    count = len(rows)
    title = ngettext(
        "%(n)s commune has less of the basket than the others",
        "%(n)s communes have less of the basket than the others",
        count,
    ) % {"n": formats.number(count)}
    moves = [
        {"words": _move(one["what"], one["to"]), "listed": formats.number(one["listed"])}
        for one in told["moves"]
    ]
    context = {
        "rows": rows, "moves": moves,
        "basket": [label(trade) for trade in told["basket"]],
        "minutes": formats.number(told["minutes"]), "quarter": formats.percent(told["quarter"]),
        "untold": [reading.communes.get(code, code) for code in told["untold"]],
        "always": formats.number(len(told["always"])),
    }  # fmt: skip
    return Panel(title, "observatory/panels/underserved.html", context)


def _row(reading: Reading, one: dict[str, Any], always: list[str]) -> dict[str, Any]:
    return {
        "name": reading.communes.get(one["code"], one["code"]),
        "share": formats.percent(one["share"]),
        "always": one["code"] in always,
        "trades": [
            {
                "label": label(trade["trade"]),
                "unsure": trade["verdict"] == "not_enough_data",
                "reasons": [_reason(why) for why in trade["reasons"] if why["held"]],
            }
            for trade in one["trades"]
        ],
    }


def _reason(why: dict[str, Any]) -> str:
    """«le plus proche est trop loin (14 min, pour 10)»."""
    words = str(REASONS[why["code"]])
    if why["code"] == "too_far" and why["value"] is not None:
        said = {
            "words": words,
            "value": formats.number(why["value"]),
            "limit": formats.number(why["limit"]),
        }
        return _("%(words)s (%(value)s min, for %(limit)s)") % said
    return words


def _move(what: str, to: Any) -> str:
    """A threshold moved, in words."""
    if what == "without":
        return _("without %(trade)s") % {"trade": label(to).lower()}
    said = {
        "minutes": _("nearest within %(to)s min"),
        "level": _("chance kept at %(to)s"),
        "lowest": _("worst served: last %(to)s"),
        "reasons": _("%(to)s reasons to lack"),
        "quarter": _("emptiest baskets: last %(to)s"),
    }[what]
    shares = {"level", "lowest", "quarter"}
    return said % {
        "to": formats.percent(to) if what in shares else formats.number(to, 1 if to % 1 else 0)
    }
