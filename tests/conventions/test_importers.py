"""Loading a convention's file: whole or not at all, twice the same, never over a signed text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from maillage import ledger
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.conventions.importers import toml_file
from maillage.conventions.models import Action, Convention, Target, Version
from maillage.conventions.readings import text_of
from maillage.conventions.text import document as doc
from maillage.conventions.text.problems import TextRefused
from maillage.conventions.text.reading import read
from maillage.conventions.text.writing import write
from maillage.kernel.errors import NotAllowed
from tests.factories.accounts import actor, organisation
from tests.factories.conventions import MINIMAL, convention_texts, loaded, organisations
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db
BY = System("a test")


def every() -> list[Convention]:
    return list(Convention.objects.unscoped(reason="a test"))


def test_a_file_becomes_a_signed_convention_with_its_act() -> None:
    convention = loaded()
    version = Version.objects.get(convention=convention)
    assert version.is_signed
    assert convention.signed_at == version.recorded_at
    assert Action.objects.get().key == "test-2019/1.1"
    assert Target.objects.get().amount == 4000
    (act,) = ledger.Act.objects.unscoped(reason="a test")
    assert (act.kind, act.occurred_on) == ("conventions.version_signed", date(2019, 6, 1))
    assert act.keeper == convention.keeper


def test_loading_again_changes_nothing() -> None:
    first = loaded()
    again = toml_file.load(write(text_of(first)), by=BY)
    assert again.outcome is toml_file.Outcome.UNCHANGED
    assert Version.objects.count() == 1
    assert ledger.Act.objects.unscoped(reason="a test").count() == 1


def test_a_signed_text_is_not_overwritten() -> None:
    changed = write(text_of(loaded())).replace("amount = 4000", "amount = 3000")
    with pytest.raises(TextRefused) as refusal:
        toml_file.load(changed, by=BY, file="c.toml")
    assert refusal.value.problems[0].line == changed.splitlines().index("[[versions]]") + 1
    assert Target.objects.get().amount == 4000


def test_a_later_amendment_is_added_to_what_is_here() -> None:
    text = write(text_of(loaded()))
    amendment = '\n[[versions]]\nnumber = 1\neffective_on = 2020-01-01\nwords = "Avenant"\n'
    result = toml_file.load(text + amendment, by=BY)
    assert result.outcome is toml_file.Outcome.CHANGED
    assert [v.is_signed for v in result.convention.versions.order_by("number")] == [True, False]


def test_a_draft_that_changed_in_the_file_is_rewritten() -> None:
    draft = MINIMAL.replace("signed = true", "signed = false").replace(
        'territory = "mel"\nkeeper', "keeper"
    )
    organisations()
    toml_file.load(draft, by=BY)
    result = toml_file.load(draft.replace("Visiter", "Rencontrer"), by=BY)
    assert result.outcome is toml_file.Outcome.CHANGED
    assert Action.objects.get().title == "Rencontrer"


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ("conventions.late_actions", "conventions.late_action", "indicator", "conventions.late_actions"),
        ("amount = 4000", "amount = 4000\nversion = 99", "version", ": 1."),
        ('pilot = "CMA"', 'pilot = "Région"', "", "Région"),
    ],
)  # fmt: skip
def test_what_this_instance_does_not_know_is_told_with_its_remedy(
    old: str, new: str, where: str, told: str
) -> None:
    with pytest.raises(TextRefused) as refusal:
        loaded(MINIMAL.replace(old, new))
    (problem,) = refusal.value.problems
    assert problem.where.endswith(where)
    assert told in f"{problem.reason} {problem.remedy}"
    assert every() == []


def test_an_organisation_that_the_file_describes_can_be_created() -> None:
    text = MINIMAL.replace('territory = "mel"\nkeeper', "keeper")
    with pytest.raises(TextRefused) as refusal:
        toml_file.load(text, by=BY)
    assert [p.where for p in refusal.value.problems] == ["organisations[1]", "organisations[2]"]
    assert "--create-organisations" in str(refusal.value.problems[0].remedy)
    toml_file.load(text, by=BY, create_organisations=True)
    assert set(Organisation.objects.values_list("short_name", "kind")) == {
        ("MEL", "epci"),
        ("CMA", "chamber"),
    }


def test_an_organisation_is_found_by_its_siren_whatever_its_name() -> None:
    organisation("epci", name="Métropole", short_name="Métropole", siren="200093201")
    organisation(name="CMA")
    text = MINIMAL.replace('kind = "epci"', 'kind = "epci"\nsiren = "200093201"')
    convention = toml_file.load(
        text.replace('territory = "mel"\nkeeper', "keeper"), by=BY
    ).convention
    assert str(convention.keeper) == "Métropole"


def test_an_unknown_territory_is_told_for_the_day_the_text_takes_effect() -> None:
    places_loaded()
    organisations()
    assert toml_file.load(MINIMAL, by=BY).outcome is toml_file.Outcome.CREATED
    with pytest.raises(TextRefused) as refusal:
        toml_file.load(MINIMAL.replace('"mel"\nkeeper', '"nulle-part"\nkeeper'), by=BY)
    assert [p.where for p in refusal.value.problems] == ["territory"]


def test_a_predecessor_is_found_or_refused() -> None:
    loaded()
    successor = MINIMAL.replace("test-2019", "test-2021")
    text = successor.replace('keeper = "MEL"', 'keeper = "MEL"\npredecessor = "test-2019"')
    assert loaded(text).predecessor == Convention.objects.unscoped(reason="a test").get(
        slug="test-2019"
    )
    with pytest.raises(TextRefused, match="test-1999"):
        loaded(text.replace("test-2019", "test-1999").replace("test-2021", "test-2022"))


def test_only_the_keeper_s_officer_loads_a_convention() -> None:
    epci, chamber = organisations()
    text = MINIMAL.replace('territory = "mel"\nkeeper', "keeper")
    for someone in (actor(Role.OFFICER, chamber), actor(Role.ADVISER, epci)):
        with pytest.raises(NotAllowed):
            toml_file.load(text, by=someone)
    assert every() == []
    assert toml_file.load(text, by=actor(Role.OFFICER, epci)).outcome is toml_file.Outcome.CREATED


def test_every_convention_of_the_library_loads_and_exports_the_same() -> None:
    places_loaded()
    for name, whole in toml_file.library().items():
        text = whole.replace('"capso"', '"call"')  # the small geography does not hold it
        convention = toml_file.load(text, by=BY, file=name, create_organisations=True).convention
        assert read(write(text_of(convention))) == read(text)
    assert len(every()) == 5


@given(convention_texts())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_export_after_load_is_identity(db: None, text: doc.ConventionText) -> None:
    text = replace(text, territory="")
    with transaction.atomic():
        convention = toml_file.load(write(text), by=BY, create_organisations=True).convention
        exported = text_of(convention)
        named = {o.short_name for o in text.organisations} & set(text.organisations_named())
        expected = replace(
            text, organisations=tuple(o for o in text.organisations if o.short_name in named)
        )
        assert read(write(exported)) == expected
        transaction.set_rollback(True)
