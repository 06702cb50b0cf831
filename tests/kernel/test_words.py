"""Words in two languages, and the answers of an action that refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from maillage.kernel import text
from maillage.kernel.errors import Conflict, Invalid, NotAllowed, Refusal
from maillage.kernel.text import Words

CRAFT = Words(fr="Artisanat", en="Craft")


@pytest.fixture
def silent_reader() -> Iterator[None]:
    """A process in which nobody told the language yet."""
    before = text._language[0]
    text.speak(lambda: "")
    yield
    text.speak(before)


def test_words_speak_the_language_of_the_reader() -> None:
    with translation.override("en-gb"):
        assert str(CRAFT) == "Craft"
    with translation.override("fr"):
        assert str(CRAFT) == "Artisanat"


def test_words_speak_french_to_anybody_else() -> None:
    with translation.override("de"):
        assert str(CRAFT) == "Artisanat"


@pytest.mark.usefixtures("silent_reader")
def test_words_speak_french_when_no_language_is_told() -> None:
    assert str(CRAFT) == "Artisanat"


@pytest.mark.parametrize("kind", [NotAllowed, Conflict, Invalid])
def test_a_refusal_says_why_and_what_to_do(kind: type[Refusal]) -> None:
    refusal = kind("The list is closed.", remedy="Open another one.")

    assert str(refusal) == "The list is closed. Open another one."
    assert (refusal.reason, refusal.remedy) == ("The list is closed.", "Open another one.")


def test_a_refusal_without_remedy_ends_after_its_reason() -> None:
    assert str(Conflict("Léa changed it.")) == "Léa changed it."


def test_an_invalid_answer_ties_words_to_fields() -> None:
    given = {"share": "Give the missing 10 %."}
    refusal = Invalid("The shares sum to 90 %.", fields=given)
    given.clear()

    assert refusal.fields == {"share": "Give the missing 10 %."}
    assert Invalid("Nothing fits.").fields == {}
