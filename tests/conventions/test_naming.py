"""One text under two names of the same organisations, and the words of a document."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import models as fields
from hypothesis import given, settings

from maillage.conventions import models
from maillage.conventions.text import document as doc
from maillage.conventions.text.naming import OF_ORGANISATIONS, renamed
from maillage.conventions.text.problems import Problem, TextRefused, nearest, told
from maillage.kernel.errors import Invalid, NotAllowed
from tests.factories.conventions import convention_texts

NAMES = {"MEL": "Métropole", "CMA": "Chambre", "CALL": "Lens-Liévin", "Région": "HDF"}
BACK = {name: short for short, name in NAMES.items()}


def of_the_file(text: doc.ConventionText) -> doc.ConventionText:
    """The canonical form: a key that follows from the code is left out, partners are in order."""
    return renamed(text, {name: name for name in NAMES})


@given(convention_texts())
@settings(max_examples=40)
def test_a_text_renamed_there_and_back_is_the_same(text: doc.ConventionText) -> None:
    assert renamed(renamed(text, NAMES), BACK) == of_the_file(text)


@given(convention_texts())
@settings(max_examples=40)
def test_no_former_name_is_left_in_a_renamed_text(text: doc.ConventionText) -> None:
    """The keeper stands outside the versions: it is the convention's, found by itself."""
    left = set(renamed(text, NAMES).organisations_named()) - {text.keeper}
    assert left <= set(NAMES.values())


@given(convention_texts())
@settings(max_examples=40)
def test_renaming_changes_names_and_nothing_else(text: doc.ConventionText) -> None:
    after = renamed(text, NAMES)
    for before, then in zip(text.versions, after.versions, strict=True):
        assert [a.code for a in before.actions()] == [a.code for a in then.actions()]
        assert [t.amount for t in before.all_targets()] == [t.amount for t in then.all_targets()]
        assert [p.share_bp for p in before.parties] == [p.share_bp for p in then.parties]
        assert before.amount_cents == then.amount_cents


def test_a_filter_names_organisations_and_leaves_the_rest_alone() -> None:
    given_ = {"organisations": ["CMA"], "counterparts": ["MEL"], "territory": "MEL"}
    target = doc.TargetText("T1", doc.TargetKind.MONITOR, "x", filter=given_)
    version = doc.VersionText(targets=(target,))
    text = doc.ConventionText("a", "A", "MEL", versions=(version,))
    (after,) = renamed(text, NAMES).versions[0].targets
    assert after.filter == {
        "organisations": ["Chambre"],
        "counterparts": ["Métropole"],
        "territory": "MEL",
    }
    assert set(OF_ORGANISATIONS) < set(given_)


KEYS = [
    ("1.1", "mel-cma/1.1", ""),
    ("1.2", "mel-cma/1.1", "mel-cma/1.1"),
    ("1.1", "", ""),
]


@pytest.mark.parametrize(("code", "key", "kept"), KEYS)
def test_a_key_is_written_only_when_the_code_no_longer_tells_it(
    code: str, key: str, kept: str
) -> None:
    action = doc.ActionText(code, "Agir", key=key)
    version = doc.VersionText(axes=(doc.AxisText("1", "Axe", actions=(action,)),))
    text = doc.ConventionText("mel-cma", "A", "MEL", versions=(version,))
    assert next(renamed(text, NAMES).versions[0].actions()).key == kept


def test_every_promise_of_a_text_is_found_wherever_it_hangs() -> None:
    def target(code: str) -> doc.TargetText:
        return doc.TargetText(code, doc.TargetKind.MONITOR, "x")

    action = doc.ActionText("1.1", "Agir", targets=(target("A"),))
    axis = doc.AxisText("1", "Axe", actions=(action,), targets=(target("X"),))
    version = doc.VersionText(axes=(axis,), targets=(target("T"),))
    assert [t.code for t in version.all_targets()] == ["T", "X", "A"]


LIMITS = [
    (doc.OrganisationText, "short_name", None),
    (doc.DeliberationText, "number", models.Deliberation),
    (doc.DeliberationText, "reference", models.Deliberation),
    (doc.TargetText, "indicator", models.Target),
    (doc.ActionText, "title", models.Action),
    (doc.ActionText, "key", models.Action),
    (doc.AxisText, "title", models.Axis),
    (doc.ConventionText, "title", models.Convention),
    (doc.ConventionText, "territory", models.Convention),
]


@pytest.mark.parametrize(
    ("text", "name", "model"), LIMITS, ids=lambda v: getattr(v, "__name__", str(v))
)
def test_a_file_says_no_more_than_the_instance_keeps(text: Any, name: str, model: Any) -> None:
    (spec,) = (f for f in dataclasses.fields(text) if f.name == name)
    kept = model._meta.get_field(name).max_length if model else 40
    assert spec.metadata["most"] == kept


WIDTHS = {fields.PositiveSmallIntegerField: 32_767, fields.BigIntegerField: 2**63 - 1}


@pytest.mark.parametrize(
    ("text", "name", "model", "column"),
    [
        (doc.VersionText, "number", models.Version, "number"),
        (doc.VersionText, "announced_actions", models.Version, "announced_actions"),
        (doc.TargetText, "version", models.Target, "indicator_version"),
        (doc.TargetText, "amount", models.Target, "amount"),
        (doc.BudgetText, "year", models.BudgetLine, "year"),
    ],
)
def test_a_number_of_a_file_fits_its_column(text: Any, name: str, model: Any, column: str) -> None:
    (spec,) = (f for f in dataclasses.fields(text) if f.name == name)
    low, high = spec.metadata["bounds"]
    assert 0 <= low < high <= WIDTHS[type(model._meta.get_field(column))]


def test_a_problem_says_where_as_people_count() -> None:
    problem = Problem(("axes", 0, "actions", 2, "title"), "Sans titre.", "Donnez-en un.")
    assert problem.where == "axes[1].actions[3].title"
    assert problem.under(("versions", 1)).where == "versions[2].axes[1].actions[3].title"
    assert Problem((), "x").where == ""


def test_a_refused_text_tells_every_problem_on_its_line() -> None:
    problems = [
        Problem(("slug",), "Trop long.", "Raccourcissez.", 2, 1),
        Problem((), "Rien.", line=9, column=4),
    ]
    assert TextRefused(problems, file="c.toml").lines() == [
        "c.toml:2:1: slug: Trop long. Raccourcissez.",
        "c.toml:9:4: Rien.",
    ]
    assert TextRefused(problems).lines() == ["slug: Trop long. Raccourcissez.", "Rien."]


def test_any_refusal_is_told_with_the_same_keys() -> None:
    refused = TextRefused([Problem(("slug",), "Trop long.", "", 2, 1)], file="c.toml")
    whole = Invalid("Trop gros.", remedy="Vérifiez.")
    (first,), (second,), (third,) = (
        told(each, "c.toml") for each in (refused, whole, NotAllowed("Non."))
    )
    assert first.keys() == second.keys() == third.keys()
    assert (second["line"], second["reason"], second["remedy"]) == (0, "Trop gros.", "Vérifiez.")
    assert first["file"] == third["file"] == "c.toml"


@pytest.mark.parametrize(
    ("word", "found"),
    [("organisation", ["organisations"]), ("territoire", ["territory"]), ("zzz", [])],
)
def test_the_nearest_word_is_offered(word: str, found: list[str]) -> None:
    assert nearest(word, ["organisations", "territory", "themes"], 1) == found
