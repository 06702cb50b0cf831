"""An attacker keeps every publication and subtracts: no difference is about too few, or about one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.answers import Group
from maillage.figures.secrecy import CLASSES, Sight, mask
from maillage.figures.weighing import Weighed, minus, plus
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

RULE = CLASSES["statistical"]
DAY = date(2020, 4, 1)

# --- without a database: a year of acts, firm by firm and month by month, published again and again ---

acts = st.lists(st.tuples(st.sampled_from("ABCDEFGHIJ"), st.integers(1, 6)), max_size=40)
readings = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=5
)


def read(story, known, first, last):
    """Who stands behind the acts of some months, as far as the first `known` were recorded."""
    told = [(firm, month) for firm, month in story[:known] if first <= month <= last]
    months = {month: Counter(f for f, m in told if m == month) for _, month in told}
    return Weighed(Counter(f for f, _ in told), {str(m): held for m, held in months.items()})


def published(story, sent):
    """Each publication in turn: what it weighs, whether its total is said, the parts it shows."""
    public = []
    for known, one, two in sent:
        months = range(min(one, two), max(one, two) + 1)
        own = read(story, known, months[0], months[-1])
        earlier = [
            (DAY, said) for other, said, is_said, _ in public if is_said and {*other} & {*months}
        ]
        sight = Sight(RULE, own, earlier=earlier)
        groups = [Group(k, k, h.total(), h.total()) for k, h in own.parts.items()]
        parts = mask(groups, sight.betrays) if not sight.betrays() else None
        public.append((months, own, not sight.betrays(), parts))
    return public


@given(acts, readings)
def test_no_two_totals_that_overlap_differ_by_a_number_that_would_be_masked(story, sent):
    told = [(months, own) for months, own, said, _ in published(story, sent) if said]
    for (one, mine), (other, theirs) in combinations(told, 2):
        if {*one} & {*other}:
            gap = minus(theirs.whole, mine.whole)
            assert not RULE.masks(gap)
            assert abs(sum(gap.values())) not in {1, 2}


@given(acts, readings)
def test_what_is_masked_of_a_breakdown_can_be_said_as_one_number(story, sent):
    for _, own, said, parts in published(story, sent):
        hidden = {part.key for part in parts or () if part.masked}
        assert said or parts is None
        assert len(hidden) != 1
        assert not hidden or not RULE.masks(own.over(hidden))


@given(acts, readings)
def test_no_part_shown_twice_differs_by_a_number_that_would_be_masked(story, sent):
    told = [
        (own, {part.key for part in parts if not part.masked})
        for _, own, _, parts in published(story, sent)
        if parts
    ]
    for (mine, shown), (theirs, seen) in combinations(told, 2):
        for key in shown & seen:
            assert not RULE.masks(minus(theirs.parts[key], mine.parts[key]))


@given(acts)
def test_the_same_reading_published_again_masks_nothing_more(story):
    first, again = published(story, [(40, 1, 6), (40, 1, 6)])
    assert first[2:] == again[2:]


DRAWN = """
own                | base               | masked, and why
A1 B1 C1           |                    |
A1 B1              |                    | moins de 3
A17 B1 C1 D1       |                    | 85 %
A16 B1 C1 D1       |                    |
A1 B1 C1 D1        | A1 B1 C1 D1 E1     | ce qui manque à sa base
A1 B1 C1           | A1 B1 C1 D1 E1 F1  |
A1 B1 C1           | A1 B1 C1           |
                   | A1                 |
