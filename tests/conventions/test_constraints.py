"""What the database itself refuses, on SQLite and on PostgreSQL: NULL where a promise needs an amount too."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction

from maillage.accounts.models import Organisation
from maillage.conventions.models import (
    Action,
    Axis,
    BudgetLine,
    Charge,
    Convention,
    Entry,
    Party,
    Target,
    Version,
)
from maillage.kernel import clock
from tests.factories import conventions as make
from tests.factories.accounts import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Version:
    return make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()


def refuses(row: models.Model, constraint: str) -> None:
    """The row is refused by the constraint of that name, whatever model code would have said."""
    assert constraint in {c.name for c in row._meta.constraints} | set(UNIQUE)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        models.Model.save(row)
    # PostgreSQL names every constraint; SQLite names a CHECK, and the columns of a UNIQUE.
    if connection.vendor == "postgresql" or "CHECK" in str(refusal.value):
        assert constraint in str(refusal.value)


UNIQUE = ("conventions_charge_once", "conventions_version_once")

PROMISES = """
kind    | amount | taken
floor   | 4000   | yes
floor   | 1      | yes
floor   | 0      | no
floor   | -1     | no
floor   |        | no
target  | 350    | yes
target  | 0      | no
target  |        | no
monitor |        | yes
monitor | 0      | no
monitor | 12     | no
gauge   | 12     | no
gauge   |        | no
"""


@pytest.mark.parametrize(
    "row", [[c.strip() for c in line.split("|")] for line in PROMISES.strip().splitlines()[1:]]
)
def test_a_floor_or_a_target_has_an_amount_and_what_is_watched_has_none(
    draft: Version, row: list[str]
) -> None:
    """A comparison with NULL is neither true nor false: a CHECK lets it pass unless it is told."""
    kind, amount, taken = row
    target = Target(
        version=draft,
        code="T9",
        kind=kind,
        indicator="conventions.payments",
        amount=int(amount) if amount else None,
    )
    if taken == "yes":
        target.save()
        assert Target.objects.filter(code="T9", kind=kind).exists()
    else:
        refuses(target, "conventions_target_amount_when_promised")


@pytest.mark.parametrize("kind", ["floor", "target"])
def test_the_amount_of_a_promise_is_not_emptied_afterwards(draft: Version, kind: str) -> None:
    Target.objects.filter(version=draft).update(kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.filter(version=draft).update(amount=None)
    assert Target.objects.get().amount == 4000


def line(draft: Version, model: Any, **values: Any) -> Any:
    return model(version=draft, **values)


BROKEN: list[tuple[str, Any, dict[str, Any]]] = [
    ("conventions_axis_code_once", Axis, {"code": "1", "title": "Encore"}),
    ("conventions_party_share_up_to_whole", Party, {"share_bp": 10_001}),
    ("conventions_budget_positive", BudgetLine, {"amount_cents": -1}),
    (
        "conventions_action_due_after_start",
        Action,
        {"code": "9", "key": "d/9", "starts_on": date(2020, 1, 2), "due_on": date(2020, 1, 1)},
    ),
    ("conventions_action_once", Action, {"code": "1.1", "key": "d/other"}),
    ("conventions_action_key_once", Action, {"code": "9", "key": "d/1.1"}),
]


@pytest.mark.parametrize(
    ("name", "model", "values"),
    BROKEN,
    ids=[name.removeprefix("conventions_") for name, *_ in BROKEN],
)
def test_a_line_that_contradicts_the_text_is_refused_by_the_database(
    draft: Version, name: str, model: Any, values: dict[str, Any]
) -> None:
    given = dict(values)
    if model is Party:
        given["organisation"] = organisation()
    if model is Action:
        given["axis"] = draft.axes.get()
    refuses(line(draft, model, **given), name)


def test_a_party_signs_once(draft: Version) -> None:
    party = draft.parties.first()
    assert party is not None
    refuses(line(draft, Party, organisation=party.organisation), "conventions_party_once")


def test_a_promise_hangs_from_one_place(draft: Version) -> None:
    row = line(draft, Target, code="T9", kind="monitor", axis=draft.axes.get())
    row.action = draft.actions.get()
    refuses(row, "conventions_target_one_place")


VERSIONS: list[tuple[str, dict[str, Any]]] = [
    (
        "conventions_version_ends_after_start",
        {"effective_on": date(2020, 1, 2), "effective_until": date(2020, 1, 1)},
    ),
    ("conventions_version_signed_has_a_day", {"recorded_at": make.instant("2020-01-01")}),
    ("conventions_version_amount_positive", {"amount_cents": -1}),
    ("conventions_version_once", {"number": 0}),
]


@pytest.mark.parametrize(("name", "values"), VERSIONS, ids=[name for name, _ in VERSIONS])
def test_a_version_that_contradicts_itself_is_refused_by_the_database(
    draft: Version, name: str, values: dict[str, Any]
) -> None:
    refuses(Version(convention=draft.convention, **{"number": 1, **values}), name)


def test_a_convention_does_not_succeed_itself(draft: Version) -> None:
    held = draft.convention
    held.predecessor = held
    refuses(held, "conventions_convention_not_its_own_predecessor")


def entry(by: Organisation, amount: int) -> Entry:
    return Entry(
        kind="payment",
        owner=by,
        label="F",
        on=date(2020, 1, 1),
        funder=by,
        amount_cents=amount,
        once=uuid4(),
        recorded_at=clock.now(),
    )


@pytest.mark.parametrize("amount", [0, -1])
def test_money_is_above_zero_whole_and_by_part(amount: int) -> None:
    by = organisation()
    refuses(entry(by, amount), "conventions_entry_positive")
    held = entry(by, 100)
    held.save()
    part = Charge(entry=held, action_key="", amount_cents=amount, act_key=uuid4())
    refuses(part, "conventions_charge_positive")


def test_an_action_is_charged_once_by_an_entry() -> None:
    held = entry(organisation(), 100)
    held.save()
    for _ in range(2):
        part = Charge(entry=held, action_key="d/1.1", amount_cents=50, act_key=uuid4())
        if _:
            refuses(part, "conventions_charge_once")
        else:
            part.save()


def test_no_model_of_a_text_has_a_column_for_a_result() -> None:
    """A result is computed: the tables have no place where one could be typed."""
    told = {"value", "result", "actual", "achieved", "progress", "late", "state", "status"}
    for model in (Convention, Version, Axis, Action, Target, BudgetLine, Party, Entry, Charge):
        assert not told & {f.name for f in model._meta.get_fields()}, model
