"""What is kept of lists of partners: that a firm was on one, for good; what the list told of it, three years."""

from __future__ import annotations

from typing import Any

from maillage.kernel.retention import DECIDED, PASSING, Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words
from maillage.lists import models

# Without its fingerprint too, which a name and an address are enough to guess.
_SILENT = {"told": {}, "fingerprint": ""}


def _of_firm(lines: Any, firm: Subject) -> Any:
    """The lines that were recognised as the firm, or thought to be it."""
    return lines.filter(matches__establishment__in=firm.places)


def _recognised(lines: Any, _limit: Any) -> Any:
    """The lines that are a firm of the register."""
    linked = models.Match.objects.visible_to(models.MACHINE).standing()
    return lines.filter(matches__in=linked)


def _found_nowhere(lines: Any, _limit: Any) -> Any:
    """The lines that are no firm of the register."""
    linked = models.Match.objects.visible_to(models.MACHINE).standing()
    return lines.exclude(matches__in=linked)


KEPT = {
    models.PartnerList: Kept(why=DECIDED, typed="holder name", plain="feeds"),
    models.Line: Kept(
        why=Words(
            fr="Qu’une entreprise est sur la liste, tant que l’instance existe\u00a0; ce que la liste en dit, trois ans\u00a0;"
            " une ligne qui n’est aucune entreprise, un an.",
            en="That a firm is on the list, as long as the instance; what the list tells of it, three years; a line that"
            " is no firm, one year.",
        ),
        personal="told fingerprint",
        whose=Whose.FIRM,
        rules=(
            Rule(
                name="lines_found_nowhere",
                words=Words(
                    fr="Ligne reconnue nulle part supprimée", en="Line found nowhere removed"
                ),
                after=years(1),
                since="load__staged_at",
                rows=_found_nowhere,
            ),
            Rule(
                name="lines_of_lists",
                words=Words(fr="Ce que dit une liste vidé", en="What a list tells emptied"),
                after=years(3),
                since="load__staged_at",
                empties=_SILENT,
                rows=_recognised,
            ),
        ),
        holding=_of_firm,
        bearing="told",
        erased=_SILENT,
    ),
    models.Match: Kept(
        why=Words(
            fr="Aussi longtemps que sa ligne\u00a0: ce qui a été reconnu ou décidé, et pourquoi, sans nom.",
            en="As long as its line: what was recognised or decided, and why, without a name.",
        ),
        plain="p why state",
    ),
    models.Comparison: Kept(why=PASSING, plain="stage"),
}
