"""A released version keeps its meaning: a silent edit fails here, and so does a version never released."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage import figures
from maillage.figures import released
from maillage.figures.definitions import Rate, Registry
from maillage.figures.relations import RELATIONS
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words
from tests.figures import kinds

REMEDY = "a changed meaning takes a new version; see src/maillage/figures/released.py"


@pytest.fixture
def registry(monkeypatch):
    """A registry of this test's own, with one count in it."""
    own = Registry()
    own.declare(replace(kinds.FIRMS, owner="invented"))
    monkeypatch.setattr(released, "REGISTRY", own)
    return own


@pytest.fixture
def edit(monkeypatch):
    """Declare an edited form of a released version in its place, as an edit of the code would."""

    def edited(definition, **changes):
        versions = figures.REGISTRY.versions[definition.code]
        monkeypatch.setitem(versions, definition.version, replace(definition, **changes))
        return versions[definition.version]

    return edited


def test_no_released_version_was_silently_edited():
    assert not released.edited(), REMEDY


def test_every_version_in_the_code_is_released():
    assert not released.missing(), "write it down: maillage figures --release"


def test_the_definitions_of_tests_are_not_released():
    every = released.declared()["indicators"]
    assert not [reference for reference in every if reference.startswith("tests.")]


@pytest.mark.parametrize(
    "change",
    [
        {"words": Words("Autre chose.", "Something else.")},
        {"label": Words("Autre", "Other")},
        {"where": None},
        {"kinds": (kinds.PAID.kinds)},
        {"key": "establishment_id"},
        {"date": None},
        {"measure": "amount_cents"},
        {"disclosure": "persons"},
        {"relation": "listed_firms"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_meaning_changes_the_digest(edit, change):
    before = figures.digest(kinds.FIRMS)
    assert figures.digest(edit(kinds.FIRMS, **change)) != before


def test_what_is_said_beside_the_meaning_leaves_the_digest():
    known = figures.digest(kinds.FIRMS)
    assert figures.digest(replace(kinds.FIRMS, dimensions=())) == known
    assert figures.digest(replace(kinds.FIRMS, alias="I99")) == known


def test_a_rate_changes_with_either_of_its_sides(edit):
    rate: Rate = kinds.COST
    before = figures.digest(rate)
    other = edit(kinds.FIRMS, where=None)
    assert figures.digest(replace(rate, denominator=other)) != before
    assert figures.digest(replace(rate, numerator=kinds.VISITS)) != before
    assert figures.digest(replace(rate, denominator_takes=None)) != before


def test_a_relation_that_reads_otherwise_changes_its_own_digest(monkeypatch):
    acts = RELATIONS["acts"]
    before = released.digest_of_relation(acts)
    assert acts.recorded is not None
    monkeypatch.setitem(RELATIONS, "acts", replace(acts, build=acts.recorded))
    assert released.digest_of_relation(RELATIONS["acts"]) != before


def test_releasing_adds_what_is_missing_and_says_what(registry, tmp_path):
    file = tmp_path / "released.toml"
    assert released.release(file) == ["acts@1", "tests.firms_visited@1"]
    registry.declare(replace(kinds.VISITS, owner="invented"))
    first = file.read_text()
    assert released.release(file) == ["tests.visits_done@1"]
    assert set(first.splitlines()) <= set(file.read_text().splitlines())
    assert released.release(file) == []


def test_releasing_refuses_an_edited_version_and_leaves_the_file(registry, tmp_path):
    file = tmp_path / "released.toml"
    released.release(file)
    written = file.read_text()
    registry.versions["tests.firms_visited"][1] = replace(
        kinds.FIRMS, owner="invented", unit="workshop"
    )
    with pytest.raises(Conflict, match="new version"):
        released.release(file)
    assert released.edited(file) == ["tests.firms_visited@1"]
    assert file.read_text() == written


def test_a_released_version_that_left_the_code_is_told(registry, tmp_path):
    file = tmp_path / "released.toml"
    released.release(file)
    registry.versions.clear()
    assert "tests.firms_visited@1" in released.edited(file)
