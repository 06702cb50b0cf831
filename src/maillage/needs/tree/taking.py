"""What a firm asks for, as it is written down on a day: under its theme, or the one that replaced it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid
from maillage.ledger import themes


def taken_on(codes: Iterable[str], day: date) -> tuple[str, ...]:
    """The themes under which these are written down, in the order of the tree.

    Raises:
        Invalid: one is of no tree, or had ended by that day and nothing replaced it.
    """
    asked = list(codes)
    if unknown := set(asked) - set(themes.tree().themes):
        raise Invalid(_("Unknown need: %(codes)s") % {"codes": ", ".join(sorted(unknown))})
    told = {code: themes.taken(code, day) for code in asked}
    if ended := [code for code, found in told.items() if found is None]:
        labels = ", ".join(str(themes.tree().themes[code].words) for code in ended)
        message = _("No longer offered: %(themes)s.") % {"themes": labels}
        remedy = _("Choose among the needs that are offered today.")
        raise Invalid(message, remedy=remedy, fields={"themes": message})
    return tuple(themes.in_order(code for code in told.values() if code))
