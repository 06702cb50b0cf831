"""Passes read together: the ones before, those to be made again, and progress pair by pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.diagnoses.document import Document, Question
from maillage.diagnoses.models import MACHINE, Pass, PassQuerySet, Questionnaire
from maillage.diagnoses.scoring import Pair, Score, compared, pair
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.places import commune_names
from maillage.ui import charts, formats

SOON = timedelta(days=30)
#: What an adviser asks of the list; each with its words.
STATES: Mapping[str, Words] = {
    "again": Words("À refaire", "To be made again"),
    "soon": Words("À refaire d’ici un mois", "To be made again within a month"),
    "all": Words("Tous les diagnostics", "All diagnoses"),
}


def readable() -> PassQuerySet:
    """Passes with what a page shows of each."""
    return Pass.objects.select_related(
        "questionnaire", "establishment__legal_unit", "organisation", "adviser"
    )


def listed(actor: Actor, *, state: str, code: str = "", mine: bool = False) -> PassQuerySet:
    """The passes that a list shows: what is to be made again first, the oldest on top."""
    rows = readable().visible_to(actor)
    today = clock.today()
    if state == "again":
        rows = rows.due_again(today).order_by("occurred_on", "pk")
    elif state == "soon":
        rows = rows.due_again(today + SOON).order_by("occurred_on", "pk")
    else:
        rows = rows.standing()
    if code:
        rows = rows.filter(questionnaire__code=code)
    return rows.filter(adviser_id=actor.person_id) if mine else rows


def as_csv(rows: PassQuerySet) -> tuple[list[str], list[list[object]]]:
    """The list as a table: no answer, no note; a firm of partial diffusion has no name and no number."""
    header = [
        _("Firm"), _("SIRET"), _("Commune"), _("Questionnaire"), _("Day"), _("Score"),
        _("To be made again from"), _("Adviser"), _("Organisation"),
    ]  # fmt: skip
    towns = commune_names({one.establishment.commune for one in rows})
    return header, [
        [one.establishment.display_name, one.establishment.siret if one.establishment.is_open else "",
         towns[one.establishment.commune], str(one.questionnaire), one.occurred_on, one.scores.whole.share,
         one.again_on, str(one.adviser), str(one.organisation)]
        for one in rows
    ]  # fmt: skip


def family(found: Pass, actor: Actor) -> list[Pass]:
    """The standing passes of the same firm by the same organisation through the same questionnaire, oldest first."""
    rows = readable().visible_to(actor).of_family(found).standing()
    return list(rows.order_by("occurred_on", "pk"))


@dataclass(frozen=True, slots=True)
class AxisLine:
    """One axis of a result: its score, and what it was before, on the questions answered both times."""

    rank: int
    title: str
    now: Score
    before: Score | None = None
    after: Score | None = None

    @property
    def gap(self) -> float | None:
        """What was gained since, as a fraction of 1."""
        return gap(self.before, self.after)


def gap(before: Score | None, after: Score | None) -> float | None:
    """What was gained from one score to another; None where either is unknown."""
    if before is None or after is None or before.share is None or after.share is None:
        return None
    return after.share - before.share


@dataclass(frozen=True, slots=True)
class Result:
    """A pass as its page and its paper show it."""

    found: Pass
    number: int
    lines: Sequence[AxisLine]
    beside: Pair | None
    is_last: bool

    @property
    def whole(self) -> Score:
        """The score of all axes together."""
        return self.found.scores.whole

    @property
    def gap(self) -> float | None:
        """What was gained since the pass before."""
        if self.beside is None:
            return None
        return gap(self.beside.before.whole, self.beside.after.whole)

    @property
    def is_due_again(self) -> bool:
        """Whether half a year has gone by, and no later pass was made."""
        return self.is_last and self.found.again_on <= clock.today()

    @property
    def before_on(self) -> object:
        """The day of the pass that it is compared with."""
        return self.beside.first.on if self.beside else None

    @property
    def radar(self) -> SafeString:
        """The scores drawn, those of before underneath."""
        rounds = [
            charts.Round(formats.day(self.found.occurred_on), [x.now.share for x in self.lines])
        ]
        if self.beside:
            before = [line.before.share if line.before else None for line in self.lines]
            rounds.append(charts.Round(formats.day(self.beside.first.on), before))
        return charts.radar([line.title for line in self.lines], rounds, title=_("Score by axis"))

    @property
    def said(self) -> list[tuple[Question, str, str]]:
        """Each question with the answer given, and the one of before."""
        before = self.beside.first.answers if self.beside else {}
        return [
            (q, q.said(self.found.answers.get(q.code, "")), q.said(before.get(q.code, "")))
            for q in self.found.document.questions.values()
        ]


def result(found: Pass, actor: Actor) -> Result:
    """The scores of a pass, beside those of the pass before that may be compared with it."""
    every = family(found, actor)
    before = [one for one in every if (one.occurred_on, one.pk) < (found.occurred_on, found.pk)]
    pairs = (compared(one.taken, found.taken) for one in reversed(before))
    beside = next((one for one in pairs if one), None)
    standing = found.cancelled_at is None
    return Result(
        found, len(before) + 1, _lines(found.document, found, beside), beside,
        standing and bool(every) and every[-1].pk == found.pk,
    )  # fmt: skip


def _lines(document: Document, found: Pass, beside: Pair | None) -> list[AxisLine]:
    scores = found.scores
    return [
        AxisLine(
            rank,
            str(axis.title),
            scores.axes[axis.code],
            beside.before.axes[axis.code] if beside else None,
            beside.after.axes[axis.code] if beside else None,
        )
        for rank, axis in enumerate(document.axes, 1)
    ]


@dataclass(frozen=True, slots=True)
class Mean:
    """An axis over all pairs: the mean before and after, and of how many pairs both are known."""

    rank: int
    title: str
    before: float | None
    after: float | None
    n: int

    @property
    def gap(self) -> float | None:
        """The mean progress, as a fraction of 1."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Progress:
    """What firms became through one questionnaire: every pair, and the mean of each axis over them."""

    questionnaire: Questionnaire
    pairs: Sequence[Pair]
    means: Sequence[Mean]

    @property
    def radar(self) -> SafeString:
        """The mean of each axis at the second pass, that of the first underneath."""
        rounds = [
            charts.Round(_("Second diagnosis"), [mean.after for mean in self.means]),
            charts.Round(_("First diagnosis"), [mean.before for mean in self.means]),
        ]
        titles = [mean.title for mean in self.means]
        return charts.radar(
            titles, rounds, title=_("Mean score by axis"), name=f"radar-{self.questionnaire.key}"
        )


