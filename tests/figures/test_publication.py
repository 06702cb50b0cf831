"""A period is published once and for all; what changed since is told act by act."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question, witnessed
from maillage.figures.models import Publication
from maillage.figures.publication import groups_of
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.periods import Period
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")
VISITS = """
kind             | day        | firm | by
tests.visit_done | 2020-01-10 | A    | cma
tests.visit_done | 2020-01-11 | B    | cma
tests.visit_done | 2020-02-12 | C    | cma
tests.visit_done | 2020-03-12 | D    | mel
"""
SYSTEM = System("a test reads everything")


def publish(world, *, once="one", by="", code="tests.firms_visited", period=YEAR, **more):
    return figures.publish(
        subject="tests:example",
        questions=[Question(code, Filter(), period, by)],
        period=period,
        by=world.actor("cma"),
        once=once,
        **more,
    )


@pytest.fixture
def published():
    with clock.at(noon("2020-04-01")):
        world = draw(VISITS)
        publication = publish(world)
    return world, publication


def test_a_publication_keeps_the_value_the_version_and_the_heads(published):
    _, publication = published
    figure = publication.figures.get()
    assert (figure.reference, figure.value, figure.n) == ("tests.firms_visited@1", 4, 4)
    assert sorted(seq for _, seq, _ in publication.heads) == [1, 3]


def test_the_same_form_sent_twice_publishes_once(published):
    world, publication = published
    with clock.at(noon("2020-04-02")):
        assert publish(world) == publication
    assert Publication.objects.count() == 1


def test_a_form_used_for_another_period_is_a_conflict(published):
    world, _ = published
    with clock.at(noon("2020-04-02")), pytest.raises(Conflict):
        publish(world, period=Period.parse("2019"))


def test_a_form_used_for_a_period_that_starts_another_day_is_a_conflict(published):
    world, _ = published
    with clock.at(noon("2020-04-02")), pytest.raises(Conflict):
        publish(world, period=Period.parse("2020-02-01..2020-12-31"))


def test_the_digest_of_a_publication_is_of_what_everybody_reads_and_betrays_no_mask():
    with clock.at(noon("2020-04-01")):
        made = publish(draw("kind | day | firm | by\ntests.visit_done | 2020-01-10 | A | cma\n"))
    figure = made.figures.get()
    assert figure.public["masked"]
    figure.value = figure.n = 2
    assert witnessed.digest(made, [figure]) == made.digest
    figure.public["value"] = 2
    assert witnessed.digest(made, [figure]) != made.digest


def test_nothing_recorded_since_leaves_nothing_to_tell(published):
    _, publication = published
    with clock.at(noon("2020-06-01")):
        (difference,) = figures.compare(publication, SYSTEM)
    assert (difference.delta, difference.acts) == (0, ())


def test_later_acts_and_reversals_are_told_one_by_one(published):
    world, publication = published
    later = """
    kind               | day        | firm | by  | recorded   | euros
    ~1                 |            |      |     | 2020-05-02 |
    tests.visit_done   | 2020-03-20 | E    | cma | 2020-05-03 |
    tests.visit_done   | 2021-01-01 | F    | cma | 2021-01-02 |
    tests.payment_made | 2020-03-20 |      | cma | 2021-01-03 | 10
    """
    draw(later, world)
    with clock.at(noon("2021-02-01")):
        (difference,) = figures.compare(publication, SYSTEM)
    assert (difference.published.value, difference.today.value, difference.delta) == (4, 4, 0)
    assert [change.is_reversal for change in difference.acts] == [True, False]
    assert [str(c.entry.key) for c in difference.acts] == [str(a.key) for a in world.acts[4:6]]


def test_the_public_reads_masked_parts_and_the_partners_whole_ones(published):
    world, _ = published
    with clock.at(noon("2020-04-03")):
        publication = publish(world, once="two", by="month")
    figure = publication.figures.get()
    assert [group["value"] for group in figure.groups] == [2, 1, 1]
    assert figure.public["withheld"]
    assert groups_of(figure) == ()


def test_a_total_below_the_threshold_is_masked_with_its_reason():
    with clock.at(noon("2020-04-01")):
        world = draw("""
        kind             | day        | firm | by
        tests.visit_done | 2020-01-10 | A    | cma
        """)
        public = publish(world).figures.get().public
    assert (public["value"], public["masked"]) == (None, True)
    assert "moins de 3" in public["reason"]["fr"]


def test_three_visits_of_one_firm_are_masked_like_one_firm():
    with clock.at(noon("2020-04-01")):
        world = draw("""
        kind             | day        | firm | by
        tests.visit_done | 2020-01-10 | A    | cma
        tests.visit_done | 2020-01-11 | A    | cma
        tests.visit_done | 2020-01-12 | A    | cma
        """)
        public = publish(world, code="tests.visits_done").figures.get().public
    assert (public["value"], public["masked"]) == (None, True)


def test_money_between_legal_persons_is_public_by_duty():
    with clock.at(noon("2020-04-01")):
        world = draw("""
        kind               | day        | firm | by  | euros
        tests.payment_made | 2020-01-10 |      | cma | 1000
        """)
        public = publish(world, code="tests.money_paid").figures.get().public
    assert (public["value"], public["masked"]) == (100000, False)


def test_a_revision_points_to_what_it_revises(published):
    world, first = published
    with clock.at(noon("2020-05-01")):
        with pytest.raises(Invalid):
            publish(world, once="two", revises=first)
        second = publish(world, once="two", revises=first, reason="Une visite annulée")
    assert (second.revises, second.reason) == (first, "Une visite annulée")
    assert publish(world, once="two", revises=first) == second, "sent twice, it was said already"
    assert list(Publication.objects.about("tests:example")) == [second, first]
