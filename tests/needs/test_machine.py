"""Whatever people do with a need, in whatever order: what is shown, counted and chained is what happened.

A small model in plain Python is kept beside the product: it knows the rules from their words alone. After each step,
states, counts, acts and figures are those of the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures, ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, Refusal as Refused
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.needs import actions, reading
from maillage.needs.models import Need, Referral
from maillage.needs.permissions import can_read_words
from maillage.needs.vocabulary import Ending, How, NeedState, ReferralState, Refusal, Theme
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
DAY_ONE = date(2020, 6, 2)
LONG = 60
YEAR = Period.parse("2020")


@dataclass
class Sent:
    """A referral as the model sees it."""

    partner: int
    on: int
    state: ReferralState = ReferralState.SENT
    ending: str = ""

    @property
    def live(self) -> bool:
        return self.state in {ReferralState.SENT, ReferralState.SEEN, ReferralState.TAKEN}


@dataclass
class Model:
    """One need: what the firm agrees to, to whom it was sent, how it stands."""

    agreed: set[int | None] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    closed: str = ""
    withdrawn: bool = False
    taken: bool = False
    counted: Counter[str] = field(default_factory=Counter)

    def live(self, partner: int) -> Sent | None:
        return next((one for one in self.sent if one.partner == partner and one.live), None)

    def covers(self, partner: int) -> bool:
        return partner == 0 or None in self.agreed or partner in self.agreed

    @property
    def stage(self) -> NeedState:
        if self.withdrawn:
            return NeedState.WITHDRAWN
        if self.closed:
            return NeedState.CLOSED
        states = {one.state for one in self.sent if one.live}
        if ReferralState.TAKEN in states:
            return NeedState.TAKEN
        return NeedState.SENT if states else NeedState.EXPRESSED

    def settle(self) -> None:
        """A need closes when all its referrals have ended and one was answered."""
        if self.closed or self.withdrawn or any(one.live for one in self.sent):
            return
        endings = [one.ending for one in self.sent if one.ending]
        if endings:
            self.closed = "helped" if "helped" in endings else endings[-1]
            self.counted[f"needs.need_closed_{self.closed}"] += 1

    def end(self, one: Sent, state: ReferralState, kind: str) -> None:
        one.state = state
        self.counted[kind] += 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["send", "send", "see", "take", "take", "close", "refuse", "back", "agree", "end", "days", "give up",
             "withdraw", "close need", "expire"]
        ),
        st.integers(0, 2),
        st.sampled_from(list(Ending)),
    ),
    max_size=12,
)  # fmt: skip


class World:
    """The product beside the model: one need, three places to send it (0 is one's own organisation)."""

    def __init__(self, agreed: bool) -> None:
        self.day = 0
        self.adviser = accounts.actor()
        one, two = make.partner(), make.partner()
        own = accounts.actor(Role.EXPERT, self.adviser.organisation)
        self.partners: list[Organisation] = [self.adviser.acting_for(), one[0], two[0]]
        self.people: list[Actor] = [own, one[1], two[1]]
        self.model = Model(agreed={None} if agreed else set())
        with self.clock():
            self.need = make.need(
                self.adviser,
                register.establishment(),
                theme=Theme.ONLINE,
                agreed=How.TOLD if agreed else None,
            )
        self.model.counted["needs.desk_need_expressed"] += 1
        self.keys: list[int] = []

    def clock(self) -> AbstractContextManager[None]:
        return clock.at(clock.parse_instant(f"{DAY_ONE + timedelta(days=self.day)}T10:00"))

    def referral(self, rank: int) -> Referral:
        rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
        return rows.get(pk=self.keys[rank])

    def play(self, step: str, partner: int, ending: Ending) -> None:
        """Do it in the product and in the model; what the model forbids is refused."""
        getattr(self, f"_{step.replace(' ', '_')}")(partner, ending)

    def _tried(self, allowed: bool, do: Callable[[], object]) -> bool:
        """Do it; refused exactly when the model says so."""
        with self.clock():
            if allowed:
                do()
                return True
            with pytest.raises(Refused) as refused:
                do()
            assert isinstance(refused.value, Conflict | Invalid)
            return False

    def _days(self, partner: int, _ending: Ending) -> None:
        self.day += (1, 8, 40)[partner]

    def _agree(self, partner: int, _ending: Ending) -> None:
        model, whom = self.model, partner or None
        allowed = not model.closed and not model.withdrawn
        named = self.partners[partner] if partner else None
        if self._tried(
            allowed,
            lambda: actions.agree(need=self.need, partner=named, how=How.TOLD, by=self.adviser),
        ):
            model.agreed.add(whom)

    def _end(self, partner: int, _ending: Ending) -> None:
        model = self.model
        named = self.partners[partner] if partner else None
        with self.clock():
            lost = actions.end_agreement(need=self.need, partner=named, by=self.adviser)
        model.agreed = set() if named is None else model.agreed - {partner, None}
        gone = [one for one in model.sent if one.live and not model.covers(one.partner)]
        for one in gone:
            model.end(one, ReferralState.WITHDRAWN, "needs.referral_withdrawn")
        assert lost == len(gone)
        model.settle()

    def _send(self, partner: int, _ending: Ending) -> None:
        model = self.model
        allowed = not model.withdrawn and model.covers(partner) and not model.live(partner)
        sent: list[Referral] = []
        if self._tried(
            allowed,
            lambda: sent.append(make.referral(self.adviser, self.partners[partner], of=self.need)),
        ):
            if model.closed:
                model.counted[f"needs.need_closed_{model.closed}"] -= 1
                model.closed = ""
            model.sent.append(Sent(partner, self.day))
            model.counted["needs.referral_sent"] += 1
            self.keys.append(sent[0].pk)

    def _of(self, partner: int) -> tuple[int, Sent] | None:
        """The last referral to a partner, if there is one."""
        ranks = [rank for rank, one in enumerate(self.model.sent) if one.partner == partner]
        return (ranks[-1], self.model.sent[ranks[-1]]) if ranks else None

    def _see(self, partner: int, _ending: Ending) -> None:
        if (found := self._of(partner)) is None:
            return
        rank, one = found
        with self.clock():
            actions.note_seen(referral=self.referral(rank), by=self.people[partner])
        if one.state is ReferralState.SENT:
            one.state = ReferralState.SEEN

    def _take(self, partner: int, _ending: Ending) -> None:
        if (found := self._of(partner)) is None:
            return
        rank, one = found
        referral = self.referral(rank)
        if self._tried(
            one.live, lambda: actions.take_up(referral=referral, by=self.people[partner])
        ):
            self._note_taken(one)

    def _note_taken(self, one: Sent) -> None:
        model = self.model
        if one.state is not ReferralState.TAKEN:
            model.counted["needs.referral_taken"] += 1
            if not model.taken:
                model.counted["needs.need_taken_up"] += 1
            model.taken = True
        one.state = ReferralState.TAKEN

    def _close(self, partner: int, ending: Ending) -> None:
        if (found := self._of(partner)) is None:
            return
        rank, one = found
        referral, by = self.referral(rank), self.people[partner]
        if self._tried(
            one.live, lambda: actions.close_referral(referral=referral, ending=ending, by=by)
        ):
            self._note_taken(one)
            one.ending = ending.value
            self.model.sent.append(
                self.model.sent.pop(rank)
            )  # the last closed tells how the need ends
            self.keys.append(self.keys.pop(rank))
            self.model.end(one, ReferralState.CLOSED, f"needs.referral_closed_{ending.value}")
            self.model.settle()

    def _refuse(self, partner: int, _ending: Ending) -> None:
        if (found := self._of(partner)) is None:
            return
        rank, one = found
        referral, by = self.referral(rank), self.people[partner]
        allowed = one.state in {ReferralState.SENT, ReferralState.SEEN}
        if self._tried(
            allowed, lambda: actions.refuse(referral=referral, refusal=Refusal.NO_ROOM, by=by)
        ):
            self.model.end(one, ReferralState.REFUSED, "needs.referral_refused")
            self.model.settle()

    def _back(self, partner: int, _ending: Ending) -> None:
        if (found := self._of(partner)) is None:
            return
        rank, one = found
        referral = self.referral(rank)
        if self._tried(one.live, lambda: actions.take_back(referral=referral, by=self.adviser)):
            self.model.end(one, ReferralState.WITHDRAWN, "needs.referral_withdrawn")
            self.model.settle()

    def _expire(self, _partner: int, _ending: Ending) -> None:
        due = [
            one
            for one in self.model.sent
            if one.live and one.state is not ReferralState.TAKEN and self.day - one.on > LONG
        ]
        with self.clock():
            assert actions.expire_due(by=MACHINE) == len(due)
        for one in due:
            self.model.end(one, ReferralState.EXPIRED, "needs.referral_expired")
        self.model.settle()

    def _give_up(self, _partner: int, _ending: Ending) -> None:
        model = self.model
        with self.clock():
            actions.give_up(need=self.need, by=self.adviser)
        if model.closed or model.withdrawn:
            return
        for one in [one for one in model.sent if one.live]:
            model.end(one, ReferralState.WITHDRAWN, "needs.referral_withdrawn")
        model.closed = "abandoned"
        model.counted["needs.need_closed_abandoned"] += 1

    def _withdraw(self, partner: int, _ending: Ending) -> None:
        model = self.model
        if partner:  # seldom: nothing happens afterwards
            return
        if self._tried(
            not model.withdrawn,
            lambda: actions.withdraw_need(need=self.need, reason="mistake", by=self.adviser),
        ):
            for one in [one for one in model.sent if one.live]:
                model.end(one, ReferralState.WITHDRAWN, "needs.referral_withdrawn")
            model.withdrawn = True
            gone = (
                "needs.desk_need_expressed",
                "needs.need_taken_up",
                f"needs.need_closed_{model.closed}",
            )
            for kind in gone:
                model.counted.pop(kind, None)

    def _close_need(self, _partner: int, ending: Ending) -> None:
        model = self.model
        if model.closed == ending.value:
            return
        free = not any(one.live for one in model.sent)
        allowed = not model.closed and not model.withdrawn and free
        if self._tried(
            allowed, lambda: actions.close_need(need=self.need, ending=ending, by=self.adviser)
        ):
            model.closed = ending.value
            model.counted[f"needs.need_closed_{ending.value}"] += 1

    # What must hold after each step.

    def check(self) -> None:
        with self.clock():
            self._check_states()
            self._check_sight()
            self._check_inboxes()
        self._check_acts()

    def _check_states(self) -> None:
        found = Need.objects.visible_to(MACHINE).with_state().get(pk=self.need.pk)
        assert found.stage == self.model.stage
        assert found.ending == self.model.closed
        assert [self.referral(rank).state for rank in range(len(self.keys))] == [
            one.state for one in self.model.sent
        ]
        live = Counter(one.partner for one in self.model.sent if one.live)
        assert not live or max(live.values()) == 1

    def _check_sight(self) -> None:
        today = DAY_ONE + timedelta(days=self.day)
        for rank, one in enumerate(self.model.sent):
            if one.partner == 0:
                continue
            lost = {ReferralState.REFUSED, ReferralState.EXPIRED, ReferralState.WITHDRAWN}
            late = today > DAY_ONE + timedelta(days=one.on + LONG)
            untaken = one.state in {ReferralState.SENT, ReferralState.SEEN}
            reads = one.state not in lost and not (untaken and late)
            assert can_read_words(self.people[one.partner], self.referral(rank)) is reads

    def _check_inboxes(self) -> None:
        counted: Counter[tuple[int, str]] = Counter(
            (self.partners[one.partner].pk, one.state.value) for one in self.model.sent
        )
        told = {
            (inbox.partner.pk, tally.state.value): tally.number
            for inbox in reading.inboxes(self.adviser)
            for tally in inbox.counts
            if tally.number
        }
        assert told == dict(counted)
        nobodys = set(reading.nobodys(self.adviser).values_list("pk", flat=True))
        assert (self.need.pk in nobodys) is (self.model.stage is NeedState.EXPRESSED)

    def _check_acts(self) -> None:
        every = Act.objects.visible_to(MACHINE).effective()
        of_ours = every.filter(source_model__in=("needs.need", "needs.referral"))
        standing = Counter(of_ours.values_list("kind", flat=True))
        assert standing == +self.model.counted

    def check_figures(self) -> None:
        """What the figures of the year say of it all."""
        codes = (
            "needs.needs_expressed",
            "needs.needs_open",
            "needs.needs_helped",
            "needs.referrals_sent",
        )
        with clock.at(clock.parse_instant("2021-06-30T10:00")):
            told = figures.answer([Question(code, Filter(), YEAR) for code in codes], cached=False)
        model = self.model
        stands = not model.withdrawn
        assert [one.value for one in told] == [
            int(stands),
            int(stands and not model.closed),
            int(stands and model.closed == "helped"),
            model.counted["needs.referral_sent"],
        ]
        assert ledger.verify().is_valid


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agreed=st.booleans(), steps=STEPS)
def test_states_counts_acts_and_figures_are_those_of_what_happened(
    agreed: bool,
    steps: list[tuple[str, int, Ending]],
    db_rollback: Callable[[], AbstractContextManager[None]],
) -> None:
    with db_rollback():
        world = World(agreed)
        world.check()
        for step in steps:
            world.play(*step)
            world.check()
        world.check_figures()


