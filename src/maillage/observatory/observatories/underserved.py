"""The communes that a basket of trades does not serve, each reason shown, with how much thresholds decide.

Any reader may ask for another basket and other thresholds: it is concluded from public counts of who is where, kept
with the vintage, a bounded number of times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, ngettext

from maillage.figures.methods.underserved import REASONS, Thresholds
from maillage.figures.observations import lacking
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.observatory.observatories import Panel
from maillage.observatory.observatories.reading import Reading
from maillage.register.activities import label
from maillage.ui import formats

BASKET = "panier"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold that a reader may set: its name in an address, its words, its bounds, its part of the thresholds."""

    name: str
    field: str
    words: Words
    least: int
    most: int
    of: int = 1  # 100 for what is asked in hundredths

    def read(self, asked: str) -> float:
        """What is asked, within its bounds.

        Raises:
            Invalid: it is no number, or out of them.
        """
        try:
            found = float(asked.strip().replace(",", "."))
        except ValueError:
            found = math.nan
        if not self.least <= found <= self.most:
            raise Invalid(
                _("%(what)s: “%(asked)s” cannot be taken.")
                % {"what": self.words, "asked": asked[:20]},
                remedy=_("Give a number from %(least)s to %(most)s.")
                % {"least": self.least, "most": self.most},
            )
        return found / self.of

    def shown(self, limits: Thresholds) -> str:
        """What holds, as it would be asked."""
        return f"{round(float(getattr(limits, self.field)) * self.of, 1):g}"


SETTABLE = (
    Threshold("minutes", "minutes", Words("Minutes en voiture jusqu’au plus proche", "Minutes by car to the nearest"), 1, 60),
    Threshold("raisons", "reasons", Words("Raisons pour qu’un métier manque", "Reasons for a trade to lack"), 1, len(REASONS)),
    Threshold("hasard", "level", Words("Part de hasard écartée (%)", "Share of chance set aside (%)"), 50, 99, of=100),
    Threshold("mal_desservies", "lowest", Words("Communes les plus mal desservies (%)", "Worst served communes (%)"), 1, 50, of=100),
    Threshold("derniers", "quarter", Words("Paniers les plus vides (%)", "Emptiest baskets (%)"), 1, 50, of=100),
)  # fmt: skip


def underserved(reading: Reading) -> Panel | None:
    """Which communes are in the last quarter of the basket, and which trades lack there.

    Raises:
        Invalid: a trade or a threshold that is asked cannot be taken.
    """
    vintage = reading.publication.vintage
    usual = vintage.lacking.get(reading.perimeter.siren) if vintage else None
    if not usual:
        return None
    basket, limits = _asked(reading, usual)
    changed = "stocks" in usual and (basket, limits) != (tuple(usual["basket"]), Thresholds())
    told = (lacking.again(usual, basket, limits) if changed else usual) or {**usual, **NOTHING}
    rows = [_row(reading, one, told["always"]) for one in told["communes"]]
    count = len(rows)
    title = ngettext(
        "%(n)s commune has less of the basket than the others",
        "%(n)s communes have less of the basket than the others",
        count,
    ) % {"n": formats.number(count)}
    context = {
        "rows": rows, "moves": [_moved(one) for one in told["moves"]],
        "basket": [label(trade) for trade in told["basket"]],
        "minutes": formats.number(told["minutes"]), "quarter": formats.percent(told["quarter"]),
        "untold": [reading.communes.get(code, code) for code in told["untold"]],
        "always": _always(len(told["always"])), "changed": changed, "base": reading.base,
        "form": _form(usual, basket, limits) if "stocks" in usual else None,
    }  # fmt: skip
    return Panel(title, "observatory/panels/underserved.html", context)


NOTHING: dict[str, Any] = {
    "communes": [], "untold": [], "always": [], "at_times": [], "moves": [], "basket": [],
}  # fmt: skip
"""What is concluded of a basket of which nobody practises anything."""


def _asked(reading: Reading, usual: Mapping[str, Any]) -> tuple[tuple[str, ...], Thresholds]:
    """The basket and the thresholds of an address; the usual ones where nothing is asked."""
    basket = tuple(dict.fromkeys(filter(None, reading.asked.get(BASKET, "").split(","))))
    for trade in basket:
        if trade not in lacking.CHOICES:
            raise Invalid(
                _("“%(trade)s”: no trade of which a basket is made.") % {"trade": trade[:20]},
                remedy=_("Choose among those of the form."),
            )
    told = {
        one.field: one.read(text) for one in SETTABLE if (text := reading.asked.get(one.name, ""))
    }
    if "reasons" in told:
        told["reasons"] = int(told["reasons"])
    return basket or tuple(usual["basket"]), Thresholds(**told)  # type: ignore[arg-type]


def _form(usual: Mapping[str, Any], basket: Sequence[str], limits: Thresholds) -> dict[str, Any]:
    """What may be chosen: trades that somebody practises somewhere near, and each threshold."""
    practised = {trade for _code, trade, _n in usual["stocks"]}
    trades = [(code, label(code), code in basket) for code in lacking.CHOICES if code in practised]
    return {
        "basket": BASKET,
        "trades": sorted(trades, key=lambda one: one[1]),
        "thresholds": [
            {"name": one.name, "words": str(one.words), "least": one.least, "most": one.most,
             "value": one.shown(limits), "step": "any" if one.field != "reasons" else 1}
            for one in SETTABLE
        ],
    }  # fmt: skip


def _always(count: int) -> str:
    return ngettext(
        "What thresholds decide: %(n)s commune is listed whatever they are",
        "What thresholds decide: %(n)s communes are listed whatever they are",
        count,
    ) % {"n": formats.number(count)}


def _moved(one: Mapping[str, Any]) -> str:
    """«sans boulangerie : 28 communes»."""
    return ngettext(
        "%(words)s: %(listed)s commune", "%(words)s: %(listed)s communes", one["listed"]
    ) % {"words": _move(one["what"], one["to"]), "listed": formats.number(one["listed"])}


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
