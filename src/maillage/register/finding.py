"""Finding a firm: by SIRET, SIREN, or words of its names, one slip forgiven; never a hidden name.

Whole words first, then words that begin so, until enough are found; words one edit away when nothing is. What is
found is ranked: nearer words, active, the sign over the door, the name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maillage import places
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.identifiers import digits
from maillage.register import bulk, criteria, indexing, reading
from maillage.register.models import Establishment, Spell

CANDIDATES = 200
AMONG_A_SEGMENT = 5_000
"""How many names are looked at when only the firms of some segments are wanted."""
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)
"""Who finds the firms added by hand."""
_NEIGHBOURS = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """One establishment that answers a search; `distance` is 0 for whole words, 1 begun, 2 one slip."""

    establishment: Establishment
    distance: int

    @property
    def name(self) -> str:
        """What may be shown of its name."""
        return self.establishment.display_name

    def as_json(self) -> dict[str, object]:
        """What the command prints of a firm; a firm of partial diffusion shows no name."""
        place = self.establishment
        return {
            "siret": place.siret,
            "name": self.name,
            "address": place.address,
            "commune": place.commune,
            "activity": place.activity,
            "state": place.state,
            "key": str(place.key),
        }


def search(
    text: str, *, commune: str | None = None, segments: int = 0, actor: Actor, limit: int = 20
) -> list[Hit]:
    """The establishments that answer `text`, nearest first, in one commune and of all `segments` if given.

    The register is public, so every actor finds the firms that INSEE tells of; those that advisers added
    by hand, whose names nobody published, only those who go and see firms, and auditors. Firms of
    partial diffusion answer to their SIRET and SIREN only, and show no name.
    """
    found = _by_number(digits(text), commune)
    if found is None:
        most = AMONG_A_SEGMENT if segments else CANDIDATES
        found = _by_words(
            indexing.text_of(text).split(), commune, most if segments else limit, most
        )
    if segments:
        found = _of_segments(found, segments)
    kept = _ranked(found, limit, provisional=_reads_provisional(actor))
    for hit in kept:
        place = hit.establishment
        if place.commune and not place.commune_label:
            named = places.commune_name(place.commune)
            place.commune_label = "" if named == place.commune else named
    return kept


def town(text: str | None) -> str | None:
    """The INSEE code of a commune given by its name or code; None when none is given.

    Raises:
        UnknownTerritory: no commune, or several, answer to it.
    """
    return places.reference(text, clock.today(), commune=True) if text else None


def _reads_provisional(actor: Actor) -> bool:
    return actor.is_system or actor.has(*READERS)


def _by_number(number: str, commune: str | None) -> dict[int, int] | None:
    """Rows found by SIRET or SIREN; None when the text is no number."""
    if not (number.isascii() and number.isdigit() and len(number) in {9, 14}):
        return None
    rows = Establishment.objects.filter(
        **({"siret": number} if len(number) == 14 else {"legal_unit__siren": number})
    )
    if commune:
        rows = rows.filter(commune=commune)
    return dict.fromkeys(rows.values_list("pk", flat=True)[:CANDIDATES], 0)


def _of_segments(found: dict[int, int], mask: int) -> dict[int, int]:
    """Those that satisfy every criterion today."""
    today = clock.today()
    spells = Spell.objects.on(today).filter(establishment__in=list(found))
    kept = criteria.kept(spells, mask, today).values_list("establishment", flat=True)
    return {number: found[number] for number in kept}


def _by_words(words: Sequence[str], commune: str | None, limit: int, most: int) -> dict[int, int]:
    found: dict[int, int] = {}
    if not words:
        return found
    attempts: tuple[Callable[[str], list[str]], ...] = (_whole, _starting, _near)
    for distance, attempt in enumerate(attempts):
        if len(found) >= limit or (found and attempt is _near):  # a slip that answers is none
            break
        for number in _matching([attempt(word) for word in words], commune, most):
            found.setdefault(number, distance)
    return found


def _whole(word: str) -> list[str]:
    return [_exact(word)]


def _starting(word: str) -> list[str]:
    return [_begun(word)]


def _near(word: str) -> list[str]:
    return [_exact(near) for near in _neighbours(word)] or [_begun(word)]


def _exact(word: str) -> str:
    return f"'{word}'" if bulk.is_postgresql() else f'"{word}"'


def _begun(word: str) -> str:
    return f"'{word}':*" if bulk.is_postgresql() else f'"{word}" *'


def _matching(groups: Sequence[Sequence[str]], commune: str | None, most: int) -> list[int]:
    """Rows whose names hold one word of each group."""
    if bulk.is_postgresql():
        terms = [f"({' | '.join(group)})" for group in groups]
        if commune:
            terms.append(f"'{indexing.commune_word(commune)}'")
        sql = "SELECT rowid FROM register_search WHERE words @@ to_tsquery('simple', %s) LIMIT %s"
        return [row[0] for row in bulk.fetch(sql, [" & ".join(terms), most])]
    terms = [f"names : ({' OR '.join(group)})" for group in groups]
    if commune:
        terms.insert(0, f'place : "{indexing.commune_word(commune)}"')
    sql = "SELECT rowid FROM register_search WHERE register_search MATCH %s LIMIT %s"
    return [row[0] for row in bulk.fetch(sql, [" AND ".join(terms), most])]


def _neighbours(word: str) -> list[str]:
    """The words of the vocabulary at most one edit away, the word itself first."""
    if not indexing.is_forgiven(word):
        return []
    condition, param = bulk.any_of(sorted(indexing.forms(word)))
    sql = f"SELECT DISTINCT word FROM register_wordform WHERE form {condition}"  # noqa: S608
    near = [row[0] for row in bulk.fetch(sql, [param]) if is_one_edit(word, row[0])]
    return sorted(near, key=lambda found: (found != word, found[0] != word[0], found))[:_NEIGHBOURS]


def is_one_edit(typed: str, meant: str) -> bool:
    """Whether one letter added, left out, changed, or two neighbours swapped, make one the other."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    a, b = typed[start:], meant[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped


def _ranked(found: dict[int, int], limit: int, *, provisional: bool) -> list[Hit]:
    """The best of what was found, read whole only then: three questions, whatever their number."""
    rows = reading.faintly(found)
    ranked = sorted(
        (found[row.pk], row.state != "A", not row.is_headquarters, row.name, row.pk)
        for row in rows
        if provisional or not row.provisional
    )
    kept = reading.whole([pk for *_rank, pk in ranked[:limit]])
    return [Hit(row, found[row.pk]) for row in kept]
