"""The paper handed to the artisan: what stands on it, in both languages, whatever was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from maillage.accounts.actors import Actor
from maillage.diagnoses import actions, readings, report
from maillage.diagnoses.models import Pass
from maillage.kernel import clock, invented
from maillage.ui import reports
from maillage.ui.reports import Bars, KeyFigure, Note, Paragraph, Table
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)
HOSTILE = '#panic("x") </p><script>alert(1)</script> $ \\ [ \u202e\u0000 😀'


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def paper(found: Pass, by: Actor, note: str = "") -> reports.Report:
    return report.report(readings.result(found, by), note=note)


def blocks(made: reports.Report, kind: type[Any]) -> list[Any]:
    return [block for block in made.blocks if isinstance(block, kind)]


def test_a_first_paper_says_the_score_the_axes_the_plan_and_when_to_come_back(by: Actor) -> None:
    made = paper(make.diagnosis(by, None, "yes", "no", "some", "-", "-", "-"), by)
    (score,) = blocks(made, KeyFigure)
    assert (score.value, score.detail) == ("50\u00a0%", "3 questions répondues sur 6")
    assert score.code == "short, version 1"
    (bars,) = blocks(made, Bars)
    assert [(bar.label, bar.shown) for bar in bars.rows] == [
        ("Axe found", "50\u00a0%"), ("Axe sell", "50\u00a0%"), ("Axe safe", "inconnu"),
    ]  # fmt: skip
    (plan,) = blocks(made, Table)
    assert [row[0] for row in plan.rows] == ["Faire found_site", "Faire sell_order"]
    assert [row[3] for row in plan.rows] == ["à faire", "à faire"]
    (again,) = blocks(made, Note)
    assert "27 décembre 2020" in again.text


def test_a_second_paper_has_before_and_after_with_the_number_of_questions(by: Actor) -> None:
    firm = register.establishment()
    make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)
    made = paper(make.diagnosis(by, firm, *make.HIGH), by)
    before, _plan = blocks(made, Table)
    assert before.caption == "Avant et après, sur les 6 questions répondues les deux fois"
    assert before.header[1:3] == ["13 décembre 2019", "30 juin 2020"]
    assert before.rows[0] == ["Axe found", "25\u00a0%", "100\u00a0%", "+\u00a075\u00a0points"]


def test_the_note_is_on_the_paper_when_it_is_given(by: Actor) -> None:
    found = make.diagnosis(by, note="Bravo")
    assert next(note.text for note in blocks(paper(found, by, "Bravo"), Note)) == "Bravo"
    assert not any("Bravo" in note.text for note in blocks(paper(found, by), Note))


def test_a_plan_without_step_says_so(by: Actor) -> None:
    made = paper(make.diagnosis(by, None, *(["yes"] * 6)), by)
    assert "Aucune étape n’a été convenue." in [p.text for p in blocks(made, Paragraph)]
    assert blocks(made, Table) == []


def test_each_step_says_where_it_stands(by: Actor) -> None:
    found = make.diagnosis(by, on=TODAY - timedelta(days=20))
    done, dropped, *_others = found.steps.all()
    actions.finish_step(step=done, on=TODAY, by=by)
    actions.drop_step(step=dropped, because="too_dear", by=by)
    with clock.at(clock.parse_instant("2020-08-01T12:00")):
        said = [report.state(step) for step in found.steps.all()]
    assert said[:3] == [
        "fait le 30 juin 2020",
        "abandonnée\u00a0: Trop cher pour le moment",
        "en retard",
    ]


def test_the_paper_is_english_for_who_reads_english(by: Actor) -> None:
    found = make.diagnosis(by)
    with translation.override("en"):
        made = paper(found, by)
    assert made.language == "en"
    assert made.title == "Short questionnaire: your result"
    (bars,) = blocks(made, Bars)
    assert bars.rows[0].label == "Axis found"
    assert bars.rows[0].words == "2 of 2 answered"


def test_invented_data_says_so_on_the_paper(by: Actor) -> None:
    found = make.diagnosis(by)
    assert paper(found, by).demo == ""
    invented.told_by(lambda: "Démonstration")
    assert paper(found, by).demo == "Démonstration"


def test_whatever_is_typed_makes_a_page_and_a_tagged_pdf(by: Actor) -> None:
    found = make.diagnosis(by)
    actions.add_step(of=found, axis="sell", wording=HOSTILE.replace("\0", ""), due_on=TODAY, by=by)
    made = paper(found, by, HOSTILE)
    page = reports.fragment(made)
    assert "<script>" not in page
    content = reports.pdf(made)
    assert content.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in content
    assert b"/MarkInfo" in content


def test_a_step_whose_words_are_gone_keeps_its_line(by: Actor) -> None:
    found = make.diagnosis(by)
    found.steps.update(wording="")
    (plan,) = blocks(paper(found, by), Table)
    assert {row[0] for row in plan.rows} == {"–"}
