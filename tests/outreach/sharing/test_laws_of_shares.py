"""Laws of a share, whatever the team: all are given or told left, more time takes no less, reasons are few and whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from maillage.outreach.sharing import Adviser, Given, Line, Proposal, capacities, propose, reasons
from maillage.outreach.sharing.reasons import POINTS, Criterion, Reason

COMMUNES = ["59350", "59512", "59599"]
towns = st.sampled_from(COMMUNES)
languages = st.sampled_from(["nl", "en", "ar"])
activities = st.sampled_from(["10.71C", "43.21A", "47.11B", ""])
lines = st.builds(Line, st.just(0), towns, activities, st.sampled_from(["", "nl", "en"]))
advisers = st.builds(
    Adviser,
    st.just(0),
    st.frozensets(towns),
    st.frozensets(languages),
    st.lists(st.sampled_from(["10", "1071", "43", "4711B"]), max_size=2).map(tuple),
    st.integers(0, 48),
    st.integers(0, 20),
)
lists = st.lists(lines, max_size=10).map(
    lambda many: [replace(one, key=rank) for rank, one in enumerate(many)]
)
teams = st.lists(advisers, max_size=4).map(
    lambda many: [replace(one, key=100 + rank) for rank, one in enumerate(many)]
)


def held(found: Proposal) -> dict[int, int]:
    counts: dict[int, int] = {}
    for one in found.given:
        counts[one.adviser.key] = counts.get(one.adviser.key, 0) + 1
    return counts


@given(lists, teams)
def test_each_line_is_given_once_or_told_left(asked: list[Line], team: list[Adviser]) -> None:
    found = propose(asked, team)
    told = [one.line.key for one in found.given] + [one.key for one in found.left]
    assert sorted(told) == [one.key for one in asked]
    assert bool(found.left) is (bool(asked) and not any(one.hours for one in team))


@given(lists, teams)
def test_each_has_as_many_as_their_week_leaves(asked: list[Line], team: list[Adviser]) -> None:
    room = capacities(len(asked), [one.hours for one in team], [one.load for one in team])
    counts = held(propose(asked, team))
    assert [counts.get(one.key, 0) for one in team] == room
    assert not any(counts.get(one.key) for one in team if not one.hours)


@given(lists, teams)
def test_a_score_is_the_sum_of_reasons_that_hold(asked: list[Line], team: list[Adviser]) -> None:
    for one in propose(asked, team).given:
        assert one.score == sum(POINTS[reason.criterion] for reason in one.reasons)
        assert list(one.reasons) == reasons(one.line, one.adviser)
        said = {reason.criterion for reason in one.reasons}
        assert Criterion.ABLE in said
        assert (Criterion.SECTOR in said) is (one.line.commune in one.adviser.communes)
        assert (Criterion.LANGUAGE in said) is (
            bool(one.line.language) and one.line.language in one.adviser.languages
        )


@given(lists, teams)
def test_the_same_question_asked_again_is_answered_the_same(
    asked: list[Line], team: list[Adviser]
) -> None:
    first, again = propose(asked, team), propose(list(asked), list(team))
    assert first.given == again.given
    assert first.digest == again.digest


@given(lists, teams)
def test_a_digest_tells_pairs_apart_and_nothing_else(
    asked: list[Line], team: list[Adviser]
) -> None:
    found = propose(asked, team)
    turned = Proposal(list(found.given)[::-1], found.left)
    assert turned.digest == found.digest, "the order in which pairs are told changes nothing"
    bare = Proposal([replace(one, reasons=()) for one in found.given], found.left)
    assert bare.digest == found.digest, "nor do the reasons"
    for rank, one in enumerate(found.given):
        other = replace(one.adviser, key=one.adviser.key + 1000)
        pairs = [*found.given[:rank], replace(one, adviser=other), *found.given[rank + 1 :]]
        assert Proposal(pairs, found.left).digest != found.digest
        short = [*found.given[:rank], *found.given[rank + 1 :]]
        assert Proposal(short, found.left).digest != found.digest


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(0, 48), st.integers(0, 20)), min_size=1, max_size=5),
    st.integers(0, 4),
)
def test_one_firm_more_takes_from_nobody(
    count: int, team: list[tuple[int, int]], more: int
) -> None:
    hours, loads = [one for one, _ in team], [one for _, one in team]
    few, many = capacities(count, hours, loads), capacities(count + more, hours, loads)
    assert all(before <= after for before, after in zip(few, many, strict=True))


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 20)), min_size=2, max_size=5),
    st.integers(1, 8),
)
def test_who_has_more_time_takes_no_less_and_who_has_more_to_see_no_more(
    count: int, team: list[tuple[int, int]], more: int
) -> None:
    hours, loads = [one for one, _ in team], [one for _, one in team]
    usual = capacities(count, hours, loads)[0]
    assert capacities(count, [hours[0] + more, *hours[1:]], loads)[0] >= usual
    assert capacities(count, hours, [loads[0] + more, *loads[1:]])[0] <= usual


@given(lists, teams, st.sampled_from(COMMUNES))
def test_a_sector_more_lowers_no_sum(asked: list[Line], team: list[Adviser], town: str) -> None:
    if not team:
        return
    wider = [replace(team[0], communes=team[0].communes | {town}), *team[1:]]
    before, after = propose(asked, team), propose(asked, wider)
    assert sum(one.score for one in after.given) >= sum(one.score for one in before.given)


def test_criteria_weigh_as_the_page_says() -> None:
    sector, language, skill, able = (POINTS[one] for one in Criterion)
    assert (sector, language, skill, able) == (40, 30, 20, 1)
    assert sector > language > skill > able > 0
    assert language + skill > sector, "a language and a skill together outweigh a sector"


# the line | the adviser | the criteria that hold
LINE = Line(1, "59350", "10.71C", "nl")
HOLDS = {
    "nothing said": (LINE, Adviser(1), []),
    "the sector": (LINE, Adviser(1, frozenset({"59350"})), ["sector"]),
    "a neighbouring sector": (LINE, Adviser(1, frozenset({"59512"})), []),
    "the language": (LINE, Adviser(1, languages=frozenset({"nl"})), ["language"]),
    "another language": (LINE, Adviser(1, languages=frozenset({"en"})), []),
    "a language nobody asked for": (
        Line(1, "59350"), Adviser(1, languages=frozenset({"nl", ""})), [],
    ),
    "the division": (LINE, Adviser(1, activities=("10",)), ["skill"]),
    "the whole code": (LINE, Adviser(1, activities=("1071C",)), ["skill"]),
    "another class of it": (LINE, Adviser(1, activities=("1071D",)), []),
    "two beginnings of one code": (LINE, Adviser(1, activities=("10", "1071")), ["skill"]),
    "no activity known of the firm": (Line(1, "59350"), Adviser(1, activities=("10",)), []),
    "all of it": (
        LINE, Adviser(1, frozenset({"59350"}), frozenset({"nl"}), ("10",)), ["sector", "language", "skill"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "adviser", "criteria"), HOLDS.values(), ids=HOLDS)
def test_reasons_hold_as_drawn(line: Line, adviser: Adviser, criteria: list[str]) -> None:
    assert [one.criterion.value for one in reasons(line, adviser)] == [*criteria, "able"]


def test_a_pair_without_a_reason_scores_nothing() -> None:
    assert Given(LINE, Adviser(1), ()).score == 0
    assert Given(LINE, Adviser(1), (Reason(Criterion.SKILL, 20),)).score == 20


# hours a week | what each has already | firms to share out | what each takes
SHARED = {
    "alone": ([35], [7], 4, [4]),
    "half a week": ([35, 17], [0, 0], 3, [2, 1]),
    "one is full already": ([35, 35], [20, 0], 12, [0, 12]),
    "one nearly catches up": ([35, 35], [5, 0], 9, [2, 7]),
    "one day a week": ([35, 7], [0, 0], 12, [10, 2]),
    "on leave": ([35, 0, 35], [0, 0, 0], 4, [2, 0, 2]),
    "on leave with a heavy list": ([35, 0], [0, 50], 3, [3, 0]),
    "three alike": ([20, 20, 20], [1, 1, 1], 7, [3, 2, 2]),
}


@pytest.mark.parametrize(("hours", "loads", "count", "taken"), SHARED.values(), ids=SHARED)
def test_weeks_are_filled_as_drawn(
    hours: list[int], loads: list[int], count: int, taken: list[int]
) -> None:
    assert capacities(count, hours, loads) == taken
