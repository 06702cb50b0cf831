"""`conventions.budget_promised`: the budget of the text in force at the end of the period."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.accounts.actors import System
from maillage.conventions.actions import texts
from maillage.conventions.models import BudgetLine
from maillage.kernel import clock
from tests.factories import conventions as make
from tests.spec.conventions.reading import ask, opened, split
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
CODE = "conventions.budget_promised"
BY = System("a specification")


def amended() -> None:
    """An amendment of 1 January 2020, known on 1 March, that promises 100 €."""
    with clock.at(noon("2019-06-02")):
        convention = make.loaded()
    with clock.at(noon("2020-03-01")):
        draft = texts.amend(convention=convention, by=BY)
        BudgetLine.objects.filter(version=draft).update(amount_cents=10_000)
        texts.edit_head(version=draft, values={"effective_on": date(2020, 1, 1)}, edition=0, by=BY)
        texts.sign(version=draft, signed_on=date(2020, 2, 1), by=BY)


@pytest.mark.parametrize(
    ("end", "as_of", "cents"),
    [
        ("2019-04-04", "2020-12-31", 0),
        ("2019-12-31", "2020-12-31", 7_500_050),
        ("2020-01-01", "2020-02-28", 7_500_050),
        ("2020-01-01", "2020-12-31", 10_000),
    ],
)
def test_the_budget_is_that_of_the_text_in_force_then_as_known_then(end, as_of, cents):
    amended()
    with clock.at(noon("2020-12-31")):
        assert ask(CODE, period=f"2019-01-01..{end}", as_of=as_of).value == cents


def test_the_budget_opens_onto_its_lines_and_splits_by_funder():
    with clock.at(noon("2020-06-30")):
        make.loaded()
        assert opened(CODE, as_of="2020-06-30") == {"test-2019#0"}
        parts = split(CODE, "counterpart", as_of="2020-06-30")
    assert parts == {"Métropole Européenne de Lille": 7_500_050}