def pairs_of(actor: Actor, *, own: bool = True) -> list[Pair]:
    """Every pair of one's organisation (or of all that one reads), newest first, read in one query."""
    rows = readable().owned_by(actor) if own else readable().visible_to(actor)
    families: dict[tuple[int, int, str], list[Pass]] = defaultdict(list)
    for one in rows.standing().order_by("occurred_on", "pk"):
        families[one.organisation_id, one.legal_unit_id, one.questionnaire.code].append(one)
    found = (pair([one.taken for one in passes]) for passes in families.values())
    return sorted((one for one in found if one), key=lambda p: p.second.on, reverse=True)


def progress(actor: Actor) -> list[Progress]:
    """The pairs of one's organisation, questionnaire by questionnaire and scale by scale."""
    held: dict[tuple[str, object], list[Pair]] = defaultdict(list)
    for one in pairs_of(actor):
        held[one.second.of.questionnaire.code, one.second.document.scale].append(one)
    return [
        Progress(pairs[0].second.of.questionnaire, pairs, _means(pairs))
        for _code, pairs in sorted(held.items(), key=lambda item: item[0][0])
    ]


def _means(pairs: Sequence[Pair]) -> list[Mean]:
    means = []
    scored = [(one.before.axes, one.after.axes) for one in pairs]
    for rank, axis in enumerate(pairs[0].second.document.axes, 1):
        known = [
            (before[axis.code].share, after[axis.code].share)
            for before, after in scored
            if before[axis.code].share is not None and after[axis.code].share is not None
        ]
        first = fmean(share for share, _after in known if share is not None) if known else None
        second = fmean(share for _before, share in known if share is not None) if known else None
        means.append(Mean(rank, str(axis.title), first, second, len(known)))
    return means


def questionnaires_in_use(actor: Actor) -> list[Questionnaire]:
    """What may be asked today, each in its last version."""
    return list(Questionnaire.objects.visible_to(actor).in_use())


def waiting_reminder(limit: int) -> list[Pass]:
    """Passes half a year old that nobody followed and of which nobody was reminded."""
    every = readable().visible_to(MACHINE)
    due = every.due_again(clock.today()).filter(Q(reminded_at__isnull=True))
    return list(due.order_by("adviser_id", "occurred_on", "pk")[:limit])