"""


def profile(text):
    return {cell[0]: int(cell[1:]) for cell in text.split()}


@pytest.mark.parametrize("line", DRAWN.strip().splitlines()[1:])
def test_a_cell_is_weighed_alone_and_beside_its_base(line):
    own, base, why = (cell.strip() for cell in line.split("|"))
    sight = Sight(RULE, Weighed(profile(own)), base=Weighed(profile(base)) if base else None)
    told = sight.betrays()
    assert bool(told) == bool(why)
    assert why in (told.fr if told else "")


REVISED = """
earlier              | later                  | is masked
A1 B1 C1             | A1 B1 C1               |
A1 B1 C1             | A1 B1 C1 D1            | yes
A1 B1 C1             | A1 B1 C1 D1 E1         | yes
A1 B1 C1             | A1 B1 C1 D1 E1 F1      |
A1 B1 C1 D1          | A1 B1 C1               | yes
A1 B1 C1 D1          | B1 C1 D1 E1 F1 G1      | yes
A1 B1 C1             | D1 E1 F1               |
A2 B2 C2             | A9 B2 C2               | yes
A2 B2 C2             | A9 B3 C3               |
A2 B2 C2             | A99 B3 C3              | yes
"""


@pytest.mark.parametrize("line", REVISED.strip().splitlines()[1:])
def test_a_cell_is_weighed_beside_what_was_said_before(line):
    earlier, later, masked = (cell.strip() for cell in line.split("|"))
    said = [(DAY, Weighed(profile(earlier)))]
    told = Sight(RULE, Weighed(profile(later)), earlier=said).betrays()
    assert bool(told) == (masked == "yes")
    assert told is None or "2020-04-01" in told.fr or "85 %" in told.fr


def test_a_sum_is_not_held_to_the_net_of_what_moved():
    before, after = Weighed(profile("A100 B100 C100")), Weighed(profile("A50 B50 C201"))
    assert Sight(RULE, after, earlier=[(DAY, before)]).betrays()
    assert not Sight(RULE, after, earlier=[(DAY, before)], counted=False).betrays()


def test_several_cells_of_one_firm_are_that_firm_s():
    assert plus([{"A": 1}, {"A": 2}, {"B": 1}]) == {"A": 3, "B": 1}
    assert minus({"A": 3, "B": 1}, {"A": 3, "C": 2}) == {"B": 1, "C": -2}


def test_two_masked_parts_that_one_firm_weighs_together_take_a_third():
    parts = {"1": {"A": 30, "B": 1}, "2": {"A": 30, "C": 1}, "3": dict.fromkeys("DEFGHIJKLMNO", 2)}
    many = parts | {"4": dict.fromkeys("PQRSTUVWXYZ", 9)}
    groups = [Group(k, k, sum(p.values()), sum(p.values())) for k, p in many.items()]
    masked = mask(groups, Sight(RULE, Weighed({}, many)).betrays)
    assert [part.masked for part in masked] == [True, True, True, False]


# --- with a database: the same through figures.publish() ---

VISITS = "kind | day | firm | by\n" + "\n".join(
    f"tests.visit_done | 2020-0{month}-10 | {firm} | cma"
    for month, firms in ((1, "ABCD"), (2, "EFGH"))
    for firm in firms
)


def publish(world, once, period="2020", code="tests.firms_visited", by=""):
    days = Period.parse(period)
    made = figures.publish(
        subject="tests:example",
        questions=[Question(code, Filter(), days, by)],
        period=days,
        by=world.actor("cma"),
        once=once,
    )
    return made.figures.get().public


@pytest.mark.django_db
def test_a_revision_by_one_firm_is_masked_and_says_which_publication_it_is_too_close_to():
    with clock.at(noon("2020-03-01")):
        world = draw(VISITS)
        assert publish(world, "one")["value"] == 8
    with clock.at(noon("2020-03-02")):
        draw("kind | day | firm | by\ntests.visit_done | 2020-03-02 | I | cma", world)
        revised = publish(world, "two")
    assert (revised["value"], revised["n"], revised["masked"]) == (None, None, True)
    assert revised["reason"]["fr"].startswith("l’écart avec la publication du 2020-03-01")
    assert revised["reason"]["en"].startswith("the difference with the publication of 2020-03-01")


@pytest.mark.django_db
def test_a_longer_period_is_said_when_what_it_adds_could_be_and_masked_otherwise():
    with clock.at(noon("2020-03-02")):
        world = draw(VISITS)
        assert publish(world, "one", "2020-01")["value"] == 4
        assert publish(world, "two", "2020-01-01..2020-02-29")["value"] == 8
        draw("kind | day | firm | by\ntests.visit_done | 2020-03-01 | I | cma", world)
        assert publish(world, "three", "2020-01-01..2020-03-01")["masked"]
        assert publish(world, "four", "2020-03-01..2020-03-02")["reason"]["fr"].startswith("moins")


@pytest.mark.django_db
def test_what_was_masked_before_cannot_be_subtracted_and_masks_nothing():
    with clock.at(noon("2020-03-02")):
        world = draw("kind | day | firm | by\ntests.visit_done | 2020-01-10 | A | cma")
        assert publish(world, "one")["masked"]
        rows = "\n".join(f"tests.visit_done | 2020-01-11 | {firm} | cma" for firm in "BC")
        draw(f"kind | day | firm | by\n{rows}", world)
        assert publish(world, "two")["value"] == 3


@pytest.mark.django_db
def test_another_filter_or_indicator_is_another_number():
    with clock.at(noon("2020-03-02")):
        world = draw(VISITS)
        assert publish(world, "one", "2020-01")["value"] == 4
    late = "kind | day | firm | by | recorded\ntests.visit_done | 2020-01-20 | I | cma | 2020-03-03"
    with clock.at(noon("2020-03-03")):
        draw(late, world)
        assert publish(world, "two", "2020-01", code="tests.visits_done")["value"] == 5
        assert publish(world, "three", "2020-01")["masked"]
