"""What the words of a request speak of, by the terms that its organisation keeps; they propose and never decide."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel.errors import Invalid
from maillage.ledger import themes
from maillage.needs.matching.texts import Thesaurus, plain
from maillage.needs.models import Need, Synonym, Term
from maillage.needs.models.needs import MACHINE, label_of
from maillage.needs.models.terms import TermQuerySet

#: Words that say nothing of a trade, or too much of it: never the beginning of a term that is proposed.
_IDLE = frozenset(
    [
        "avec",
        "avoir",
        "besoin",
        "bonjour",
        "cela",
        "cette",
        "comment",
        "dans",
        "elle",
        "elles",
        "etre",
        "faire",
        "faut",
        "mais",
        "merci",
        "notre",
        "nous",
        "pour",
        "pouvez",
        "pouvoir",
        "quel",
        "quelle",
        "question",
        "sans",
        "savoir",
        "souhaite",
        "suis",
        "tout",
        "tres",
        "trouver",
        "veux",
        "voudrais",
        "voudrait",
        "vous",
        "votre",
        "cherche",
        "cherchons",
        "aimerais",
        "aide",
    ]
)
LONGEST, SHORTEST = 3, 4


def terms_of(organisation: Organisation) -> TermQuerySet:
    """The terms in use of an organisation."""
    return Term.objects.visible_to(MACHINE).standing().filter(organisation=organisation)


def kept_by(organisation: Organisation) -> Thesaurus:
    """The thesaurus of an organisation, as matching reads it."""
    kept = terms_of(organisation).values_list("term", "theme")
    return Thesaurus([(term, themes.followed(theme)) for term, theme in kept])


def named(name: str) -> list[tuple[str, str]]:
    """The terms of the organisation of this name, short or full; none when nobody is named.

    Raises:
        Invalid: no organisation has this name.
    """
    if not name:
        return []
    found = Organisation.objects.filter(Q(short_name=name) | Q(name=name)).first()
    if found is None:
        raise Invalid(_("No organisation is called %(name)s.") % {"name": name})
    return list(terms_of(found).values_list("term", "theme"))


def told_by(need: Need) -> list[str]:
    """The themes that the words of a need speak of, besides its own, in words."""
    told = kept_by(need.organisation).themes(need.words) - {themes.followed(need.theme)}
    return sorted(map(label_of, told))


def suggested(words: str) -> str:
    """Up to three words of a request that may be worth keeping: the first that tell something."""
    every = plain(words).split()
    telling = [len(word) >= SHORTEST and word not in _IDLE for word in every]
    start = next((rank for rank, tells in enumerate(telling) if tells), None)
    if start is None:
        return ""
    run = takewhile(lambda rank: telling[rank], range(start, min(start + LONGEST, len(every))))
    return " ".join(every[rank] for rank in run)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A synonym to accept or refuse: what the firm said, the theme that was chosen, the words that may be kept."""

    synonym: Synonym
    said: str
    theme: str
    term: str


def proposals(actor: Actor) -> list[Proposal]:
    """What waits for an adviser of the actor's organisation, oldest first."""
    waiting = Synonym.objects.visible_to(actor).waiting()
    own = waiting.filter(need__organisation_id=actor.organisation_id).select_related("need")
    return [
        Proposal(one, one.need.words, label_of(one.theme), suggested(one.need.words))
        for one in own[:50]
    ]
