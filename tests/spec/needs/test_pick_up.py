"""`needs.referrals_sent`, `referrals_due_3`, `referrals_due_5`, `referrals_picked_3`, `referrals_picked_5`, `pick_up_3`,
`pick_up_5` (I07): whether partners take requests up in the working days they promise."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db

# A is taken up the same day, B after three days, C after four, D after six, E never, F sent the day before the reading.
STORY = """
    kind                  | day        | firm | of | days | funder
    needs.referral_sent   | 2020-12-01 | A    | 1  |      | epf
    needs.referral_sent   | 2020-12-01 | B    | 2  |      | epf
    needs.referral_sent   | 2020-12-01 | C    | 3  |      | cci
    needs.referral_sent   | 2020-12-01 | D    | 4  |      | cci
    needs.referral_sent   | 2020-12-01 | E    | 5  |      | cci
    needs.referral_sent   | 2020-12-30 | F    | 6  |      | cci
    needs.referral_taken  | 2020-12-01 | A    | 1  | 0    | cma
    needs.referral_taken  | 2020-12-04 | B    | 2  | 3    | cma
    needs.referral_taken  | 2020-12-07 | C    | 3  | 4    | cma
    needs.referral_taken  | 2020-12-09 | D    | 4  | 6    | cma
    needs.referral_refused | 2020-12-02 | E   | 5  |      | cma
    needs.referral_sent   | 2019-12-31 | A    | 12 |      | epf
"""


@pytest.fixture
def world():
    with clock.at(noon("2021-02-01")):
        yield draw(STORY)


def keys(world, *rows: int) -> set[str]:
    return {str(world.acts[row - 1].key) for row in rows}


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("needs.referrals_sent", (1, 2, 3, 4, 5, 6)),
        ("needs.referrals_due_3", (1, 2, 3, 4, 5)),
        ("needs.referrals_due_5", (1, 2, 3, 4, 5)),
        ("needs.referrals_picked_3", (1, 2)),
        ("needs.referrals_picked_5", (1, 2, 3)),
    ],
)
def test_on_the_last_day_of_the_year(world, code, rows):
    assert ask(code).value == len(rows)
    assert opened(code) == keys(world, *rows)


def test_the_shares_leave_out_what_is_too_young_to_be_late(world):
    three, five = ask("needs.pick_up_3"), ask("needs.pick_up_5")
    assert (three.numerator, three.denominator) == (2, 5)
    assert (five.numerator, five.denominator) == (3, 5)


def test_a_month_later_the_young_one_is_late(world):
    later = ask("needs.pick_up_5", at="2021-02-01")
    assert (later.numerator, later.denominator) == (3, 6)


def test_the_day_a_promise_falls_due_counts_and_the_eve_does_not(world):
    # Sent on Wednesday 30 December: three working days later is Tuesday 5 January (the 1st is a holiday).
    assert ask("needs.referrals_due_3", at="2021-01-04").value == 5
    assert ask("needs.referrals_due_3", at="2021-01-05").value == 6


def test_a_partner_is_asked_for_alone(world):
    epf = Filter(counterparts=(str(world.organisations["epf"].key),))
    alone = ask("needs.pick_up_3", epf)
    assert (alone.numerator, alone.denominator) == (2, 2)


def test_nothing_sent_is_no_share_at_all():
    with clock.at(noon("2021-02-01")):
        assert ask("needs.pick_up_3").value is None
        assert ask("needs.pick_up_5").value is None
