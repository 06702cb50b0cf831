"""The forms of diagnoses: a tile an answer, nothing that has to be typed, nothing that can be slipped in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.diagnoses import parsing
from maillage.diagnoses.forms import (
    AnswersForm,
    CancelForm,
    CloseForm,
    CorrectForm,
    ListForm,
    PassForm,
    StepForm,
    TextForm,
    initial_of,
)
from maillage.diagnoses.models import Pass, Questionnaire
from maillage.diagnoses.vocabulary import CANCELLING, CORRECTING, Dropped, Reason
from maillage.kernel import clock
from tests.factories import diagnoses as make

DOCUMENT = parsing.read(make.text())
ONCE = "0197b0e0-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def sent(**given: str) -> dict[str, str]:
    return {"occurred_on": "2020-06-30", "once": ONCE, **given}


def test_each_question_is_a_field_under_its_axis_with_its_answers_and_not_known() -> None:
    form = PassForm(document=DOCUMENT)
    axes = form.axes()
    assert [axis.title for axis in axes] == ["Axe found", "Axe sell", "Axe safe"]
    assert [field.name for field in axes[0].fields] == ["q_found_map", "q_found_site"]
    offered = axes[0].fields[0].field.choices  # type: ignore[attr-defined]
    assert [value for value, _words in offered] == ["no", "some", "yes", ""]
    assert str(offered[-1][1]) == "Pas su"


def test_nothing_is_chosen_for_the_artisan() -> None:
    form = PassForm(document=DOCUMENT)
    soup = BeautifulSoup(str(form["q_found_map"]), "html.parser")
    (checked,) = soup.select("input[checked]")
    assert checked["value"] == ""


def test_the_day_is_today_and_the_rest_may_be_left_alone() -> None:
    form = PassForm(document=DOCUMENT)
    assert form["occurred_on"].value() == date(2020, 6, 30)
    needed = [name for name, field in form.fields.items() if field.required]
    assert needed == ["once", "occurred_on"]


def test_facts_hold_every_question_blank_where_nothing_is_known() -> None:
    form = PassForm(sent(q_found_map="yes", note=" Merci "), document=DOCUMENT)
    assert form.is_valid(), form.errors
    facts = form.facts()
    assert facts.occurred_on == date(2020, 6, 30)
    assert facts.answers["found_map"] == "yes"
    assert set(facts.answers) == set(make.CODES)
    assert sum(bool(answer) for answer in facts.answers.values()) == 1
    assert facts.note == "Merci"


@given(st.text(max_size=8))
@settings(max_examples=40)
def test_only_the_answers_offered_are_taken(answer: str) -> None:
    form = PassForm(sent(q_found_map=answer), document=DOCUMENT)
    assert form.is_valid() is (answer in {"", "no", "some", "yes"})


def test_what_is_no_question_is_passed_over() -> None:
    form = PassForm(sent(q_nothing="yes", q_found_map="no"), document=DOCUMENT)
    assert form.is_valid()
    assert "nothing" not in form.facts().answers


@pytest.mark.parametrize("day", ["", "yesterday", "2020-02-30"])
def test_a_day_that_is_none_is_said(day: str) -> None:
    form = PassForm(sent(occurred_on=day), document=DOCUMENT)
    assert not form.is_valid()
    assert "occurred_on" in form.errors


def test_a_creating_form_carries_its_key() -> None:
    assert not PassForm({"occurred_on": "2020-06-30"}, document=DOCUMENT).is_valid()
    first, second = (PassForm(document=DOCUMENT)["once"].value() for _n in range(2))
    assert first != second


def test_a_note_has_a_length() -> None:
    assert PassForm(sent(note="x" * 4000), document=DOCUMENT).is_valid()
    assert not PassForm(sent(note="x" * 4001), document=DOCUMENT).is_valid()


def test_questions_are_asked_in_the_readers_language() -> None:
    with translation.override("en"):
        form = AnswersForm(document=DOCUMENT)
        assert form["q_found_map"].label == "found_map?"
        assert form.axes()[0].title == "Axis found"


# Corrections


def test_a_correction_starts_from_what_stands() -> None:
    found = Pass(
        questionnaire=Questionnaire(text=make.text()), answers=make.answers("yes", "-", "no"),
        occurred_on=date(2020, 1, 6), note="Un mot", version=3,
    )  # fmt: skip
    initial = initial_of(found)
    assert initial == {
        "q_found_map": "yes",
        "q_sell_order": "no",
        "occurred_on": date(2020, 1, 6),
        "note": "Un mot",
        "version": 3,
    }
    form = CorrectForm(document=DOCUMENT, initial=initial)
    assert form["q_found_map"].value() == "yes"
    assert form["q_found_site"].value() == ""


def test_reasons_are_those_that_a_person_may_give() -> None:
    offered = CorrectForm(document=DOCUMENT).fields["reason"].choices  # type: ignore[attr-defined]
    assert [value for value, _words in offered] == list(CORRECTING)
    offered = CancelForm().fields["reason"].choices  # type: ignore[attr-defined]
    assert [value for value, _words in offered] == list(CANCELLING)
    own = {Reason.STEP_NOT_DONE, Reason.PAIR_CHANGED}
    assert not own & {*CORRECTING, *CANCELLING}
    assert own | {*CORRECTING, *CANCELLING} == set(Reason)


def test_completing_is_the_first_reason_and_the_one_proposed() -> None:
    form = CorrectForm(document=DOCUMENT)
    assert form["reason"].value() == Reason.COMPLETED


# Plans


def test_a_step_is_of_an_axis_of_this_questionnaire() -> None:
    given = {"once": ONCE, "wording": "Changer", "due_on": "2020-07-31"}
    assert StepForm({**given, "axis": "sell"}, document=DOCUMENT).is_valid()
    assert not StepForm({**given, "axis": "elsewhere"}, document=DOCUMENT).is_valid()
    assert not StepForm({**given, "axis": "sell", "wording": " "}, document=DOCUMENT).is_valid()
    assert not StepForm(
        {**given, "axis": "sell", "wording": "x" * 301}, document=DOCUMENT
    ).is_valid()


def test_a_step_is_closed_with_a_day_or_one_of_the_reasons() -> None:
    assert CloseForm({"on": "2020-06-30"}).is_valid()
    assert CloseForm({"because": Dropped.TOO_DEAR}).is_valid()
    assert not CloseForm({"because": "Le bail finit"}).is_valid()
    assert not CloseForm({"on": "soon"}).is_valid()
    assert CloseForm()["on"].value() == date(2020, 6, 30)


@pytest.mark.parametrize("code", Dropped.values)
def test_each_reason_for_dropping_has_words_in_both_languages(code: str) -> None:
    told = []
    for language in ("fr", "en"):
        with translation.override(language):
            told.append(str(Dropped(code).label))
    assert told[0] != told[1]


# The list


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, {"state": "again", "code": "", "mine": False}),
        ({"etat": "all", "miens": "on"}, {"state": "all", "code": "", "mine": True}),
        ({"questionnaire": "short"}, {"state": "again", "code": "short", "mine": False}),
        ({"etat": "x", "miens": "on"}, {"state": "again", "code": "", "mine": False}),
        ({"questionnaire": "x"}, {"state": "again", "code": "", "mine": False}),
    ],
)
def test_what_a_list_is_asked_is_understood_or_asks_for_nothing(
    query: dict[str, str], asked: dict[str, Any]
) -> None:
    offered = [Questionnaire(code="short", text=make.text())]
    assert ListForm(query, offered=offered).asked() == asked


def test_the_text_of_a_draft_carries_its_version() -> None:
    assert TextForm({"text": "code", "version": "1"}).is_valid()
    assert not TextForm({"text": "code"}).is_valid()
    assert not TextForm({"text": "", "version": "1"}).is_valid()
