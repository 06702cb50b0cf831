"""The figures beside another reckoning: whatever was recorded, corrected and cancelled, both say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import Actor, System
from maillage.diagnoses import actions
from maillage.diagnoses.models import Pass
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger import verify
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
YEARS = Period.parse("2018..2020")
EVERYTHING = System("an oracle reads everything")
POINTS = {"no": 0, "some": 1, "yes": 2}

answers = st.lists(st.sampled_from(("no", "some", "yes", "-")), min_size=6, max_size=6)
moves = st.lists(
    st.tuples(
        st.sampled_from(("record", "record", "correct", "cancel")),
        st.integers(0, 1),  # which of two firms
        st.integers(0, 1),  # which of two organisations
        st.integers(0, 600),
        answers,
    ),
    max_size=8,
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@dataclass
class Told:
    """A pass as the oracle knows it."""

    found: Pass
    on: date
    given: dict[str, str]


@dataclass
class World:
    """Two organisations, two firms, and what stands of each."""

    advisers: list[Actor] = field(default_factory=lambda: [accounts.actor() for _n in range(2)])
    firms: list[Any] = field(default_factory=lambda: [register.establishment() for _n in range(2)])
    standing: dict[tuple[int, int], list[Told]] = field(default_factory=dict)

    def play(self, move: tuple[str, int, int, int, list[str]]) -> None:
        what, firm, owner, ago, given = move
        facts = make.facts(*given, on=TODAY - timedelta(days=ago))
        if not facts.answers:
            return
        here = self.standing.setdefault((firm, owner), [])
        adviser = self.advisers[owner]
        if what == "record" or not here:
            found = make.diagnosis(adviser, self.firms[firm], *given, on=facts.occurred_on)
            here.append(Told(found, facts.occurred_on, dict(facts.answers)))
            return
        told = here[ago % len(here)]
        now = Pass.objects.unscoped(reason="test").get(pk=told.found.pk)
        if what == "cancel":
            actions.cancel_pass(found=now, reason="twice", by=adviser)
            here.remove(told)
            return
        actions.correct_pass(
            found=now, facts=facts, reason="learned", version=now.version, by=adviser
        )
        told.on, told.given = facts.occurred_on, dict(facts.answers)

    def gains(self) -> list[int]:
        """What each firm gained with each organisation, reckoned otherwise: by looping over days."""
        found = []
        for passes in self.standing.values():
            ordered = sorted(passes, key=lambda told: (told.on, told.found.pk))
            gain = first_gain(ordered)
            if gain is not None:
                found.append(gain)
        return found


def first_gain(passes: list[Told]) -> int | None:
    for rank, first in enumerate(passes):
        for second in passes[rank + 1 :]:
            both = first.given.keys() & second.given.keys()
            if (second.on - first.on).days < 180 or len(both) < 3:
                continue
            return share(second, both) - share(first, both)
    return None


def share(told: Told, both: Any) -> int:
    points = sum(POINTS[told.given[code]] for code in both)
    return int(points * 1000 / (2 * len(both)) + 0.5)


def asked(code: str, **kept: Any) -> Any:
    (answer,) = figures.answer([Question(code, Filter(**kept), YEARS)])
    return answer


@given(moves)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_progress_is_the_mean_that_another_reckoning_finds(db_rollback: Any, moves: Any) -> None:
    with db_rollback():
        world = World()
        for move in moves:
            world.play(move)
        gains = world.gains()
        answer = asked("I33")
        assert (answer.numerator, answer.denominator) == (sum(gains), len(gains))
        assert answer.value == (sum(gains) / len(gains) if gains else None)
        passes = [told for here in world.standing.values() for told in here]
        assert asked("diagnoses.passes_done").value == len(passes)
        seen = {firm for (firm, _owner), here in world.standing.items() if here}
        assert asked("diagnoses.firms_diagnosed").value == len(seen)
        page = figures.records(Question("diagnoses.progress_gained", Filter(), YEARS), EVERYTHING)
        assert sorted(record.amount or 0 for record in page.records) == sorted(gains)


def test_each_organisation_reads_its_own_figure_by_its_filter() -> None:
    first, second = accounts.actor(), accounts.actor()
    firm = register.establishment()
    long_ago = TODAY - timedelta(days=200)
    make.diagnosis(first, firm, *make.LOW, on=long_ago)
    make.diagnosis(first, firm, *make.HIGH)
    make.diagnosis(second, firm, *make.HIGH, on=long_ago)
    make.diagnosis(second, firm, *make.LOW)
    assert asked("I33").value == 0
    assert first.organisation
    assert second.organisation
    assert asked("I33", organisations=(str(first.organisation.key),)).value == 583
    assert asked("I33", organisations=(str(second.organisation.key),)).value == -583
    assert verify().is_valid


def test_a_figure_of_yesterday_stays_what_it_was_whatever_is_corrected_today() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=TODAY - timedelta(days=200))
    last = make.diagnosis(adviser, firm, *make.HIGH)
    question = Question("I33", Filter(), YEARS)
    with clock.at(clock.parse_instant("2020-07-02T12:00")):
        actions.correct_pass(
            found=last,
            facts=make.facts(*make.LOW, on=TODAY),
            reason="typing",
            version=1,
            by=adviser,
        )
        (then,) = figures.answer([question], at=clock.parse_instant("2020-07-01T12:00"))
        (now,) = figures.answer([question])
    assert (then.value, now.value) == (583, 0)


def test_a_figure_opens_onto_the_firm_its_gain_and_both_its_diagnoses() -> None:
    adviser, firm = accounts.actor(), register.establishment(unit_name="FOURNIL DELATTRE")
    make.diagnosis(adviser, firm, *make.LOW, on=TODAY - timedelta(days=200))
    make.diagnosis(adviser, firm, *make.HIGH)
    question = Question("diagnoses.progress_gained", Filter(), YEARS)
    (record,) = figures.records(question, adviser).records
    assert "DELATTRE" in record.label
    assert record.amount == 583
    assert [act.kind for act in record.acts].count("diagnoses.pass_done") == 2
    assert all(not act.is_masked for act in record.acts)
    (masked,) = figures.records(question, accounts.actor()).records
    assert masked.masked
    assert masked.unit == ""
