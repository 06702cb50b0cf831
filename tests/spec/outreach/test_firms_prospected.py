"""I01, `outreach.firms_prospected`: craft firms that were really met or talked to."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.factories import places
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.firms_prospected"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_two_visits_of_one_workshop_count_once():
    world = draw("""
    kind                | day        | firm
    outreach.visit_done | 2020-03-02 | A
    outreach.visit_done | 2020-06-11 | A
    outreach.call_done  | 2020-03-05 | B
    """)
    assert ask(CODE).value == 2
    assert opened(CODE) == world.units("A B")


def test_only_a_talk_or_a_visit_that_took_place_counts():
    world = draw("""
    kind                         | day        | firm
    outreach.visit_done          | 2020-03-02 | A
    outreach.visit_absent        | 2020-03-02 | B
    outreach.visit_refused       | 2020-03-02 | C
    outreach.call_unreachable    | 2020-03-02 | D
    outreach.visit_postponed     | 2020-03-02 | E
    outreach.visit_closed_down   | 2020-03-02 | F
    outreach.visit_wrong_address | 2020-03-02 | G
    outreach.firm_listed         | 2020-03-02 | H
    outreach.need_expressed      | 2020-03-02 | I
    """)
    assert ask(CODE).value == 1
    assert opened(CODE) == world.units("A")


def test_a_mail_blast_is_no_kind_of_contact():
    from maillage import ledger

    contacts = {name for name in ledger.kinds() if name.startswith("outreach.")}
    assert not [name for name in contacts if "mail" in name]


def test_the_firm_is_craft_on_the_day_and_in_the_territory():
    places.places_loaded()
    world = draw("""
    kind                | day        | firm | commune | segments
    outreach.visit_done | 2020-03-02 | A    | 59350   |
    outreach.visit_done | 2020-03-02 | B    | 59350   | -
    outreach.visit_done | 2020-03-02 | C    | 62498   |
    """)
    mel = Filter(territory="mel")
    assert ask(CODE).value == 2
    assert ask(CODE, mel).value == 1
    assert opened(CODE, mel) == world.units("A")


def test_the_day_of_the_visit_is_in_the_period_both_ends_included():
    world = draw("""
    kind                | day        | firm
    outreach.visit_done | 2019-12-31 | A
    outreach.visit_done | 2020-01-01 | B
    outreach.visit_done | 2020-12-31 | C
    """)
    assert ask(CODE).value == 2
    assert opened(CODE) == world.units("B C")


def test_a_cancelled_visit_counts_as_of_before_and_no_more_after():
    world = draw("""
    kind                | day        | firm | recorded
    outreach.visit_done | 2020-03-02 | A    |
    outreach.visit_done | 2020-03-02 | B    |
    ~2                  |            |      | 2020-04-01
    """)
    assert (ask(CODE).value, ask(CODE, at="2020-03-31").value) == (1, 2)
    assert opened(CODE) == world.units("A")
    assert opened(CODE, at="2020-03-31") == world.units("A B")
