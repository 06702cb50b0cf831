"""What ships: two invented questionnaires that can be asked, scored and followed as they are."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from maillage import ledger
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, parsing, scoring
from maillage.diagnoses.document import Document
from maillage.diagnoses.models import Questionnaire
from tests.factories import accounts

CODES = ["digital", "energy"]


@pytest.fixture(params=CODES)
def document(request: pytest.FixtureRequest) -> Document:
    return parsing.document_of(parsing.library()[request.param])


def extremes(document: Document, best: bool) -> dict[str, str]:
    """The best, or the worst, answer to every question."""
    pick = max if best else min
    return {
        q.code: pick(q.choices, key=lambda choice: choice.points).code
        for q in document.questions.values()
    }


def test_the_library_is_what_is_named_by_its_code() -> None:
    assert list(parsing.library()) == CODES
    for code, text in parsing.library().items():
        assert parsing.read(text).code == code


def test_digital_maturity_has_the_four_axes_of_the_sources() -> None:
    document = parsing.document_of(parsing.library()["digital"])
    assert [axis.code for axis in document.axes] == ["website", "sales", "gdpr", "tools"]


def test_energy_and_waste_are_asked_apart() -> None:
    document = parsing.document_of(parsing.library()["energy"])
    assert [axis.code for axis in document.axes] == ["known", "workshop", "waste"]


def test_the_best_answers_are_worth_everything_and_the_worst_nothing(document: Document) -> None:
    best = scoring.score(document, extremes(document, best=True))
    worst = scoring.score(document, extremes(document, best=False))
    assert best.whole.thousandths == 1000
    assert worst.whole.thousandths == 0
    assert all(axis.thousandths == 1000 for axis in best.axes.values())
    assert all(axis.thousandths == 0 for axis in worst.axes.values())


def test_the_best_answers_call_for_no_advice_and_the_worst_for_all_of_it(
    document: Document,
) -> None:
    assert scoring.advised(document, extremes(document, best=True)) == []
    with_advice = [q for q in document.questions.values() if q.advice]
    assert scoring.advised(document, extremes(document, best=False)) == with_advice


def test_no_answer_is_said_twice_nor_worth_the_same_as_its_neighbour(document: Document) -> None:
    for question in document.questions.values():
        points = [choice.points for choice in question.choices]
        assert points == sorted(set(points)), question.code
        for language in ("fr", "en"):
            words = [getattr(choice.words, language) for choice in question.choices]
            assert len(set(words)) == len(words), question.code


def test_every_axis_asks_at_least_two_questions(document: Document) -> None:
    assert all(len(axis.questions) >= 2 for axis in document.axes)


def test_advice_is_on_themes_that_reveal_no_difficulty(document: Document) -> None:
    themes = {q.advice.theme for q in document.questions.values() if q.advice}
    assert themes
    assert not any(ledger.themes.is_sensitive(theme) for theme in themes)
    assert themes <= set(ledger.themes.themes())


def test_words_fit_a_phone(document: Document) -> None:
    for question in document.questions.values():
        assert len(question.ask.fr) <= 90
        assert all(len(choice.words.fr) <= 60 for choice in question.choices)
        assert question.advice is None or len(question.advice.words.fr) <= 120


def test_titles_of_axes_fit_their_drawing(document: Document) -> None:
    assert all(len(axis.title.fr) <= 32 for axis in document.axes)


def test_the_rule_of_the_score_is_said_in_words(document: Document) -> None:
    for words in (document.rule.fr, document.rule.en):
        assert len(words) > 100
    assert "sans réponse" in document.rule.fr
    assert "without an answer" in document.rule.en


@pytest.mark.parametrize("code", CODES)
def test_the_file_says_that_it_is_invented(code: str) -> None:
    first = parsing.library()[code].splitlines()[0]
    assert re.match(r"# An invented questionnaire", first)


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_what_ships_can_be_brought_published_and_asked(client: Client, code: str) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    draft = actions.bring(text=parsing.library()[code], by=manager)
    published = actions.publish(found=draft, by=manager)
    page = client.get(f"/questionnaires/{published.key}/").content.decode()
    for question in published.document.questions.values():
        assert question.ask.fr.replace("'", "&#x27;") in page
    assert Questionnaire.objects.visible_to(manager).in_use().get() == published
