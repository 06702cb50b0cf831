"""Lines of a draft: added once however often they are sent, ordered by hand, struck out."""

from __future__ import annotations

from uuid import uuid4

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.actions import texts
from maillage.conventions.models import Action, Axis, Convention, Version
from maillage.kernel.errors import Conflict, NotAllowed
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def convention() -> Convention:
    """A draft with one axis and one action."""
    return make.convention_of(organisation("epci"), slug="d", signed=False)


@pytest.fixture
def version(convention: Convention) -> Version:
    return convention.versions.get()


@pytest.fixture
def by(convention: Convention) -> Actor:
    return actor(Role.OFFICER, convention.keeper)


def axis(version: Version, by: Actor, code: str) -> Axis:
    values = {"code": code, "title": f"Axe {code}"}
    line = texts.edit_line(version=version, model=Axis, pk=None, values=values, by=by, once=uuid4())
    assert isinstance(line, Axis)
    return line


def action(version: Version, by: Actor, under: Axis, code: str) -> Action:
    values = {"axis": under, "code": code, "title": f"Action {code}"}
    line = texts.edit_line(
        version=version, model=Action, pk=None, values=values, by=by, once=uuid4()
    )
    assert isinstance(line, Action)
    return line


def codes(version: Version, name: str) -> list[str]:
    return [line.code for line in getattr(version, name).all()]


def move(version: Version, line: Axis | Action, by: Actor, *, down: bool) -> None:
    texts.move_line(version=version, model=type(line), pk=line.pk, down=down, by=by)


def test_a_line_sent_twice_by_one_form_is_added_once(version: Version, by: Actor) -> None:
    once = uuid4()
    given = {"version": version, "model": Axis, "pk": None, "by": by, "once": once}
    first = texts.edit_line(values={"code": "2", "title": "Deux"}, **given)
    again = texts.edit_line(values={"code": "2", "title": "Deux"}, **given)
    assert first == again
    assert codes(version, "axes") == ["1", "2"]


def test_budget_lines_that_say_the_same_are_two_when_two_forms_say_so(
    version: Version, by: Actor
) -> None:
    from maillage.conventions.models import BudgetLine

    before = version.budget.count()
    for _ in range(2):
        texts.edit_line(
            version=version,
            model=BudgetLine,
            pk=None,
            values={"amount_cents": 100},
            by=by,
            once=uuid4(),
        )
    assert version.budget.count() == before + 2


def test_a_new_line_comes_last_even_after_one_was_struck_out(version: Version, by: Actor) -> None:
    second = axis(version, by, "2")
    axis(version, by, "3")
    texts.remove_line(version=version, model=Axis, pk=second.pk, by=by)
    axis(version, by, "0")
    assert codes(version, "axes") == ["1", "3", "0"]


MOVES = """
before | moved | down  | after
1 2 3  | 1     | True  | 2 1 3
1 2 3  | 2     | True  | 1 3 2
1 2 3  | 3     | True  | 1 2 3
1 2 3  | 3     | False | 1 3 2
1 2 3  | 2     | False | 2 1 3
1 2 3  | 1     | False | 1 2 3
"""


@pytest.mark.parametrize(
    ("moved", "down", "after"),
    [
        (m, d == "True", a.split())
        for _b, m, d, a in (
            [cell.strip() for cell in line.split("|")] for line in MOVES.strip().splitlines()[1:]
        )
    ],
)
def test_a_line_changes_place_with_its_neighbour(
    version: Version, by: Actor, moved: str, down: bool, after: list[str]
) -> None:
    axis(version, by, "2")
    axis(version, by, "3")
    move(version, version.axes.get(code=moved), by, down=down)
    assert codes(version, "axes") == after


def test_an_action_moves_among_those_of_its_axis(version: Version, by: Actor) -> None:
    one, two = version.axes.get(), axis(version, by, "2")
    action(version, by, two, "2.1")
    last = action(version, by, one, "1.2")
    move(version, last, by, down=False)
    assert [a.code for a in one.actions.all()] == ["1.2", "1.1"]
    assert [a.code for a in two.actions.all()] == ["2.1"]
    move(version, two.actions.get(), by, down=True)
    assert [a.code for a in one.actions.all()] == ["1.2", "1.1"]


def test_a_moved_line_is_not_a_changed_text(version: Version, by: Actor) -> None:
    other = axis(version, by, "2")
    move(version, other, by, down=False)
    other.refresh_from_db()
    assert other.edition == 1  # that of its adding: a colleague who edits it meanwhile is not stale


def test_a_line_of_another_text_is_not_moved(version: Version, by: Actor) -> None:
    elsewhere = make.convention_of(version.convention.keeper, signed=False).versions.get()
    stranger = elsewhere.axes.get()
    texts.move_line(version=version, model=Axis, pk=stranger.pk, down=True, by=by)
    assert (codes(version, "axes"), codes(elsewhere, "axes")) == (["1"], ["1"])


def test_only_the_keeper_orders_the_lines(version: Version) -> None:
    line = version.axes.get()
    for who in (actor(Role.OFFICER), actor(Role.ADVISER, version.convention.keeper)):
        with pytest.raises(NotAllowed):
            move(version, line, who, down=True)


def test_the_lines_of_a_signed_text_keep_their_order(version: Version, by: Actor) -> None:
    other = axis(version, by, "2")
    texts.sign(version=version, signed_on=None, by=by)
    with pytest.raises(Conflict):
        move(version, other, by, down=False)
    assert codes(version, "axes") == ["1", "2"]
