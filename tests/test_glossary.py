"""The glossary speaks of what exists, and gives each notion one word."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from maillage import figures, ledger

GLOSSARY = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"


def rows() -> list[list[str]]:
    """French, English, definition, and where it lives, of each line of the tables."""
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in {"French", "---"}]


def names() -> list[str]:
    """What the last column names, once each."""
    return sorted({name for row in rows() for name in re.findall(r"`([^`]+)`", row[-1])})


def is_reached(path: list[str]) -> bool:
    """Whether a public name of the product is found from its package inwards."""
    found: object = import_module(f"maillage.{path[0]}")
    for rank, name in enumerate(path[1:], start=1):
        if not hasattr(found, name):
            try:
                found = import_module(".".join(["maillage", *path[: rank + 1]]))
            except ModuleNotFoundError:
                return False
        else:
            found = getattr(found, name)
    return True


def exists(name: str) -> bool:
    if name in ledger.kinds() or name in figures.REGISTRY.versions:
        return True
    path = name.split(".")
    return (len(path) == 2 and path[1] in models_of(path[0])) or is_reached(path)


def models_of(package: str) -> set[str]:
    """The models of a package; the kernel has none and is no app of the framework."""
    if not apps.is_installed(f"maillage.{package}"):
        return set()
    return {model.__name__ for model in apps.get_app_config(package).get_models()}


def test_the_glossary_has_its_four_columns() -> None:
    assert len(rows()) > 50
    assert not [row for row in rows() if len(row) != 4 or not all(row)]


@pytest.mark.parametrize("name", names())
def test_what_the_glossary_names_in_the_code_exists(name: str) -> None:
    assert exists(name)


def test_a_name_that_the_code_lacks_would_be_found_out() -> None:
    assert not exists("outreach.Prospect")
    assert not exists("ledger.vanished.Act")


@pytest.mark.parametrize("language", [0, 1], ids=["French", "English"])
def test_no_word_stands_for_two_notions(language: int) -> None:
    words = Counter(row[language] for row in rows())

    assert not [word for word, times in words.items() if times > 1]
