"""A figure is computed from dated acts, as known at an instant, and says everything about itself."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from tests.factories import places, register
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")

VISITS = """
kind             | day        | firm | by   | commune | recorded
tests.visit_done | 2020-01-10 | A    | cma  | 59350   |
tests.visit_done | 2020-02-11 | A    | cma  | 59350   |
tests.visit_done | 2020-02-12 | B    | cma  | 59512   |
tests.visit_done | 2020-03-01 | C    | mel  | 59350   | 2020-04-15
tests.visit_done | 2019-12-31 | D    | cma  | 62498   |
~3               |            |      |      |         | 2020-05-01
"""


@pytest.fixture(autouse=True)
def _fresh():
    CACHE.clear()
    with clock.at(noon("2020-06-30")):
        yield


def value(code, at=None, **asked):
    by = asked.pop("by", "")
    period = asked.pop("period", YEAR)
    question = Question(code, Filter(**asked), period, by)
    return figures.answer([question], noon(at) if at else None)[0]


def parts(answer):
    return [(group.key, group.value) for group in answer.groups]


def test_two_visits_of_one_firm_count_once_among_firms_and_twice_among_visits():
    draw(VISITS)
    assert value("tests.firms_visited").value == 2
    assert value("tests.visits_done").value == 3


def test_a_reversed_act_counts_until_it_was_reversed_and_no_longer_after():
    draw(VISITS)
    assert value("tests.firms_visited", at="2020-04-30").value == 3
    assert value("tests.firms_visited", at="2020-05-01").value == 2


def test_an_act_known_later_does_not_change_what_was_known_before():
    draw(VISITS)
    assert value("tests.firms_visited", at="2020-03-31").value == 2
    assert value("tests.firms_visited", at="2020-04-15").value == 3


def test_without_a_period_every_known_act_counts():
    draw(VISITS)
    assert value("tests.firms_visited", period=None).value == 3


def test_both_ends_of_a_period_count():
    draw(VISITS)
    days = Period(date(2019, 12, 31), date(2020, 1, 10))
    assert value("tests.firms_visited", period=days).value == 2


def test_a_firm_without_the_segment_of_the_rule_is_set_aside():
    draw("""
    kind             | day        | firm | segments
    tests.visit_done | 2020-01-10 | A    |
    tests.visit_done | 2020-01-10 | B    | -
    """)
    assert value("tests.firms_visited").value == 1
    assert value("tests.visits_done").value == 2


def test_a_filter_keeps_the_acts_of_some_organisations_and_communes():
    world = draw(VISITS)
    mel = str(world.organisation("mel").key)
    assert value("tests.visits_done", organisations=[mel]).value == 1
    assert value("tests.visits_done", communes=["59512"], at="2020-03-01").value == 1
    assert value("tests.visits_done", communes=["59512"]).value == 0


def test_an_organisation_nobody_knows_counts_nothing():
    draw(VISITS)
    nobody = "01890000-0000-7000-8000-000000000000"
    assert value("tests.visits_done", organisations=[nobody]).value == 0


def test_a_territory_is_the_perimeter_of_the_end_of_the_period():
    places.places_loaded()
    draw("""
    kind             | day        | firm | commune
    tests.visit_done | 2019-06-01 | A    | 59350
    tests.visit_done | 2019-06-01 | B    | 59005
    tests.visit_done | 2019-06-01 | C    | 62498
    """)
    before = Period.parse("2019")
    after = Period(date(2019, 1, 1), date(2020, 3, 14))
    assert value("tests.firms_visited", territory="mel", period=before).value == 1
    assert value("tests.firms_visited", territory="mel", period=after).value == 2


def test_several_figures_of_one_relation_take_no_more_queries_than_one():
    draw(VISITS)
    questions = [
        Question("tests.firms_visited", period=YEAR),
        Question("tests.visits_done", period=YEAR),
        Question("tests.visits_done", period=Period.parse("2019")),
        Question("tests.money_paid", period=YEAR),
    ]
    figures.answer(questions, cached=False)
    counts = []
    for asked in (questions[:1], questions):
        with CaptureQueriesContext(connection) as captured:
            figures.answer(asked, cached=False)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_breakdown_by_month_shows_the_overlap_of_its_parts():
    draw(VISITS)
    answer = value("tests.firms_visited", at="2020-04-30", by="month")
    assert parts(answer) == [("2020-01", 1), ("2020-02", 2), ("2020-03", 1)]
    assert answer.overlap == 1


def test_first_months_add_up_to_the_figure():
    draw(VISITS)
    answer = value("tests.firms_visited", at="2020-04-30", by="first_month")
    assert parts(answer) == [("2020-01", 1), ("2020-02", 1), ("2020-03", 1)]
    assert answer.overlap == 0


def test_a_breakdown_names_communes_and_organisations():
    places.places_loaded()
    draw(VISITS)
    communes = value("tests.visits_done", by="commune", at="2020-03-01")
    assert {g.label: g.value for g in communes.groups} == {"Lille": 2, "Roubaix": 1}
    partners = value("tests.visits_done", by="organisation")
    assert {g.label: g.value for g in partners.groups} == {"cma": 2, "mel": 1}


def test_a_breakdown_by_sector_counts_the_communes_of_each():
    places.places_loaded()
    draw(VISITS)
    answer = value("tests.firms_visited", by="sector", territory="mel", at="2020-03-01")
    assert {g.key: g.value for g in answer.groups if g.value} == {
        "mel-lillois": 1,
        "mel-roubaisien": 1,
    }


def test_a_dimension_the_figure_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(Invalid, match="month"):
        value("tests.money_paid", by="commune")


def test_an_unknown_indicator_is_refused_with_the_nearest_codes():
    with pytest.raises(Invalid, match="firms_visited"):
        value("tests.firm_visited")


def test_money_is_whole_cents_and_a_cost_is_rounded_half_up():
    draw("""
    kind               | day        | firm | euros | funder | action_key
    tests.payment_made | 2020-01-10 |      | 100   | mel    | c/1.1
    tests.payment_made | 2020-01-11 |      | 50.01 | mel    | c/1.2
    tests.visit_done   | 2020-01-10 | A    |       |        |
    tests.visit_done   | 2020-01-10 | B    |       |        |
    """)
    assert value("tests.money_paid").value == 15001
    assert value("tests.cost_per_firm").value == 7501
    assert value("tests.cost_per_firm", action_keys=["c/1.1"]).value == 5000
    payers = value("tests.money_paid", by="counterpart").groups
    assert [(g.label, g.value, g.n) for g in payers] == [("mel", 15001, 2)]


def test_a_rate_over_nothing_is_not_applicable_rather_than_zero():
    draw("""
    kind               | day        | firm | euros
    tests.payment_made | 2020-01-10 |      | 100
    """)
    answer = value("tests.cost_per_firm")
    assert (answer.value, answer.numerator, answer.denominator) == (None, 10000, 0)


def test_before_the_first_load_of_the_register_a_stock_is_unknown_not_zero():
    load = register.load_active(activated_at=noon("2020-02-01"), staged_at=noon("2020-02-01"))
    register.establishment(spell_load=load)
    answer = value("register.active_craft_firms", at="2020-01-15")
    assert answer.value is None
    assert "2020-02-01" in str(answer.note)
    assert value("register.active_craft_firms", at="2020-02-02").value == 1


def test_a_stock_older_than_the_first_data_is_marked_reconstructed():
    load = register.load_active(vintage=date(2020, 1, 1))
    register.establishment(spell_load=load)
    answer = value("register.active_craft_firms", period=Period.parse("2015"))
    assert answer.value == 1
    assert "reconstitué" in str(answer.note)


def test_a_stock_follows_closures_as_known_at_each_instant():
    first = register.load_active()
    place = register.establishment(spell_load=first)
    second = register.load_active(activated_at=noon("2020-03-01"), staged_at=noon("2020-03-01"))
    register.spell(place, load=second, state="F", starts_on=date(2020, 2, 10))
    code = "register.active_craft_firms"
    assert value(code, at="2020-02-20").value == 1  # closed already, not known yet
    assert value(code, at="2020-03-02").value == 0
    assert value(code, at="2020-03-02", period=Period.parse("2020-01")).value == 1


def test_coverage_divides_the_firms_visited_by_those_of_the_register():
    draw("""
    kind             | day        | firm
    tests.visit_done | 2020-01-10 | A
    tests.visit_done | 2020-01-10 | B
    """)
    register.establishment()
    register.establishment(trade_register_code="")
    answer = value("tests.coverage")
    assert (answer.numerator, answer.denominator) == (2, 3)
    assert answer.value == pytest.approx(2 / 3)


def test_a_cached_value_is_the_recomputed_one_and_a_new_act_changes_it():
    world = draw(VISITS)
    first = value("tests.visits_done")
    assert value("tests.visits_done").value == first.value == 3
    later = """
    kind             | day        | firm | by
    tests.visit_done | 2020-06-01 | A    | cma
    """
    draw(later, world)
    assert value("tests.visits_done").value == 4
