"""The table of points read from TOML, against the grid in use."""

from __future__ import annotations

import pytest
from django.utils import translation

from maillage.conventions.text.problems import TextRefused
from maillage.outreach.distress import points
from maillage.outreach.guides import grid
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped

SHORT = """
title = { fr = "Points", en = "Points" }
about = { fr = "Une aide", en = "A help" }
watch = 3
contact = 6

[[facts]]
question = "rent"
answer = "late"
points = 3
fr = "Loyer en retard"
en = "Rent late"
proposes = { fr = "Appeler", en = "Call" }

[[facts]]
question = "context"
answer = "orders"
points = -2
fr = "Carnet rempli"
en = "Full book"
"""
ASKED = {"rent": {"ok", "late"}, "context": {"orders"}}


def test_what_ships_weighs_what_the_grid_that_ships_asks_in_confidence() -> None:
    asks = grid.read(shipped(Guide.Kind.GRID)).confidential
    found = points.read(shipped(Guide.Kind.POINTS), asked={c: q.codes for c, q in asks.items()})
    assert (found.watch, found.contact) == (3, 6)
    weights = {(fact.question, fact.answer): fact.points for fact in found.facts}
    assert weights == {
        ("rent", "late"): 3,
        ("social", "refused"): 3,
        ("treasury", "short"): 3,
        ("turnover", "falling"): 2,
        ("context", "one_client"): 1,
        ("context", "no_successor"): 1,
        ("context", "alone"): 1,
        ("context", "orders"): -2,
    }
    assert found.asks == ("rent", "social", "treasury", "turnover", "context")


# what is written | why it is refused
REFUSED = {
    "a question that is not asked": ('"rent"', '"rents"', "asks nothing like “rents”"),
    "an answer that is not taken": ('"late"', '"latest"', "asks nothing like “latest”"),
    "a fact of no weight": ("points = 3", "points = 0", "weighs nothing"),
    "a fact too heavy": ("points = 3", "points = 11", "A whole number"),
    "a point and a half": ("points = 3", "points = 1.5", "A whole number"),
    "levels that cross": ("contact = 6", "contact = 3", "above the points of watching"),
    "no level": ("watch = 3\n", "", "A whole number"),
    "an unknown key": ("watch = 3", "watch = 3\nwhy = 1", "This key is not known"),
    "the same answer twice": (
        'question = "context"\nanswer = "orders"', 'question = "rent"\nanswer = "late"', "weighed twice",
    ),
    "no word of what it is": ('fr = "Carnet rempli"\n', "", "Words are missing"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_told_with_its_place(old: str, new: str, why: str) -> None:
    text = SHORT.replace(old, new, 1)
    assert text != SHORT
    with translation.override("en"), pytest.raises(TextRefused) as refused:
        points.read(text, asked=ASKED)
    with translation.override("en"):
        assert any(why in str(one.reason) for one in refused.value.problems)
    assert all(one.line for one in refused.value.problems)


def test_many_facts_are_refused_and_a_text_accepted_before_is_read_without_its_grid() -> None:
    more = "".join(
        f'\n[[facts]]\nquestion = "q{n}"\nanswer = "yes"\npoints = 1\nfr = "{n}"\nen = "{n}"\n'
        for n in range(20)
    )
    with pytest.raises(TextRefused):
        points.read(SHORT + more)
    assert points.points_of(SHORT) is points.points_of(SHORT)
