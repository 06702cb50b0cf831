"""What one act costs the database: counted, so that nobody adds a query to each visit unseen."""

import pytest

from maillage import ledger
from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.ledger.models import Head
from tests.factories import accounts, ledger as factory, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def said():
    """A keeper whose chain has begun, and a firm."""
    by = System("tests", organisation=accounts.organisation())
    firm = register.establishment()
    factory.act(by=by, establishment=firm)
    return {"by": by, "establishment": firm}


def test_an_act_takes_the_head_the_firm_its_facts_the_act_and_the_head_again(
    said, django_assert_num_queries
):
    with django_assert_num_queries(5 + 2):  # between a savepoint and its release
        factory.act(**said)


def test_a_hundred_acts_of_one_action_take_no_more(said, django_assert_num_queries):
    @ledger.action
    def many():
        for _ in range(100):
            ledger.record(
                factory.VISIT,
                occurred_on=clock.today(),
                source=("tests.visit", "source"),
                **said,
            )

    with django_assert_num_queries(5 + 2):
        many()


def test_the_first_act_of_a_keeper_makes_its_head_once(said, django_assert_num_queries):
    by = System("tests", organisation=accounts.organisation())
    with django_assert_num_queries(5 + 2 + 2):
        factory.act(by=by, establishment=said["establishment"])

    assert Head.objects.get(keeper=by.organisation).seq == 1


def test_two_keepers_of_one_action_have_their_heads_locked_together(said):
    other = System("tests", organisation=accounts.organisation())

    @ledger.action
    def both():
        factory.act(**said)
        factory.act(**(said | {"by": other}))

    both()

    assert Head.objects.get(keeper=said["by"].organisation).seq == 2
    assert Head.objects.get(keeper=other.organisation).seq == 1
    assert ledger.verify().broken == []
