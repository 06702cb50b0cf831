"""Passes read together: a result beside the one before, progress by axis, and its number of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage.diagnoses import actions, readings
from maillage.kernel import clock
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


# One result


def test_a_first_result_stands_alone() -> None:
    adviser = accounts.actor()
    result = readings.result(make.diagnosis(adviser), adviser)
    assert (result.number, result.beside, result.gap, result.before_on) == (1, None, None, None)
    assert [line.now.points for line in result.lines] == [1, 1, 0]
    assert [line.gap for line in result.lines] == [None, None, None]
    assert result.is_last
    assert not result.is_due_again


def test_a_second_result_stands_beside_the_one_before_even_a_week_later() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=TODAY - timedelta(days=7))
    result = readings.result(make.diagnosis(adviser, firm, *make.HIGH), adviser)
    assert result.number == 2
    assert result.before_on == TODAY - timedelta(days=7)
    assert result.gap == pytest.approx(7 / 12)
    assert [line.gap for line in result.lines] == [0.75, 0.5, 0.5]


def test_a_result_is_compared_on_the_questions_answered_both_times() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, "no", "-", "yes", "yes", "-", "-", on=LONG_AGO)
    result = readings.result(
        make.diagnosis(adviser, firm, "yes", "yes", "yes", "no", "no", "no"), adviser
    )
    assert result.beside is not None
    assert result.beside.common == {"found_map", "sell_order", "sell_pay"}
    assert [line.gap for line in result.lines] == [1.0, -0.5, None]
    assert result.lines[0].now.points == 4  # its own score counts all that was answered


def test_a_result_that_cannot_be_compared_with_the_last_is_with_an_earlier_one() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    make.diagnosis(adviser, firm, "yes", "-", "-", "-", "-", "-", on=TODAY - timedelta(days=50))
    result = readings.result(make.diagnosis(adviser, firm, *make.HIGH), adviser)
    assert result.number == 3
    assert result.before_on == LONG_AGO


def test_the_first_of_two_is_no_more_the_last_and_is_due_no_more() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, on=LONG_AGO)
    assert readings.result(first, adviser).is_due_again
    make.diagnosis(adviser, firm)
    again = readings.result(first, adviser)
    assert not again.is_last
    assert not again.is_due_again
    assert again.number == 1


def test_a_cancelled_pass_is_neither_last_nor_beside_another() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, on=LONG_AGO)
    second = make.diagnosis(adviser, firm)
    cancelled = actions.cancel_pass(found=first, reason="twice", by=adviser)
    assert not readings.result(cancelled, adviser).is_last
    result = readings.result(second, adviser)
    assert (result.number, result.beside) == (1, None)


def test_answers_are_said_in_the_readers_words_with_those_of_before() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    result = readings.result(
        make.diagnosis(adviser, firm, "yes", "-", "no", "no", "no", "no"), adviser
    )
    said = [(answer, before) for _q, answer, before in result.said][:2]
    assert said == [("yes fr", "no fr"), ("", "some fr")]
    with translation.override("en"):
        assert result.said[0][1] == "yes"


def test_the_drawing_says_what_the_table_says() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    result = readings.result(make.diagnosis(adviser, firm, *make.HIGH), adviser)
    said = BeautifulSoup(result.radar, "html.parser").select("desc")[0].get_text()
    assert said.startswith("30 juin 2020. Axe found\u00a0: 100\u00a0%")
    assert "13 décembre 2019. Axe found\u00a0: 25\u00a0%" in said


# All pairs


def two(adviser: object, *second: str, on: date = TODAY) -> None:
    firm = register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)  # type: ignore[arg-type]
    make.diagnosis(adviser, firm, *(second or make.HIGH), on=on)  # type: ignore[arg-type]


def test_pairs_are_those_of_ones_organisation_newest_first() -> None:
    adviser = accounts.actor()
    two(adviser, on=TODAY - timedelta(days=5))
    two(adviser)
    two(accounts.actor())
    make.diagnosis(adviser)
    pairs = readings.pairs_of(adviser)
    assert [pair.second.on for pair in pairs] == [TODAY, TODAY - timedelta(days=5)]
    assert [pair.gain for pair in pairs] == [583, 583]
    assert [pair.share for pair in pairs] == [0.583, 0.583]


def test_pairs_of_those_who_share_are_read_when_asked_for() -> None:
    owner, partner = accounts.actor(), accounts.actor()
    two(owner)
    assert owner.organisation
    assert partner.organisation
    accounts.share(owner.organisation, partner.organisation, "diagnoses")
    reader = accounts.actor(organisation=partner.organisation)
    assert readings.pairs_of(reader) == []
    assert len(readings.pairs_of(reader, own=False)) == 1


def test_means_are_over_the_pairs_that_know_the_axis_and_say_how_many() -> None:
    adviser = accounts.actor()
    two(adviser)
    two(adviser, "yes", "yes", "yes", "yes", "-", "-")
    (found,) = readings.progress(adviser)
    assert [mean.n for mean in found.means] == [2, 2, 1]
    first, second, third = found.means
    assert (first.before, first.after) == (0.25, 1.0)
    assert first.gap == 0.75
    assert second.after == pytest.approx(0.875)
    assert third.gap == 0.5


def test_an_axis_that_no_pair_knows_has_no_mean() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, "no", "no", "no", "no", on=LONG_AGO)
    make.diagnosis(adviser, firm, "yes", "yes", "no", "no", "yes", "yes")
    (found,) = readings.progress(adviser)
    last = found.means[2]
    assert (last.before, last.after, last.gap, last.n) == (None, None, None, 0)
    assert "inconnu" in found.radar


def test_each_questionnaire_and_each_scale_has_its_own_progress() -> None:
    manager = make.editor()
    adviser = accounts.actor(organisation=manager.organisation)
    first = make.questionnaire(manager)
    other = make.questionnaire(manager, make.text("other"))
    for told in (first, other):
        firm = register.establishment()
        make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO, through=told)
        make.diagnosis(adviser, firm, *make.HIGH, through=told)
    changed = make.questionnaire(manager, make.text().replace("points = 2", "points = 4"))
    firm = register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO, through=changed)
    make.diagnosis(adviser, firm, *make.HIGH, through=changed)
    found = readings.progress(adviser)
    assert sorted(one.questionnaire.code for one in found) == ["other", "short", "short"]
    assert [len(one.pairs) for one in found] == [1, 1, 1]


def test_new_words_keep_one_progress() -> None:
    manager = make.editor()
    adviser, firm = accounts.actor(organisation=manager.organisation), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO, through=make.questionnaire(manager))
    reworded = make.questionnaire(manager, make.text(found_map="Autrement dit"))
    make.diagnosis(adviser, firm, *make.HIGH, through=reworded)
    (found,) = readings.progress(adviser)
    assert found.questionnaire == reworded
    assert len(found.pairs) == 1


def test_without_pairs_there_is_no_progress() -> None:
    adviser = accounts.actor()
    make.diagnosis(adviser)
    assert readings.progress(adviser) == []


def test_all_pairs_are_read_in_one_question() -> None:
    adviser = accounts.actor()
    two(adviser)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            readings.progress(adviser)
        return len(queries)

    asked()  # who shares is looked up once
    few = asked()
    two(adviser)
    two(adviser)
    assert asked() == few == 1


def test_what_may_be_asked_is_the_last_version_of_each() -> None:
    manager = make.editor()
    make.questionnaire(manager)
    last = make.questionnaire(manager, make.text(found_map="Autrement dit"))
    make.draft(manager, make.text("drafted"))
    other = make.questionnaire(told=make.text("other"))
    offered = readings.questionnaires_in_use(manager)
    assert offered == [other, last]


@pytest.mark.parametrize("words", list(readings.STATES.values()))
def test_states_of_the_list_are_said_in_both_languages(words: object) -> None:
    assert words.fr != words.en  # type: ignore[attr-defined]
