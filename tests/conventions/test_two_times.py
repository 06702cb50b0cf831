"""Texts in two times, as figures read them: promises, budget and actions on a day, as known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage import figures
from maillage.accounts.actors import System
from maillage.conventions.actions import money, texts, turns
from maillage.conventions.models import BudgetLine, Convention, Target, Version
from maillage.conventions.readings import axes_in_force, text_of, version_in_force
from maillage.conventions.tree import text_at
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.factories import conventions as make
from tests.spec.drawn import noon, rows_of

pytestmark = pytest.mark.django_db
BY = System("a test")
OF_IT = Filter(schemes=("convention:test-2019",))


@pytest.fixture
def convention() -> Iterator[Convention]:
    """Signed on 1 June 2019 for April; amended for January 2020, known in March; again the same day, in May.

    The first amendment drops the floor and halves the budget; the second adds a target and an action.
    """
    with clock.at(noon("2019-06-01")):
        held = make.loaded()
    with clock.at(noon("2020-03-01")):
        draft = texts.amend(convention=held, by=BY)
        Target.objects.filter(version=draft).delete()
        BudgetLine.objects.filter(version=draft).update(amount_cents=1_000_000)
        _signed(draft, "2020-01-01", "2020-02-01")
    with clock.at(noon("2020-05-01")):
        draft = texts.amend(convention=held, by=BY)
        Target.objects.create(
            version=draft, code="T2", kind="target", amount=5, indicator="conventions.payments"
        )
        axis = draft.axes.get()
        draft.actions.create(
            axis=axis, code="1.2", key="test-2019/1.2", title="Deux", due_on=date(2020, 2, 1)
        )
        _signed(draft, "2020-01-01", "2020-05-01")
    with clock.at(noon("2020-12-31")):
        yield held


def _signed(draft: Version, effective: str, signed: str) -> None:
    values = {"effective_on": date.fromisoformat(effective)}
    texts.edit_head(version=draft, values=values, edition=draft.edition, by=BY)
    texts.sign(version=draft, signed_on=date.fromisoformat(signed), by=BY)


# The day read, the day known, then: version in force, promises, budget in euros, late actions.
READINGS = """
day        | known      | version | promises | budget   | late
2019-04-04 | 2020-12-31 | -       | 0        | 0        | 0
2019-04-05 | 2020-12-31 | 0       | 1        | 75000.50 | 0
2019-12-31 | 2019-05-31 | -       | 0        | 0        | 0
2019-12-31 | 2019-06-01 | 0       | 1        | 75000.50 | 0
2019-12-31 | 2020-12-31 | 0       | 1        | 75000.50 | 0
2020-01-01 | 2020-02-29 | 0       | 1        | 75000.50 | 0
2020-01-01 | 2020-03-01 | 1       | 0        | 10000    | 0
2020-01-01 | 2020-04-30 | 1       | 0        | 10000    | 0
2020-01-01 | 2020-05-01 | 2       | 1        | 10000    | 0
2020-02-02 | 2020-04-30 | 1       | 0        | 10000    | 0
2020-02-02 | 2020-12-31 | 2       | 1        | 10000    | 1
2020-07-01 | 2020-12-31 | 2       | 1        | 10000    | 2
"""


def read(day: str, known: str) -> dict[str, Any]:
    period, at = (
        Period(date(2019, 1, 1), date.fromisoformat(day)),
        clock.end_of_day(date.fromisoformat(known)),
    )
    codes = {
        "promises": "conventions.promises_followed",
        "budget": "conventions.budget_promised",
        "late": "conventions.late_actions",
    }
    asked = [Question(code, OF_IT, period) for code in codes.values()]
    return dict(zip(codes, figures.answer(asked, at), strict=True))


def test_every_figure_of_a_text_reads_the_one_in_force_then_as_known_then(
    convention: Convention,
) -> None:
    wrong = []
    for row in rows_of(READINGS):
        known = clock.end_of_day(date.fromisoformat(row["known"]))
        text = version_in_force(convention, date.fromisoformat(row["day"]), known)
        answers = read(row["day"], row["known"])
        found = {
            "version": "-" if text is None else str(text.number),
            "promises": str(answers["promises"].value),
            "budget": f"{(answers['budget'].value or 0) / 100:.2f}".removesuffix(".00"),
            "late": str(answers["late"].value),
        }
        if found != {name: row[name] for name in found}:
            wrong.append(f"{row['day']} as of {row['known']}: {found}")
    assert not wrong, "\n".join(wrong)


def test_each_of_these_figures_opens_onto_as_many_units_as_it_says(convention: Convention) -> None:
    for row in rows_of(READINGS)[-4:]:
        known = clock.end_of_day(date.fromisoformat(row["known"]))
        period = Period(date(2019, 1, 1), date.fromisoformat(row["day"]))
        for answer in read(row["day"], row["known"]).values():
            question = Question(answer.definition.reference, OF_IT, period)
            units = list(figures.every_record(question, BY, at=known))
            assert len(units) == answer.n, (row, answer.definition.code)


def test_a_later_amendment_changes_nothing_of_what_was_known_before(convention: Convention) -> None:
    before = {row["day"]: read(row["day"], "2020-04-30") for row in rows_of(READINGS)}
    with clock.at(noon("2020-09-01")):
        draft = texts.amend(convention=convention, by=BY)
        draft.actions.all().delete()
        _signed(draft, "2020-01-01", "2020-09-01")
    for day, answers in before.items():
        again = read(day, "2020-04-30")
        assert {n: a.value for n, a in again.items()} == {n: a.value for n, a in answers.items()}
    assert read("2020-07-01", "2020-12-31")["late"].value == 0


def test_money_stays_on_the_action_through_amendments(convention: Convention) -> None:
    """The key is what acts are charged to: codes and titles may change, money does not move."""
    by = System("a test", organisation=convention.keeper)
    paid = make.money(convention=convention, charges={"test-2019/1.1": 10_000})
    with clock.at(noon("2019-07-01")):
        money.enter(money=paid, by=by, once=uuid4())
    with clock.at(noon("2020-09-01")):
        draft = texts.amend(convention=convention, by=BY)
        action = draft.actions.get(code="1.1")
        values = {"code": "7.7", "title": "Visiter autrement"}
        texts.edit_line(
            version=draft, model=type(action), pk=action.pk, values=values, edition=0, by=BY
        )
        _signed(draft, "2020-08-01", "2020-09-01")
    kept = Filter(action_keys=("test-2019/1.1",))
    (answer,) = figures.answer([Question("conventions.payments", kept)])
    assert answer.value == 10_000
    (axes,) = axes_in_force(convention, date(2020, 9, 1), clock.now())
    assert axes[1] == ["test-2019/1.1", "test-2019/1.2"]
    (split,) = figures.answer([Question("conventions.payments", OF_IT, None, "axis")])
    assert {g.label: g.value for g in split.groups if g.value} == {"Prospecter": 10_000}


def test_an_action_completed_is_late_again_when_that_is_withdrawn(convention: Convention) -> None:
    by = System("a test", organisation=convention.keeper)
    with clock.at(noon("2020-06-15")):
        said = turns.turn_action(
            convention=convention,
            action_key="test-2019/1.2",
            kind="conventions.action_completed",
            on=date(2020, 1, 31),
            by=by,
            once=uuid4(),
        )
    assert read("2020-06-30", "2020-06-14")["late"].value == 1
    assert read("2020-06-30", "2020-06-15")["late"].value == 0
    with clock.at(noon("2020-06-20")):
        turns.cancel_turn(turn=said, reason_code="did_not_happen", by=by)
    assert read("2020-06-30", "2020-06-19")["late"].value == 0
    assert read("2020-06-30", "2020-06-20")["late"].value == 1


SHOWN = """
on         | known      | number | shown
           |            |        | 2
