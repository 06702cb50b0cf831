"""I13, `conventions.late_actions`: due before the last day read, and not completed by then."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.factories import conventions as make
from tests.spec.conventions.reading import ask, opened, split
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "conventions.late_actions"
KEY = "test-2019/1.1"  # due on 30 June 2020


@pytest.fixture(autouse=True)
def _text():
    with clock.at(noon("2019-06-02")):
        make.loaded()
    with clock.at(noon("2020-12-31")):
        yield


@pytest.mark.parametrize(("day", "late"), [("2020-06-30", 0), ("2020-07-01", 1)])
def test_an_action_is_late_from_the_day_after_it_was_due(day, late):
    assert ask(CODE, as_of=day).value == late
    assert opened(CODE, as_of=day) == ({KEY} if late else set())


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ("started", 1),
        ("blocked", 1),
        ("abandoned", 1),
        ("completed", 0),
    ],
)
def test_only_completion_ends_lateness(said, late):
    draw(f"""
    kind                       | day        | action_key    | scheme
    conventions.action_{said}  | 2020-05-01 | test-2019/1.1 | convention:test-2019
    """)
    assert ask(CODE).value == late


def test_an_action_completed_then_taken_up_again_is_late():
    draw("""
    kind                         | day        | action_key    | scheme
    conventions.action_completed | 2020-05-01 | test-2019/1.1 | convention:test-2019
    conventions.action_started   | 2020-06-01 | test-2019/1.1 | convention:test-2019
    """)
    assert ask(CODE).value == 1


def test_a_completion_learnt_later_does_not_change_what_was_known_before():
    draw("""
    kind                         | day        | action_key    | scheme               | recorded
    conventions.action_completed | 2020-06-15 | test-2019/1.1 | convention:test-2019 | 2020-09-01
    """)
    assert ask(CODE, as_of="2020-08-01").value == 1
    assert ask(CODE, as_of="2020-09-02").value == 0


def test_a_cancelled_completion_no_longer_counts():
    draw("""
    kind                         | day        | action_key    | scheme               | recorded
    conventions.action_completed | 2020-06-15 | test-2019/1.1 | convention:test-2019 |
    ~1                           |            |               |                      | 2020-09-01
    """)
    assert ask(CODE, as_of="2020-08-01").value == 0
    assert ask(CODE, as_of="2020-10-01").value == 1


def test_late_actions_split_by_axis_and_by_keeper():
    assert split(CODE, "axis") == {"Prospecter": 1, "Sans action": 0}
    assert split(CODE, "organisation") == {"Métropole Européenne de Lille": 1}


def test_before_any_text_no_action_is_late():
    assert ask(CODE, as_of="2019-01-01").value == 0
