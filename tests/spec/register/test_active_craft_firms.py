"""The craft firms active in a territory on the last day of a period (the denominator of I02).

firm | commune | trade code | starts     | closes     | counted at the end of 2019
A    | 59350   | yes        | 2010-01-01 |            | yes
B    | 59350   | no         | 2010-01-01 |            | no: no craft activity in the trade register
C    | 59350   | yes        | 2010-01-01 | 2019-06-01 | no: closed by then
D    | 59350   | yes        | 2020-02-01 |            | no: not born yet
E    | 62498   | yes        | 2010-01-01 |            | no: outside the territory
F    | 59350   | yes        | unknown    |            | no: an unknown start is outside dated stocks
"""

from __future__ import annotations

from datetime import date

import pytest

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.kernel.periods import Period
from tests.factories import places, register

pytestmark = pytest.mark.django_db
CODE = "register.active_craft_firms"
END_OF_2019 = Period.parse("2019")


@pytest.fixture
def firms():
    places.places_loaded()
    made = {
        "A": register.establishment(),
        "B": register.establishment(trade_register_code=""),
        "C": register.establishment(),
        "D": register.establishment(spell_starts_on=date(2020, 2, 1)),
        "E": register.establishment(commune="62498"),
        "F": register.establishment(spell_starts_on=None),
    }
    register.spell(made["C"], state="F", starts_on=date(2019, 6, 1))
    return made


def ask(period=END_OF_2019, **filters):
    return Question(CODE, Filter(territory="mel", **filters), period)


def test_it_counts_the_firms_of_the_drawn_table_and_opens_onto_them(firms):
    question = ask()
    answer = figures.answer([question])[0]
    listed = list(figures.every_record(question, System("a specification")))
    assert answer.value == answer.n == 1
    assert [record.unit for record in listed] == [str(firms["A"].legal_unit.key)]


def test_a_stock_is_read_on_the_last_day_of_the_period(firms):
    readings = {"2019-05": 2, "2019-06": 1, "2020-02": 2}
    for month, expected in readings.items():
        assert figures.answer([ask(Period.parse(month))])[0].value == expected


def test_two_places_of_one_firm_count_once(firms):
    register.establishment(legal_unit=firms["A"].legal_unit)
    assert figures.answer([ask()])[0].value == 1