STORIES: dict[str, list[tuple[str, int, Ending]]] = {
    "two partners, the second one helps": [
        ("send", 1, Ending.HELPED), ("send", 2, Ending.HELPED), ("take", 1, Ending.HELPED),
        ("close", 1, Ending.OUT_OF_SCOPE), ("close", 2, Ending.HELPED),
    ],
    "refused, sent elsewhere, closed, opened again": [
        ("send", 1, Ending.HELPED), ("refuse", 1, Ending.HELPED), ("send", 2, Ending.HELPED),
        ("close", 2, Ending.NO_FOLLOW_UP), ("send", 1, Ending.HELPED), ("close", 1, Ending.HELPED),
    ],
    "nobody answers": [
        ("send", 1, Ending.HELPED), ("see", 1, Ending.HELPED), ("days", 2, Ending.HELPED),
        ("days", 2, Ending.HELPED), ("expire", 0, Ending.HELPED), ("close need", 0, Ending.UNREACHABLE),
    ],
    "the firm agrees no longer, then again": [
        ("send", 1, Ending.HELPED), ("take", 1, Ending.HELPED), ("end", 0, Ending.HELPED),
        ("send", 1, Ending.HELPED), ("agree", 1, Ending.HELPED), ("send", 1, Ending.HELPED), ("take", 1, Ending.HELPED),
        ("close", 1, Ending.HELPED),
    ],
    "given up while a partner has it": [
        ("send", 1, Ending.HELPED), ("take", 1, Ending.HELPED), ("give up", 0, Ending.HELPED),
        ("take", 1, Ending.HELPED), ("close", 1, Ending.HELPED),
    ],
    "written down by mistake after all": [
        ("send", 1, Ending.HELPED), ("close", 1, Ending.HELPED), ("withdraw", 0, Ending.HELPED),
        ("send", 1, Ending.HELPED), ("close need", 0, Ending.HELPED),
    ],
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_stories_of_the_field_are_told_step_by_step(story: str) -> None:
    world = World(agreed=True)
    for step in STORIES[story]:
        world.play(*step)
        world.check()
    world.check_figures()
