"""A promise typed on screen: what cannot be measured is refused on its field, what it keeps it keeps."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from maillage.accounts.actors import System
from maillage.conventions.actions import texts
from maillage.conventions.forms.targets import ACTION, CONVENTION, TargetForm
from maillage.conventions.models import Action, Target, Version
from tests.factories import conventions as make
from tests.factories.accounts import organisation
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db
BY = System("a test")


@pytest.fixture
def draft() -> Version:
    return make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()


def typed(draft: Version, **given: Any) -> TargetForm:
    base = {"code": "T9", "kind": "floor", "indicator": "conventions.payments@1", "once": uuid4()}
    return TargetForm({**base, "amount": "5", **given}, version=draft, adds=True)


def plain(words: object) -> str:
    return str(words).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


REFUSED = [
    (
        {"amount": ""}, "amount",
        "Un plancher ou une cible dit combien.",
        "A floor or a target says how much.",
    ),
    (
        {"kind": "monitor"}, "amount",
        "Un chiffre seulement suivi n'a pas de quantité promise.",
        "A figure that is only watched has no amount.",
    ),
    (
        {"amount": "0"}, "amount",
        "La quantité promise est supérieure à zéro.",
        "The amount promised is above zero.",
    ),
    (
        {"amount": "4,5", "indicator": "conventions.late_actions@1"}, "amount",
        "Écrivez un nombre entier.",
        "Write a whole number.",
    ),
    (
        {"charged": ACTION}, "action",
        "Choisissez l'action.",
        "Choose the action.",
    ),
    (
        {"indicator": "conventions.execution@1"}, "kind",
        "« conventions.execution » est une part : aucune quantité n'en est promise. Suivez-la, et engagez le nombre qu'elle compte.",
        "“conventions.execution” is a share: no amount of it is promised. Watch it, and promise the number it counts.",
    ),
    (
        {"indicator": "conventions.late_actions@1", "themes": ["aid"]}, "themes",
        "L'indicateur « conventions.late_actions » ne se filtre pas par « themes ». Il se filtre par : action_keys, organisations, schemes.",
        "The indicator “conventions.late_actions” cannot be filtered by “themes”. It takes: action_keys, organisations, schemes.",
    ),
    (
        {"indicator": "conventions.budget_promised@1", "charged": ACTION, "action": "1.1"}, "charged",
        "L'indicateur « conventions.budget_promised » ne se filtre pas par « action_keys ». Il se filtre par : counterparts, organisations, schemes.",
        "The indicator “conventions.budget_promised” cannot be filtered by “action_keys”. It takes: counterparts, organisations, schemes.",
    ),
    (
        {"code": "T 1"}, "code",
        "Utilisez des lettres, des chiffres, des points et des traits d'union, 19 signes au plus.",
        "Use letters, digits, full stops and hyphens, 19 signs at most.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field", "french", "english"), REFUSED, ids=lambda v: str(v)[:30]
)
def test_each_wrong_promise_is_told_on_its_field_in_both_languages(
    draft: Version, wrong: dict[str, Any], field: str, french: str, english: str
) -> None:
    from maillage import ledger

    if "themes" in wrong:
        wrong = {**wrong, "themes": [next(iter(ledger.themes.themes()))]}
    if "action" in wrong:
        wrong = {**wrong, "action": draft.actions.get(code=wrong["action"]).pk}
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            form = typed(draft, **wrong)
            assert set(form.errors) == {field}
            assert plain(form.errors[field][0]) == words


def test_a_territory_is_that_of_the_day_the_text_holds(draft: Version) -> None:
    places_loaded()
    given = {"indicator": "outreach.firms_prospected@1"}
    assert typed(draft, **given, territory="mel").is_valid()
    form = typed(draft, **given, territory="atlantide")
    assert set(form.errors) == {"territory"}
    assert "atlantide" in str(form.errors["territory"])


UNITS = """
indicator                     | typed    | kept
conventions.payments@1        | 1 234,50 | 123450
conventions.payments@1        | 200      | 20000
conventions.late_actions@1    | 12       | 12
outreach.firms_prospected@1   | 4 000    | 4000
outreach.attempts_closed@1    | 350      | 350
"""


@pytest.mark.parametrize(
    "row", [[c.strip() for c in line.split("|")] for line in UNITS.strip().splitlines()[1:]]
)
def test_an_amount_is_typed_in_euros_or_in_whole_numbers_and_shown_as_typed(
    draft: Version, row: list[str]
) -> None:
    indicator, said, kept = row
    form = typed(draft, indicator=indicator, amount=said)
    assert form.is_valid(), form.errors
    values = form.values()
    assert values["amount"] == int(kept)
    row_ = Target(version=draft, **{k: v for k, v in values.items() if k != "filter"})
    shown = TargetForm(initial=TargetForm.initial_of(row_), version=draft)
    assert str(shown["amount"].value()) == said.replace(" ", "")


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"schemes": ["convention:d"]}, CONVENTION),
    ({"schemes": ["campaign:0197"]}, ""),
    ({"schemes": ["convention:d", "campaign:0197"]}, ""),
    ({"action_keys": ["d/1.1"]}, ACTION),
    ({"action_keys": ["d/9.9"]}, ""),
    ({"action_keys": ["d/1.1", "d/1.2"]}, ""),
    ({"communes": ["59350"], "segments": 1}, ""),
    (
        {"counterparts": ["0197b2a0-0000-7000-8000-000000000001"], "schemes": ["convention:d"]},
        CONVENTION,
    ),
]


@pytest.mark.parametrize(("filter_", "charged"), FILTERS, ids=lambda v: str(v)[:40])
def test_what_the_form_has_no_field_for_survives_an_edit_of_the_words(
    draft: Version, filter_: dict[str, Any], charged: str
) -> None:
    """A target that a file gave a campaign or a commune keeps it when its words are mended on screen."""
    action = draft.actions.get() if charged == ACTION else None
    row = Target(version=draft, code="T1", kind="monitor", indicator="conventions.payments")
    row.filter, row.action = filter_, action
    initial = TargetForm.initial_of(row)
    assert initial["charged"] == charged
    sent = {"version": 0, "code": "T1", "kind": "monitor", "indicator": "conventions.payments@1"}
    sent |= {"charged": charged, "words": "Autres mots", "action": action.pk if action else ""}
    form = TargetForm(sent, initial=initial, version=draft)
    assert form.is_valid() or set(form.errors) == {"__all__"}, form.errors
    assert form._filter({**form.cleaned_data}) == filter_


def test_what_is_kept_is_shown_in_words(draft: Version) -> None:
    row = Target(version=draft, indicator="conventions.payments", filter={"action_keys": ["d/1.1"]})
    form = TargetForm(initial=TargetForm.initial_of(row), version=draft)
    told = plain(form.fields["charged"].help_text)
    assert told == "Gardé aussi, tel quel : Imputé aux actions : 1.1. Visiter."


def test_a_promise_pinned_on_an_older_version_keeps_it(draft: Version) -> None:
    """The newest are offered; the one that a text pinned stays among them."""
    row = Target(version=draft, indicator="gone.for_good", indicator_version=3, filter={})
    form = TargetForm(initial=TargetForm.initial_of(row), version=draft)
    offered = [reference for reference, _ in form.fields["indicator"].choices]  # type: ignore[attr-defined]
    assert offered[-1] == "gone.for_good@3"
    assert "conventions.payments@1" in offered


def test_a_promise_hangs_from_one_place(draft: Version) -> None:
    action, axis = draft.actions.get(), draft.axes.get()
    assert set(typed(draft, action=action.pk, axis=axis.pk).errors) == {"axis"}
    assert typed(draft, axis=axis.pk).is_valid()


def test_a_promise_follows_the_action_whose_code_changes(draft: Version) -> None:
    action = draft.actions.get()
    form = typed(draft, charged=ACTION, action=action.pk)
    assert form.is_valid(), form.errors
    texts.edit_line(version=draft, model=Target, pk=None, values=form.values(), by=BY, once=uuid4())
    assert Target.objects.get(code="T9").filter == {"action_keys": ["d/1.1"]}
    texts.edit_line(
        version=draft, model=Action, pk=action.pk, values={"code": "1.9"}, edition=0, by=BY
    )
    assert Target.objects.get(code="T9").filter == {"action_keys": ["d/1.9"]}
    texts.sign(version=draft, signed_on=date(2019, 6, 1), by=BY)


def test_a_target_is_not_edited_by_the_form_of_another_line(draft: Version) -> None:
    with pytest.raises(TypeError):
        TargetForm.initial_of(draft.axes.get())
