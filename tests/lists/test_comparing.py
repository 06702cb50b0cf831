"""Lines compared with the register: what makes itself, what waits, what is left out, cut and made again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maillage.accounts.actors import Actor, System
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.lists import actions, comparing, jobs
from maillage.lists.actions import Found
from maillage.lists.models import Comparison
from maillage.register import linkable
from maillage.register.linking import links
from tests.factories import lists as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return make.manager()


def acts(kind: str = "lists.firm_recognised") -> Any:
    return Act.objects.unscoped(reason="a test").filter(kind=kind, reverses=None)


# By splink, on a few firms


def test_a_line_that_is_surely_one_firm_is_recognised_and_the_act_says_so(by: Actor) -> None:
    place = make.bakery()
    register.establishment(unit_name="GARAGE PETIT", trade_name="", street="RUE FOCH")
    load = make.compared(by)
    (match,) = make.matches()
    assert (match.establishment, match.state, match.decided_by) == (place, "automatic", None)
    assert match.p >= 0.99
    (act,) = acts()
    assert act.establishment == place
    assert act.keeper == act.organisation == by.organisation
    assert (act.person, act.source_key) == (None, str(match.key))
    comparison = Comparison.objects.get(load=load)
    assert (comparison.stage, comparison.firms, comparison.done) == ("done", 2, 2)
    assert comparison.ended_at is not None


def test_why_is_kept_by_comparison_in_both_languages_and_adds_up(by: Actor) -> None:
    make.bakery()
    make.compared(by)
    (match,) = make.matches()
    told = {one["field"]: one for one in match.why}
    assert told["name"]["fr"].startswith("nom ou enseigne")
    assert told["name"]["en"].startswith("name or sign")
    assert told["name"]["weight"] > 0
    score = sum(one["weight"] for one in match.why)
    assert match.p == pytest.approx(1 / (1 + 2**-score), abs=1e-3)
    assert "DELATTRE" not in str(match.why).upper()


def test_what_is_nowhere_in_the_register_stays_a_line(by: Actor) -> None:
    make.compared(by)
    assert not make.matches().exists()
    assert make.lines().unlinked().count() == 2
    assert not acts().exists()


def test_a_closed_an_undisclosed_or_a_provisional_firm_is_not_looked_at(by: Actor) -> None:
    register.establishment(unit_name="FOURNIL DELATTRE", state="F")
    register.establishment(
        unit_diffusion="P", diffusion="P", street="", street_number="", trade_name=""
    )
    register.establishment(unit_name="FOURNIL DELATTRE", provisional=True)
    assert linkable.linkable_firms(lambda _n: None) == []
    make.compared(by)
    assert not make.matches().exists()


def test_the_register_is_read_as_linking_reads_firms() -> None:
    place = register.establishment(
        unit_name="MARTIN PAUL", trade_name="AU BON PAIN", street_number="3", street="RUE FOCH"
    )
    (firm,) = linkable.linkable_firms(lambda _n: None)
    assert (firm.id, firm.name, firm.sign) == (str(place.pk), "MARTIN PAUL", "AU BON PAIN")
    assert (firm.number, firm.street, firm.postcode) == ("3", "RUE FOCH", "59000")
    assert (firm.town, firm.commune, firm.siret) == ("LILLE", "59350", place.siret)


def test_a_firm_without_a_sign_is_also_known_by_its_usual_names() -> None:
    register.establishment(unit_name="DUPONT", unit_trade_names="CHEZ LOUISE", trade_name="")
    (firm,) = linkable.linkable_firms(lambda _n: None)
    assert (firm.name, firm.sign) == ("DUPONT", "CHEZ LOUISE")


def test_an_undone_register_recognises_nobody(by: Actor) -> None:
    load = register.load_active()
    make.bakery(spell_load=load)
    register.undo_load(load=load, by=System("a test"))
    assert linkable.linkable_firms(lambda _n: None) == []


def test_how_far_the_reading_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkable, "AT_ONCE", 2)
    for _n in range(5):
        register.establishment()
    told: list[int] = []
    linkable.linkable_firms(told.append)
    assert told == [2, 4]


# Without splink: what becomes of what was found


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[int, float]]]:
    """What linking would answer, by name of the line."""
    answers: dict[str, list[tuple[int, float]]] = {}

    def link(left: Any, right: Any, *, least: float) -> list[links.Link]:
        return [
            links.Link(one.id, str(pk), p, (links.Why("name", "same", links.OTHERS, 9.0),))
            for one in left
            for pk, p in answers.get(one.name, [])
            if p >= least
        ]

    monkeypatch.setattr(links, "link", link)
    return answers


def states(**wanted: Any) -> list[tuple[int, str]]:
    rows = make.matches(**wanted).order_by("-p", "pk")
    return list(rows.values_list("establishment", "state"))


@pytest.mark.parametrize(
    ("p", "state"), [(1.0, "automatic"), (0.99, "automatic"), (0.9899, "waiting"), (0.5, "waiting")]
)
def test_from_0_99_a_link_makes_itself_and_from_0_5_somebody_decides(
    by: Actor, found: dict[str, Any], p: float, state: str
) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = [(place.pk, p)]
    make.compared(by)
    assert states() == [(place.pk, state)]
    assert acts().count() == (state == "automatic")


def test_below_0_5_nothing_is_said(by: Actor, found: dict[str, Any]) -> None:
    found["Fournil Delattre"] = [(register.establishment().pk, 0.4999)]
    make.compared(by)
    assert states() == []


def test_two_certain_firms_for_one_line_are_for_somebody_to_tell_apart(
    by: Actor, found: dict[str, Any]
) -> None:
    one, two = register.establishment(), register.establishment()
    found["Fournil Delattre"] = [(one.pk, 0.995), (two.pk, 0.992)]
    make.compared(by)
    assert states() == [(one.pk, "waiting"), (two.pk, "waiting")]
    assert make.lines().to_review().count() == 1
    assert not acts().exists()


def test_two_lines_may_be_one_firm(by: Actor, found: dict[str, Any]) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = [(place.pk, 0.999)]
    found["Inconnu au bataillon"] = [(place.pk, 0.999)]
    make.compared(by)
    assert states() == [(place.pk, "automatic")] * 2


def test_compared_twice_nothing_is_written_twice(by: Actor, found: dict[str, Any]) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = [(place.pk, 0.999)]
    load = make.compared(by)
    assert comparing.compare(load.pk) is None
    Comparison.objects.update(stage="waiting", heard_at=None)
    assert comparing.compare(load.pk) is not None
    assert states() == [(place.pk, "automatic")]
    assert acts().count() == 1


def test_a_comparison_cut_between_two_steps_is_made_again_and_ends_the_same(
    by: Actor, found: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = found["Inconnu au bataillon"] = [(place.pk, 0.999)]
    load = make.loaded(by)
    monkeypatch.setattr(comparing, "STEP", 1)
    whole = actions.note_found
    calls: list[int] = []

    def cut(**given: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise MemoryError
        return whole(**given)

    monkeypatch.setattr(actions, "note_found", cut)
    with pytest.raises(MemoryError):
        comparing.compare(load.pk)
    assert acts().count() == 1
    assert comparing.unfinished() == []  # heard a moment ago
    Comparison.objects.update(heard_at=clock.real_now() - timedelta(hours=1))
    assert comparing.unfinished() == [load.pk]
    assert comparing.compare(load.pk) is not None
    assert acts().count() == 2
    assert Comparison.objects.get().stage == "done"


def test_two_workers_do_not_compare_the_same_load(by: Actor) -> None:
    load = make.loaded(by)
    Comparison.objects.update(heard_at=clock.real_now(), stage="comparing")
    assert comparing.compare(load.pk) is None


def test_an_undone_load_is_not_compared(by: Actor) -> None:
    load = make.loaded(by)
    register.undo_load(load=load, by=by)
    assert comparing.compare(load.pk) is None
    assert comparing.unfinished() == []


def test_lines_taken_back_meanwhile_are_left_alone(by: Actor) -> None:
    place = register.establishment()
    load = make.loaded(by)
    line = make.lines(load=load).first()
    register.undo_load(load=load, by=by)
    machine = actions.machine(line.of)
    written = actions.note_found(
        found={line.pk: [Found(place.pk, 0.999, make.WHY)]}, certain=0.99, by=machine
    )
    assert written == 0
    assert not acts().exists()


def test_each_stage_is_told_while_it_goes_on(by: Actor, found: dict[str, Any]) -> None:
    load = make.loaded(by)
    told: list[tuple[str, int]] = []
    comparing.compare(load.pk, lambda stage, done: told.append((str(stage), done)))
    assert told == [("reading", 0), ("comparing", 0), ("writing", 2)]


# Asked again


def test_what_was_not_found_is_looked_for_again_and_the_rest_stays(
    by: Actor, found: dict[str, Any]
) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = [(place.pk, 0.999)]
    load = make.compared(by)
    other = register.establishment()
    found["Fournil Delattre"] = [(other.pk, 0.999)]
    found["Inconnu au bataillon"] = [(other.pk, 0.7)]
    assert actions.compare_again(of=make.the_list(), by=by) == [load.pk]
    assert make.lines().filter(compared_at=None).count() == 1
    comparing.compare(load.pk)
    assert states() == [(place.pk, "automatic"), (other.pk, "waiting")]


def test_when_every_line_is_a_firm_there_is_nothing_to_look_for(
    by: Actor, found: dict[str, Any]
) -> None:
    place = register.establishment()
    found["Fournil Delattre"] = found["Inconnu au bataillon"] = [(place.pk, 0.999)]
    make.compared(by)
    assert actions.compare_again(of=make.the_list(), by=by) == []


# The jobs


def test_the_job_compares_and_says_how_many(by: Actor) -> None:
    load = make.loaded(by)
    assert jobs.compare.call(load.pk) == "2 lines"
    assert jobs.compare.call(load.pk) == "nothing to do"


def test_what_a_killed_worker_left_is_taken_up(by: Actor) -> None:
    make.loaded(by)
    assert jobs.take_up_comparisons.call() == "1 left"
    Comparison.objects.update(stage="done")
    assert jobs.take_up_comparisons.call() == "0 left"