2019-12-31 |            |        | 0
2020-01-01 | 2020-04-30 |        | 1
2020-01-01 |            |        | 2
           |            | 0      | 0
           |            | 1      | 1
2018-01-01 |            |        | 0
2020-06-30 | 2019-01-01 |        | 0
"""


@pytest.mark.parametrize("row", rows_of(SHOWN), ids=lambda row: "/".join(row.values()))
def test_the_page_of_a_text_shows_the_one_of_the_day_asked(
    client: Client, convention: Convention, row: dict[str, str]
) -> None:
    """Before the first text holds, or was known, the original is what there is to read."""
    asked = {name: row[name] for name in ("on", "known", "number") if row[name]}
    address = reverse("conventions:text", args=["test-2019"])
    shown = client.get(address, asked).content.decode()
    said = "Texte d’origine" if row["shown"] == "0" else f"Avenant {row['shown']}"
    title = shown[shown.index("<h2>") : shown.index("</h2>")]
    assert said in title.replace("\xa0", " ").replace("&#x27;", "’")


def test_midnight_in_paris_is_when_a_text_begins_to_hold(convention: Convention) -> None:
    """At 23:30 on 31 December in Paris the old text holds, half an hour later the new one."""
    eve, day = date(2019, 12, 31), date(2020, 1, 1)
    assert clock.end_of_day(eve) < clock.end_of_day(day)
    late = text_at(convention, eve, clock.now())
    early = text_at(convention, day, clock.now())
    assert late is not None
    assert early is not None
    assert (late.number, early.number) == (0, 2)


def test_the_file_holds_every_version_in_order(convention: Convention) -> None:
    held = text_of(convention)
    assert [v.number for v in held.versions] == [0, 1, 2]
    assert [len(list(v.all_targets())) for v in held.versions] == [1, 0, 1]
    assert [len(list(v.actions())) for v in held.versions] == [1, 1, 2]
    assert all(v.signed for v in held.versions)
