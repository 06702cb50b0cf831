"""Kinds and themes: permanent names, declared by the packages that use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage import ledger
from maillage.kernel.text import Words
from maillage.ledger import kind, themes
from tests.factories import ledger as factory

WORDS = Words(fr="Essai", en="Test")

# Kinds that an instance may hold acts of. A release adds its own; a line is never edited nor removed.
RELEASED = (Path(__file__).parent / "released_kinds.txt").read_text().split()


@pytest.mark.parametrize("name", RELEASED)
def test_a_kind_once_released_is_still_declared(name: str) -> None:
    """Renaming or dropping it would orphan recorded acts: declare a new kind beside it instead."""
    assert kind.find(name) is not None


def test_declaring_the_same_kind_again_changes_nothing() -> None:
    assert ledger.declare(factory.VISIT) is factory.VISIT
    assert ledger.kinds()["tests.visit_done"] == factory.VISIT


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        ledger.declare(ledger.Kind("tests.visit_done", WORDS))


@pytest.mark.parametrize(
    "name", ["visit", "tests.visit", "Tests.visit_done", "tests.a_" + "b" * 60]
)
def test_a_kind_is_named_app_noun_participle(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a kind"):
        ledger.declare(ledger.Kind(name, WORDS))


def test_every_declared_kind_names_a_presenter_that_exists() -> None:
    for declared in ledger.kinds().values():
        if declared.present:
            assert callable(kind.presenter(declared.present)), declared.name


def test_a_theme_is_declared_once_and_found() -> None:
    assert themes.declare(factory.PLAIN) is factory.PLAIN
    assert themes.find("tests_plain") is factory.PLAIN
    assert themes.themes()["tests_hardship"].sensitive
    with pytest.raises(ValueError, match="twice"):
        themes.declare(ledger.Theme("tests_plain", WORDS, sensitive=True))
    with pytest.raises(ValueError, match="no code"):
        themes.declare(ledger.Theme("Not A Code", WORDS))


def test_the_door_has_no_other_name() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        getattr(ledger, "nothing_such")  # noqa: B009 -- a name that the type checker refuses too
