"""What is kept of diagnoses: scores for good, notes and wordings three years, nothing that names an erased firm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.diagnoses import actions, readings
from maillage.diagnoses.models import MACHINE, Pass, PlanStep
from maillage.kernel import clock
from maillage.ledger import verify
from maillage.register import erasing
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
THREE_YEARS = timedelta(days=3 * 365)


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def passes() -> Any:
    return Pass.objects.visible_to(MACHINE)


def steps() -> Any:
    return PlanStep.objects.visible_to(MACHINE)


def aged(found: Pass, by_days: timedelta) -> None:
    passes().filter(pk=found.pk).update(occurred_on=clock.today() - by_days)
    steps().filter(of=found).update(due_on=clock.today() - by_days)


def test_within_three_years_everything_stays(by: Actor) -> None:
    found = make.diagnosis(by, note="Un mot")
    aged(found, THREE_YEARS - timedelta(days=1))
    retaining.apply(by=System("a test"))
    assert passes().get().note == "Un mot"
    assert steps().exclude(wording="").count() == 6


def test_after_three_years_notes_and_wordings_go_and_the_score_stays(by: Actor) -> None:
    found = make.diagnosis(by, note="Un mot")
    aged(found, THREE_YEARS + timedelta(days=1))
    retaining.apply(by=System("a test"))
    kept = passes().get()
    assert kept.note == ""
    assert kept.answers == found.answers
    assert kept.scores == found.scores
    assert set(steps().values_list("wording", flat=True)) == {""}
    assert steps().count() == 6


def test_an_old_plan_is_still_shown_without_its_words(by: Actor, client: Client) -> None:
    found = make.diagnosis(by)
    steps().update(wording="")
    assert by.person is not None
    client.force_login(by.person)
    page = client.get(f"/diagnostics/{found.key}/").content.decode()
    assert "Faire found_map" not in page
    assert page.count("avant la fin du") >= 6


def test_an_erased_firm_leaves_scores_without_a_name_and_the_ledger_verifies(by: Actor) -> None:
    firm = register.establishment(unit_name="FOURNIL DELATTRE")
    found = make.diagnosis(by, firm, note="Fournil Delattre, rue de la Gare")
    actions.finish_step(step=found.steps.all()[0], on=clock.today(), by=by)
    actions.add_step(
        of=found, axis="sell", wording="Appeler Delattre", due_on=found.again_on, by=by
    )
    erasing.erase(unit=firm.legal_unit, reason="x", by=System("a test"))
    kept = passes().get()
    assert kept.note == ""
    assert kept.scores == found.scores
    assert not any("Delattre" in words for words in steps().values_list("wording", flat=True))
    assert verify().is_valid


def test_the_note_of_another_firm_stays(by: Actor) -> None:
    gone, stays = register.establishment(), register.establishment()
    make.diagnosis(by, gone, note="Un")
    make.diagnosis(by, stays, note="Deux")
    erasing.erase(unit=gone.legal_unit, reason="x", by=System("a test"))
    assert sorted(passes().values_list("note", flat=True)) == ["", "Deux"]


def test_an_erased_firm_counts_in_progress_still(by: Actor) -> None:
    firm = register.establishment()
    make.diagnosis(by, firm, *make.LOW, on=clock.today() - timedelta(days=200))
    make.diagnosis(by, firm, *make.HIGH)
    erasing.erase(unit=firm.legal_unit, reason="x", by=System("a test"))
    (pair,) = readings.pairs_of(by)
    assert pair.gain == 583
    assert pair.second.of.establishment.display_name == "Entreprise effacée"
