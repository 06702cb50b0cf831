"""The score of a service for a need: whole points by criterion, out of a hundred, which sum to it exactly.

Who may not have a service is never offered it; what is not known of a firm shuts no door and gives no points. Free
text never decides alone: without the theme (said, or found by a term that advisers keep) there is no proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from maillage.catalogue.codes import begins, department_of, within
from maillage.kernel.text import Words
from maillage.needs.matching.texts import Corpus, Thesaurus, likeness

# What each criterion may bring: a hundred in all.
THEME, TERRITORY, TEXT, ELIGIBLE, LOAD, LANGUAGE, DELAY = 40, 20, 10, 10, 10, 5, 5
TERM = 30
"""What the theme brings when only a term of the text tells it."""
DEPARTMENT, EVERYWHERE = 15, 10
"""What the territory brings when the service covers the whole département, or everything."""
LEAST = 40
"""Below, a service is not proposed."""
PROMPT, USUAL = 3, 5  # working days

CRITERIA: Mapping[str, Words] = {
    "theme": Words("Thème", "Theme"),
    "territory": Words("Territoire", "Territory"),
    "text": Words("Mots de la demande", "Words of the request"),
    "eligibility": Words("Conditions remplies", "Conditions met"),
    "load": Words("Place disponible", "Room left"),
    "language": Words("Langue", "Language"),
    "delay": Words("Délai promis", "Delay promised"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A need as it is matched: what is asked, and what is known of the firm (None: not known)."""

    id: str
    theme: str = ""
    text: str = ""
    commune: str = ""
    activity: str = ""
    headcount: int | None = None
    legal_form: str = ""
    craft: bool | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service as it is matched: what it answers, where, for whom, how soon, how much room it has left."""

    id: str
    themes: frozenset[str] = frozenset()
    text: str = ""
    areas: frozenset[str] = frozenset()  # communes or départements; empty: everywhere
    activities: tuple[str, ...] = ()  # prefixes of activity codes
    headcount: tuple[int | None, int | None] = (None, None)
    legal_forms: tuple[str, ...] = ()  # prefixes of legal categories
    craft_only: bool = False
    languages: frozenset[str] = frozenset()
    delay_days: int | None = None
    capacity: int | None = None
    load: int = 0
    met: bool | None = True  # what else it asks of the firm, judged elsewhere (None: not known)

    @property
    def room(self) -> int | None:
        """How many more it takes; None when nothing limits it."""
        return None if self.capacity is None else max(0, self.capacity - self.load)


@dataclass(frozen=True, slots=True)
class Reason:
    """Points, and for what."""

    criterion: str
    points: int

    def as_json(self) -> dict[str, object]:
        """As commands print it."""
        return {"criterion": self.criterion, "points": self.points}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A service that may answer a need; its reasons sum to its score."""

    need: str
    service: str
    reasons: Sequence[Reason] = field(default_factory=tuple)

    @property
    def score(self) -> int:
        """The sum of its reasons."""
        return sum(one.points for one in self.reasons)

    def as_json(self) -> dict[str, object]:
        """As commands print it."""
        return {
            "need": self.need,
            "service": self.service,
            "score": self.score,
            "reasons": [one.as_json() for one in self.reasons],
        }


Fits = Callable[[Asked, Offer], bool | None]


def _within(asked: Asked, offer: Offer) -> bool | None:
    exact = asked.headcount
    return within(None if exact is None else (exact, exact), *offer.headcount)


def _craft(asked: Asked, offer: Offer) -> bool | None:
    return asked.craft if offer.craft_only else True


# Who may have it: yes, no, or not known.
CONDITIONS: Mapping[str, Fits] = {
    "headcount": _within,
    "activity": lambda asked, offer: begins(asked.activity, offer.activities),
    "legal_form": lambda asked, offer: begins(asked.legal_form, offer.legal_forms),
    "craft": _craft,
    "more": lambda _asked, offer: offer.met,
}


def propose(
    needs: Iterable[Asked],
    services: Sequence[Offer],
    *,
    thesaurus: Thesaurus | None = None,
    least: int = LEAST,
) -> list[Proposal]:
    """The services that may answer each need, best first, ties by their identifiers.

    The order of the needs is kept; that of the services changes nothing.
    """
    corpus = Corpus(one.text for one in services)
    known = [(one, corpus.weighed(one.text)) for one in sorted(services, key=lambda one: one.id)]
    terms = thesaurus or Thesaurus(())
    found = []
    for asked in needs:
        said, told = corpus.weighed(asked.text), terms.themes(asked.text)
        scored = [_scored(asked, offer, told, likeness(said, text)) for offer, text in known]
        kept = [one for one in scored if one is not None and one.score >= least]
        found += sorted(kept, key=lambda one: -one.score)
    return found


def _scored(asked: Asked, offer: Offer, told: set[str], alike: float) -> Proposal | None:
    """The service's reasons; None when it cannot answer, whatever else speaks for it."""
    theme = _theme(asked, offer, told)
    territory = _territory(asked.commune, offer.areas)
    fits = [fit(asked, offer) for fit in CONDITIONS.values()]
    if not theme or territory is None or False in fits or offer.room == 0:
        return None
    points = {
        "theme": theme,
        "territory": territory,
        "text": round(TEXT * alike),
        "eligibility": ELIGIBLE if None not in fits else 0,
        "load": _load(offer),
        "language": _language(asked, offer),
        "delay": _delay(offer.delay_days),
    }
    return Proposal(asked.id, offer.id, tuple(Reason(name, n) for name, n in points.items() if n))


def _theme(asked: Asked, offer: Offer, told: set[str]) -> int:
    if asked.theme:
        return THEME if asked.theme in offer.themes else 0
    return TERM if told & offer.themes else 0


def _territory(commune: str, areas: frozenset[str]) -> int | None:
    """Its points; None where the service does not go. A commune that is not known is nowhere it does not go."""
    if not areas:
        return EVERYWHERE
    if not commune:
        return 0
    if commune in areas:
        return TERRITORY
    return DEPARTMENT if department_of(commune) in areas else None


def _load(offer: Offer) -> int:
    if offer.capacity is None:
        return LOAD
    return LOAD * (offer.room or 0) // max(offer.capacity, 1)


def _language(asked: Asked, offer: Offer) -> int:
    """French is spoken everywhere; another language counts where it is."""
    wanted = asked.language or "fr"
    return LANGUAGE if wanted in (offer.languages or {"fr"}) else 0


def _delay(days: int | None) -> int:
    if days is None:
        return 0
    return DELAY if days <= PROMPT else DELAY // 2 if days <= USUAL else 0
