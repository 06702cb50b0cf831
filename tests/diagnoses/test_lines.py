"""What the timeline of a firm tells of diagnoses: to whom, in which words, in how many questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, lines
from maillage.diagnoses.acts import PASS_DONE, PROGRESS_MEASURED, STEP_DONE
from maillage.diagnoses.models import Pass
from maillage.kernel import clock
from maillage.ledger.kind import presenter
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def told(found: Pass, actor: Actor) -> ledger.Line | None:
    return lines.passes([str(found.key)], actor).get(str(found.key))


@pytest.mark.parametrize("kind", [PASS_DONE, PROGRESS_MEASURED, STEP_DONE])
def test_each_kind_has_a_presenter_and_words_in_both_languages(kind: ledger.Kind) -> None:
    assert presenter(kind.present)
    assert kind.words.fr != kind.words.en
    assert not kind.sensitive


def test_a_diagnosis_says_its_questionnaire_its_score_and_who_made_it() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    line = told(found, adviser)
    assert line is not None
    assert line.title == "Diagnostic\u00a0: Questionnaire court"
    assert line.detail == "Score 17\u00a0%"
    assert line.url == f"/diagnostics/{found.key}/"
    assert line.who == f"{adviser.person}, {adviser.organisation}"


def test_a_diagnosis_is_told_in_english_too() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    with translation.override("en"):
        line = told(found, adviser)
    assert line is not None
    assert line.title == "Diagnosis: Short questionnaire"
    assert line.detail == "Score 17%"


def test_strangers_are_told_nothing_and_a_cancelled_one_stays() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    assert told(found, accounts.actor()) is None
    assert told(found, accounts.actor(Role.ELECTED, adviser.organisation)) is None
    actions.cancel_pass(found=found, reason="twice", by=adviser)
    assert told(found, adviser) is not None


def test_the_note_is_on_no_line() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser, note="Confidence du boulanger")
    line = told(found, adviser)
    assert "Confidence" not in repr(line)


def test_a_step_says_what_was_done_and_leads_to_its_plan() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    (line,) = lines.steps([str(step.key)], adviser).values()
    assert line.title == "Faire found_map"
    assert line.url == f"/diagnostics/{step.of.key}/#plan"
    assert lines.steps([str(step.key)], accounts.actor()) == {}


def test_a_step_whose_words_are_gone_is_still_a_step() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    step.wording = ""
    step.save()
    (line,) = lines.steps([str(step.key)], adviser).values()
    assert line.title == "Étape d’un plan"


def test_the_timeline_tells_all_of_a_firm_newest_first() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, on=LONG_AGO)
    actions.finish_step(step=first.steps.all()[0], on=LONG_AGO + timedelta(days=30), by=adviser)
    make.diagnosis(adviser, firm, *make.HIGH)
    timeline = ledger.timeline(firm.legal_unit, adviser)
    kinds = sorted(entry.kind.en for entry in timeline.entries)
    assert kinds == [
        "Diagnosis done",
        "Diagnosis done",
        "Progress measured between two diagnoses",
        "Step of a plan done: Take up digital tools",
    ]
    assert all(entry.line is not None for entry in timeline.entries)
    stranger = ledger.timeline(firm.legal_unit, accounts.actor())
    assert all(entry.is_masked for entry in stranger.entries)
    assert stranger.total == timeline.total


@pytest.mark.parametrize("what", ["passes", "steps"])
def test_a_page_of_lines_takes_as_many_questions_for_one_as_for_five(what: str) -> None:
    adviser = accounts.actor()
    passes = [make.diagnosis(adviser) for _n in range(5)]
    keys = [str(p.key) if what == "passes" else str(p.steps.all()[0].key) for p in passes]
    present = getattr(lines, what)

    def asked(some: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(present(some, adviser)) == len(some)
        return len(queries)

    asked(keys)  # who shares is looked up once
    assert asked(keys) == asked(keys[:1])


def test_reasons_of_reversals_are_told_in_words() -> None:
    from maillage.ledger import reasons

    assert (
        reasons.words("diagnoses.pass", "pair_changed")
        == "Un autre diagnostic de l’entreprise a été corrigé"
    )
    assert reasons.words("diagnoses.step", "step_not_done") == "L’étape n’a pas été faite"
