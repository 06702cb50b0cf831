"""`events.needs_per_event` (I40b), `events.referrals_due_90`, `events.referrals_closed_90`, `events.closing_rate_90` (I40c).

An act does not say at what event the need of a referral was raised: these specifications are lived by the actions.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from maillage import figures, ledger
from maillage.accounts.actors import Actor
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.models import Referral
from maillage.needs.vocabulary import Ending, Origin, Refusal
from tests.factories import accounts, catalogue, needs as make
from tests.spec.drawn import draw, noon
from tests.spec.events.reading import BREAKFAST, FAIR, STORY, ask, keys, opened
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
DUE, CLOSED, RATE = (
    "events.referrals_due_90",
    "events.referrals_closed_90",
    "events.closing_rate_90",
)

# From 20 January 2020, the ninetieth day is 19 April.
LIVED = """
    A | breakfast | 2020-01-20 | closed  | 2020-04-19
    B | breakfast | 2020-01-20 | closed  | 2020-04-20
    C | fair      | 2020-06-15 | refused | 2020-06-16
    D | fair      | 2020-06-15 | entry   | 2020-06-20
    E | breakfast | 2020-10-03 | closed  | 2020-10-04
    F |           | 2020-01-20 | closed  | 2020-01-21
    G | fair      | 2019-12-31 | closed  | 2020-01-02
"""
EVENTS = {"breakfast": BREAKFAST, "fair": FAIR, "": ""}


@dataclass
class Lived:
    """Referrals by letter, and who sent and answered them."""

    by: Actor
    expert: Actor
    sent: dict[str, Referral]

    def acts(self, letters: str) -> set[str]:
        """The public keys of the acts by which these were sent."""
        acts = Act.objects.unscoped(reason="a specification").filter(reverses=None)
        every = acts.filter(kind="needs.referral_sent")
        ours = [str(self.sent[letter].key) for letter in letters]
        return {str(key) for key in every.filter(source_key__in=ours).values_list("key", flat=True)}


@pytest.fixture
def lived() -> Lived:
    """Each need raised and sent on its day, then what its partner did; in the order of days, as a chain goes."""
    partner, expert = make.partner()
    told = Lived(accounts.actor(), expert, {})
    rows = [[cell.strip() for cell in line.split("|")] for line in LIVED.strip().splitlines()]
    steps = [(day, row, "sent") for row in rows for day in (row[2],)]
    steps += [(row[4], row, row[3]) for row in rows]
    with clock.at(noon("2019-12-01")):
        entry = catalogue.entry()
    for day, (letter, event, *_rest), what in sorted(steps, key=lambda step: step[0]):
        with clock.at(noon(day)):
            if what == "sent":
                birth = actions.Birth(Origin.EVENT if event else Origin.DESK, scheme=EVENTS[event])
                need, by_entry = make.need(told.by, birth=birth), entry if letter == "D" else None
                told.sent[letter] = actions.send_referral(
                    need=need, partner=partner, by=told.by, entry=by_entry
                )
            elif what == "refused":
                actions.refuse(referral=told.sent[letter], refusal=Refusal.choices[0][0], by=expert)
            else:
                ending = Ending.HELPED if letter == "A" else Ending.NO_FOLLOW_UP
                actions.close_referral(referral=told.sent[letter], ending=ending, by=expert)
    return told


READ = {
    "2020-04-18": ("", ""),
    "2020-04-19": ("AB", "A"),
    "2020-09-12": ("AB", "A"),
    "2020-12-31": ("ABCD", "AD"),
    "2021-01-01": ("ABCDE", "ADE"),
}


def test_what_is_ninety_days_old_is_due_and_the_ninetieth_day_is_in_time(lived: Lived) -> None:
    for at, (due, closed) in READ.items():
        assert (ask(DUE, at=at).value, ask(CLOSED, at=at).value) == (len(due), len(closed)), at
        assert opened(DUE, at=at) == lived.acts(due), at
        assert opened(CLOSED, at=at) == lived.acts(closed), at
        rate = ask(RATE, at=at).value
        assert rate == (pytest.approx(len(closed) / len(due)) if due else None), at
        assert ask("I40c", at=at).value == rate, at


def test_an_event_or_a_partner_is_asked_for_alone_even_when_an_entry_was_named(
    lived: Lived,
) -> None:
    fair = Filter(schemes=(FAIR,))
    assert opened(DUE, fair) == lived.acts("CD")
    assert (ask(RATE, fair).numerator, ask(RATE, fair).denominator) == (1, 2)
    theirs = Filter(counterparts=(str(lived.expert.acting_for().key),))
    assert ask(DUE, theirs).value == 4
    (answer,) = figures.answer(
        [Question(DUE, Filter(), YEAR, by="event_kind")], at=noon("2020-12-31")
    )
    assert {group.key: group.value for group in answer.groups} == {"breakfast": 2, "fair": 2}


def test_a_sending_reversed_since_is_due_until_it_was(lived: Lived) -> None:
    every = Act.objects.unscoped(reason="a specification")
    act = every.get(source_key=str(lived.sent["C"].key), kind="needs.referral_sent")
    with clock.at(noon("2021-01-10")):
        ledger.action(lambda: ledger.reverse(act, by=lived.by, reason_code="mistake"))()
    assert opened(DUE, at="2021-01-09") == lived.acts("ABCDE")
    assert opened(DUE, at="2021-01-10") == lived.acts("ABDE")


def test_needs_per_event_are_those_of_the_year_over_the_events_held() -> None:
    world = draw(STORY)
    draw(
        f"""
    kind                       | day        | firm | scheme
    needs.event_need_expressed | 2020-01-16 | A    | {BREAKFAST}
    needs.event_need_expressed | 2020-01-16 | B    | {BREAKFAST}
    needs.event_need_expressed | 2020-06-10 | C    | {FAIR}
    needs.event_need_expressed | 2019-12-31 | D    | {FAIR}
    """,
        world,
    )
    each = ask("events.needs_per_event")
    assert (each.numerator, each.denominator, each.value) == (3, 2, 1.5)
    assert opened("events.needs_per_event", part="denominator") == keys(world, 4, 8)
    assert ask("events.needs_per_event", at="2020-01-15").value is None
