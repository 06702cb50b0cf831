"""The firms of the register among which the lines of a list are looked for, as linking reads them.

Open establishments that INSEE lets everybody name: who asked for partial diffusion is not to be found by a
name, and what is closed is nobody's address today.
"""

from __future__ import annotations

from collections.abc import Callable

from maillage.register.linking import Firm
from maillage.register.models import Establishment, Spell
from maillage.register.models.firms import Diffusion

_COLUMNS = (
    "pk", "legal_unit__name", "legal_unit__trade_names", "trade_name", "usual_name", "street_number",
    "street", "postcode", "commune_label", "commune", "activity", "siret",
)  # fmt: skip
AT_ONCE = 20_000  # establishments between two words on how far it is


def linkable_firms(tell: Callable[[int], None]) -> list[Firm]:
    """Every establishment that a line may be; `tell` is told how many were read, now and then."""
    open_ones = Establishment.objects.known().filter(
        state=Spell.State.ACTIVE,
        provisional=False,
        diffusion=Diffusion.OPEN,
        legal_unit__diffusion=Diffusion.OPEN,
    )
    found: list[Firm] = []
    for row in open_ones.order_by("pk").values_list(*_COLUMNS).iterator(AT_ONCE):
        pk, name, others, sign, usual, number, street, postcode, town, commune, activity, siret = (
            row
        )
        found.append(
            Firm(
                id=str(pk), name=name or others, sign=sign or usual or (others if name else ""),
                number=number, street=street, postcode=postcode, town=town, commune=commune,
                activity=activity, siret=siret or "",
            )
        )  # fmt: skip
        if len(found) % AT_ONCE == 0:
            tell(len(found))
    return found
