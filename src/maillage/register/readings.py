"""What other packages may ask of the register: the facts of establishments on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from maillage.register.models import Spell


@dataclass(frozen=True, slots=True)
class Facts:
    """What an act keeps of the firm it concerns, as known when it is recorded."""

    legal_unit_id: int
    commune: str
    in_qpv: bool | None
    naf: str
    size_band: str
    segments: int


def facts(establishments: Iterable[int], on: date) -> dict[int, Facts]:
    """What is known now of each establishment for day `on`, in one query.

    A firm met before its first known spell gets the last one known: an act never lacks its commune.
    """
    found = facts_by_day((establishment, on) for establishment in establishments)
    return {establishment: known for (establishment, _), known in found.items()}


def facts_by_day(wanted: Iterable[tuple[int, date]]) -> dict[tuple[int, date], Facts]:
    """The same for several establishments and days at once: a batch of acts asks one query."""
    asked = set(wanted)
    spells: dict[int, list[Spell]] = defaultdict(list)
    known = Spell.objects.known().filter(establishment__in={firm for firm, _ in asked})
    for spell in known.order_by("-id"):
        spells[spell.establishment_id].append(spell)
    return {(firm, day): _on(day, spells[firm]) for firm, day in asked if firm in spells}


def _on(day: date, latest_first: Sequence[Spell]) -> Facts:
    held = (s for s in latest_first if s.starts_on is None or s.starts_on <= day)
    spell = next(held, latest_first[0])
    return Facts(
        legal_unit_id=spell.legal_unit_id,
        commune=spell.commune,
        in_qpv=None,
        naf=spell.activity,
        size_band=spell.size_band,
        segments=spell.segments,
    )
