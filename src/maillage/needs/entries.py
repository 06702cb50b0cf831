"""Which entries of the catalogue may answer a need: judged on the firm, scored as services are; a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.catalogue import reading
from maillage.catalogue.codes import department_of
from maillage.catalogue.conditions import Known
from maillage.catalogue.knowing import known_of
from maillage.catalogue.models import Entry, EntryVersion, holding
from maillage.catalogue.reading import Judged
from maillage.catalogue.vocabulary import State
from maillage.kernel import clock
from maillage.ledger import themes
from maillage.needs import matching
from maillage.needs.matching.scoring import CRITERIA
from maillage.needs.models import Need
from maillage.needs.routing import asked_of

#: What an entry is scored on; room, language and delay are those of a partner, which its rules say.
SCORED = ("theme", "territory", "text", "eligibility")
#: So many are shown, of those that answer and of those that do not.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry that may answer a need: with what score, for which reasons, what remains to be asked."""

    judged: Judged
    proposal: matching.Proposal

    @property
    def version(self) -> EntryVersion:
        """What is said of it."""
        return self.judged.version

    @property
    def score(self) -> int:
        """The sum of its reasons."""
        return self.proposal.score

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason in words, with its points."""
        return [(str(CRITERIA[one.criterion]), one.points) for one in self.proposal.reasons]


@dataclass(frozen=True, slots=True)
class Offered:
    """The entries of a need's theme: those that may answer it, best first, and those that may not, with why."""

    choices: Sequence[Choice] = ()
    refused: Sequence[Judged] = ()

    def as_choices(self) -> list[tuple[str, str]]:
        """The entries that may be chosen, each by its key, with who provides it."""
        return [
            (str(one.version.entry.key), ", ".join(filter(None, (one.version.title, one.version.provided))))
            for one in self.choices
        ]  # fmt: skip

    def entry(self, key: str) -> Entry | None:
        """The entry of this key, when it is one of them."""
        told = (one.version.entry for one in self.choices)
        return next((entry for entry in told if str(entry.key) == key), None)


def said_of(entry: int | None) -> EntryVersion | None:
    """The last word on the entry of a referral, retired or not."""
    if entry is None:
        return None
    return EntryVersion.objects.current().select_related("entry").filter(entry=entry).first()


def offered_for(need: Need) -> Offered:
    """The entries that answer the theme of a need, judged today on its firm."""
    known = known_of(need.establishment, clock.today())
    theme = themes.followed(need.theme)
    rows = EntryVersion.objects.offered().filter(holding("themes", *themes.leading_to(theme)))
    judged = reading.judged(rows.order_by("title", "pk"), known)
    may = {str(one.version.entry.key): one for one in judged if one.state is not State.NOT_MET}
    scored = _scored(need, may, known)[:SHOWN]
    shut = [one for one in judged if one.state is State.NOT_MET][:SHOWN]
    told = reading.in_words([*(may[one.service] for one in scored), *shut], known)
    return Offered(
        [Choice(one, found) for one, found in zip(told, scored, strict=False)],
        told[len(scored) :],
    )


def _scored(need: Need, may: Mapping[str, Judged], known: Known) -> list[matching.Proposal]:
    asked = replace(asked_of(need), commune=known.commune)
    offers = [_offer(key, one, known) for key, one in may.items()]
    proposed = matching.propose([asked], offers, least=0)
    found = [_kept(one, may[one.service]) for one in proposed]
    return sorted(found, key=lambda one: (-one.score, one.service))


def _kept(one: matching.Proposal, judged: Judged) -> matching.Proposal:
    """The reasons that are those of an entry, none for an area that it does not say; its score is their sum."""
    version = judged.version
    is_said = version.everywhere or version.areas
    kept = SCORED if is_said else tuple(name for name in SCORED if name != "territory")
    return replace(one, reasons=tuple(why for why in one.reasons if why.criterion in kept))


def _offer(key: str, judged: Judged, known: Known) -> matching.Offer:
    """An entry as services are matched: what it asks of the firm is judged already."""
    version = judged.version
    return matching.Offer(
        id=key,
        themes=frozenset(map(themes.followed, version.themes)),
        text=" ".join(filter(None, (version.title, version.summary, version.description))),
        areas=_areas(version, known),
        met=judged.state is State.MET or None,
    )


def _areas(version: EntryVersion, known: Known) -> frozenset[str]:
    """Where it goes as services say it: the firm's commune when it serves it or its intercommunality, else wider."""
    inside = known.areas & set(version.areas)
    if version.everywhere or not inside:
        return frozenset()
    is_near = any(code == known.commune or len(code) == len("200093201") for code in inside)
    return frozenset({known.commune if is_near else department_of(known.commune)})
