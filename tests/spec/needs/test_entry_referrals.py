"""`needs.entry_referrals` and `needs.entry_helped`: how often entries of the catalogue answered needs."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
SENT, HELPED = "needs.entry_referrals", "needs.entry_helped"
ONE, TWO = (
    "entry:0190aaaa-0000-7000-8000-000000000001",
    "entry:0190aaaa-0000-7000-8000-000000000002",
)

ANSWERED = f"""
    kind                             | day        | firm | theme   | scheme
    needs.referral_sent              | 2020-01-01 | A    | digital | {ONE}
    needs.referral_sent              | 2020-12-31 | B    | digital | {ONE}
    needs.referral_sent              | 2020-03-01 | C    | energy  | {TWO}
    needs.referral_sent              | 2020-03-01 | D    | energy  | campaign:rue-de-lille
    needs.referral_sent              | 2020-03-01 | E    | energy  |
    needs.referral_sent              | 2019-12-31 | F    | energy  | {TWO}
    needs.referral_taken             | 2020-03-02 | A    | digital | {ONE}
    needs.referral_closed_helped     | 2020-03-09 | A    | digital | {ONE}
    needs.referral_closed_helped     | 2020-03-10 | C    | energy  | {TWO}
    needs.referral_closed_abandoned  | 2020-03-11 | B    | digital | {ONE}
    needs.referral_closed_helped     | 2020-03-12 | D    | energy  | campaign:rue-de-lille
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-02-01")):
        yield


def test_what_was_sent_by_an_entry_counts_and_what_a_campaign_sent_does_not():
    world = draw(ANSWERED)
    assert ask(SENT, at="2021-02-01").value == 3
    assert opened(SENT, at="2021-02-01") == {str(act.key) for act in world.acts[:3]}


def test_one_entry_is_asked_by_its_scheme():
    world = draw(ANSWERED)
    kept = Filter(schemes=(ONE,))
    assert ask(SENT, kept, at="2021-02-01").value == 2
    assert opened(SENT, kept, at="2021-02-01") == {str(act.key) for act in world.acts[:2]}


def test_help_counts_when_the_partner_closed_it_as_helped():
    world = draw(ANSWERED)
    assert ask(HELPED, at="2021-02-01").value == 2
    assert opened(HELPED, at="2021-02-01") == {str(world.acts[7].key), str(world.acts[8].key)}
    assert ask(HELPED, Filter(schemes=(ONE,)), at="2021-02-01").value == 1


def test_the_parts_by_entry_sum_to_the_whole():
    draw(ANSWERED)
    (answer,) = figures.answer([Question(SENT, by="entry")], at=noon("2021-02-01"))
    assert {group.key: group.n for group in answer.groups} == {ONE: 2, TWO: 2}
    assert sum(group.n for group in answer.groups) == answer.value


def test_an_act_reversed_since_counts_no_more():
    draw(ANSWERED + f"    ~1                               | 2020-01-01 | A    | digital | {ONE}\n")
    assert ask(SENT, at="2021-02-01").value == 2
    assert ask(SENT, Filter(schemes=(ONE,)), at="2021-02-01").value == 1
