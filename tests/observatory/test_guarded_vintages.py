"""A vintage is masked beside all that is public of its territory: when loaded, again before it is published, never after."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from maillage import figures, ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.figures import witnessed
from maillage.figures.models import Observation, PublicationOrder, StockVintage
from maillage.figures.observations import guarding, loading, masking
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.identifiers import uuid7
from maillage.observatory import carrying_out, jobs, observed, observed_publishing
from tests.factories import accounts, observed as make
from tests.observatory.attacker import Cell, Found, attack
from tests.observatory.test_attacked_observatory import downloaded, geography, is_narrow, told
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
JULY = make.AS_OF.replace(month=7, day=31)
SURVIVAL = "register.survival_3y"


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-08-15")):
        yield


def later(**changes: tuple[str, float]) -> list[make.Row]:
    """The same observations, of which the jobs of some communes, and of the whole with them, are told otherwise."""
    rows = copy.deepcopy(make.observations())
    for row in rows:
        if row["indicator"].startswith("register.jobs_"):
            for area, (_why, more) in changes.items():
                if row["area"] in (area[1:], make.MEL):
                    row["value"] += more
    return rows


def july(rows: list[make.Row] | None = None, **told: Any) -> StockVintage:
    return make.loaded(rows=rows or later(c59009=("a larger band", 1.5)), as_of=JULY, **told)


def status(vintage: StockVintage, area: str, indicator: str = "register.jobs_estimate") -> str:
    return vintage.observations.get(
        indicator=indicator, area=area, period="2020", segment="all"
    ).status


def test_loaded_after_a_publication_it_is_masked_beside_it() -> None:
    first = make.published().vintage
    assert first is not None
    second = july()
    assert second.guarded == {make.MEL: [str(first.key)]}
    assert status(first, "59009") == "V"
    assert status(second, "59009") == "D", "one firm took a larger band: the difference is its own"
    assert status(second, make.MEL) == "D"
    assert status(second, "59009", "register.jobs_upper") == "D", "its bounds with it"
    assert status(second, "59350") == "V", "what did not change is known"
    assert make.published(second, owner=accounts.organisation(), reason="July").vintage == second


def test_the_same_cells_are_masked_in_the_same_way_again() -> None:
    first = make.published().vintage
    second = july(make.observations())
    assert first is not None
    same = [dict(one.observations.values_list("area", "status").filter(indicator=SURVIVAL, period="2016", segment="all"))
            for one in (first, second)]  # fmt: skip
    assert same[0] == same[1]
    assert set(same[0].values()) >= {"A", "V"}


def test_loaded_before_a_publication_it_is_masked_again_by_the_worker() -> None:
    owner = accounts.organisation("epci", siren=make.MEL)
    first, second = make.loaded(), july()
    assert status(second, "59009") == "V", "nothing was public yet"
    make.published(first, owner=owner)
    assert not guarding.is_guarded(second, make.MEL)
    order = make.ordered(second, owner, reason="July")
    assert jobs.publish.call(order.pk) == "done"
    second.refresh_from_db()
    assert second.guarded == {make.MEL: [str(first.key)]}
    assert status(second, "59009") == "D"
    assert not list(witnessed.altered())


def test_the_door_of_publication_refuses_what_was_not_masked_again() -> None:
    first, second = make.loaded(), july()
    made = make.published(first)
    asked = {
        "subject": observed.subject_of(make.MEL), "questions": [], "period": observed.days_of(second),
        "by": System("a test", organisation=made.organisation), "revises": made, "reason": "July", "vintage": second,
    }  # fmt: skip
    with pytest.raises(Conflict, match="depuis que le secret a été calculé"):
        figures.publish(**asked, once=str(uuid7()))
    guarding.protect_again(second, make.MEL)
    assert figures.publish(**asked, once=str(uuid7())).vintage == second


def test_what_is_public_is_never_masked_otherwise() -> None:
    first, second = make.loaded(), july()
    owner = make.published(first).organisation
    make.published(second, owner=owner, reason="July")
    before = list(first.observations.order_by("pk").values_list("pk", "status"))
    assert guarding.is_guarded(first, make.MEL)
    guarding.protect(first, make.MEL)
    assert list(first.observations.order_by("pk").values_list("pk", "status")) == before
    assert make.published(first, owner=owner, reason="June again").vintage == first


def test_each_territory_is_masked_beside_its_own() -> None:
    both = make.loaded([make.MEL, make.CALL])
    make.published(both, territory=make.CALL)
    second = july()
    assert second.guarded == {make.MEL: []}
    assert guarding.is_guarded(second, make.MEL)
    assert not guarding.public_beside(second, make.MEL)


def test_a_third_vintage_stands_beside_both() -> None:
    first = make.loaded()
    owner = make.published(first).organisation
    second = july()
    make.published(second, owner=owner, reason="July")
    third = make.loaded(rows=make.observations(), as_of=JULY.replace(month=8), source="August",
                        history_start=make.AS_OF.replace(year=2009))  # fmt: skip
    if third != first:  # the same content is the same vintage
        assert set(third.guarded[make.MEL]) == {str(first.key), str(second.key)}
    changed = make.loaded(rows=later(c59009=("back to June", 0.0), c59650=("x", 4.0)), as_of=JULY)
    assert set(changed.guarded[make.MEL]) == {str(first.key), str(second.key)}
    assert status(changed, "59009") == "D", "to say June's number again would tell July's"


def test_loading_again_gives_back_what_secrecy_needs() -> None:
    first, second = make.loaded(), july()
    make.published(first)
    (guarding.folder_of(first) / guarding.FILE).unlink()
    with pytest.raises(Invalid, match="build_observatory"):
        guarding.protect_again(second, make.MEL)
    assert make.loaded() == first
    guarding.protect_again(second, make.MEL)
    assert guarding.is_guarded(second, make.MEL)


def test_a_vintage_of_an_earlier_version_is_published_when_it_is_the_first() -> None:
    first = make.loaded()
    StockVintage.objects.filter(pk=first.pk).update(guarded={})
    (guarding.folder_of(first) / guarding.FILE).unlink()
    first.refresh_from_db()
    assert make.published(first).vintage == first


def test_the_worker_says_how_many_tables_are_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = accounts.organisation("epci", siren=make.MEL)
    first, second = make.loaded(), july()
    make.published(first, owner=owner)
    order = make.ordered(second, owner, reason="July")
    said: list[tuple[str, int, int]] = []
    beat = carrying_out.beat

    def heard(one: PublicationOrder, step: str, done: int = 0, of: int = 0) -> None:
        said.append((step, done, of))
        beat(one, step, done, of)

    monkeypatch.setattr(carrying_out, "beat", heard)
    monkeypatch.setattr(carrying_out, "TOLD_EVERY", carrying_out.TOLD_EVERY * 0)
    jobs.publish.call(order.pk)
    steps = [step for step, _done, _of in said]
    assert steps[0] == "protect"
    assert steps[-1] == "freeze"
    parts = [(done, of) for step, done, of in said if step == "protect" and of]
    assert [done for done, _of in parts] == list(range(len(parts)))
    assert {of for _done, of in parts} == {len(parts)}


def test_a_refusal_while_protecting_is_kept_with_the_order() -> None:
    owner = accounts.organisation("epci", siren=make.MEL)
    first, second = make.loaded(), july()
    make.published(first, owner=owner)
    (guarding.folder_of(second) / guarding.FILE).unlink()
    order = make.ordered(second, owner, reason="July")
    jobs.publish.call(order.pk)
    order.refresh_from_db()
    assert order.state == PublicationOrder.State.REFUSED
    assert "build_observatory" in order.refusal["fr"]


def test_a_rank_goes_with_the_number_that_is_hidden() -> None:
    first, second = make.loaded(), july()
    make.published(first)
    rank = {
        "indicator": "register.jobs_estimate",
        "segment": "all",
        "period": "2020",
        "area": make.MEL,
    }
    second.ranks = [rank]
    second.save(update_fields=["ranks"])
    guarding.protect_again(second, make.MEL)
    second.refresh_from_db()
    assert second.ranks == []


def renamed(
    cells: list[dict[str, Any]], changed: set[str]
) -> tuple[list[Cell], dict[str, list[str]]]:
    """The cells of a second vintage under names of their own, made of communes that are those of the first but for some."""
    known = geography(make.AS_OF)
    inside = {
        f"{area}*": [f"{one}*" if one in changed else one for one in communes]
        for area, communes in known.items()
    }
    return [{**cell, "area": f"{cell['area']}*"} for cell in cells], inside


def found_in_both(
    first: list[dict[str, Any]], second: list[dict[str, Any]], changed: set[str]
) -> list[Found]:
    more, inside = renamed(second, changed)
    cells = [cell for cell in (*first, *more) if cell["activity"] == "all"]
    return list(attack(cells, {**geography(make.AS_OF), **inside}))


def grown() -> tuple[list[make.Row], set[str]]:
    """A later stock: more survived of two communes, and jobs moved in one."""
    changed = {"59009", "59512"}
    rows = later(c59009=("a larger band", 1.5))
    for row in rows:
        of_all = row["area"] in changed or row["area"] == make.MEL
        if row["indicator"] == SURVIVAL and row["period"] == "2016" and of_all:
            more = len(changed) if row["area"] == make.MEL else 1
            row["numerator"] = min(row["numerator"] + more, row["denominator"])
            row["value"] = row["numerator"] / row["denominator"]
    return rows, changed


def test_nobody_finds_a_hidden_cell_in_two_vintages_together() -> None:
    """Attacked by a program of its own, which is even told which communes did not change."""
    rows, changed = grown()
    first = make.published()
    second = make.published(july(rows), owner=first.organisation, reason="July")
    found = found_in_both(downloaded(first), downloaded(second), changed)
    assert len(found) > 10
    assert [told(one) for one in found if is_narrow(one) and one.cell["status"] in "AB"] == []


def test_the_same_attacker_finds_one_when_vintages_are_masked_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make.published()
    small = [
        row
        for row in downloaded(first)
        if row["status"] == "D" and row["indicator"] == "register.jobs_estimate"
    ]
    assert small
    cells = downloaded(first)
    truth = {(row.indicator, row.area): row for row in Observation.objects.filter(vintage=first.vintage)
             if row.activity == "all" and row.segment == "all"}  # fmt: skip
    apart = [
        {**cell, "status": "V", "value": truth[cell["indicator"], cell["area"]].value,
         "n": truth[cell["indicator"], cell["area"]].n}
        if cell["status"] == "D" and "jobs" in cell["indicator"] and cell["segment"] == "all" and cell["activity"] == "all"
        else cell for cell in cells
    ]  # fmt: skip
    found = found_in_both(cells, apart, set())
    assert any(is_narrow(one) and one.cell["status"] == "A" for one in found)
    monkeypatch.undo()


def test_who_publishes_at_the_terminal_is_protected_too() -> None:
    first, second = make.loaded(), july()
    owner = make.published(first).organisation
    by = Actor(organisation=owner, role=Role.SERVICE_MANAGER)
    made = observed_publishing.publish(
        territory=make.MEL, vintage=second, by=by, once="a", reason="July"
    )
    assert status(made.vintage, "59009") == "D"  # type: ignore[arg-type]
    assert ledger.verify(ledger.heads()).is_valid
    assert masking.is_secret(SURVIVAL)
    assert loading.spells_of(second).parent == guarding.folder_of(second)
