"""The rules of retention empty notes and labels, ten years long: no figure moves, live, as of then or published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from maillage import figures, ledger
from maillage.accounts import retaining
from maillage.accounts.actors import System
from maillage.conventions.models import Entry
from maillage.figures.models import PublishedFigure
from maillage.kernel import clock
from maillage.observatory import outturn
from maillage.observatory.asking import Asking
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import NoteLevel
from tests.factories import observatory as make, outreach, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

MACHINE = System("a test")
INSTANTS = ("2019-07-01", "2020-06-01", "2022-01-01", "2031-01-01")


def busy() -> make.Situation:
    """A year of visits with their notes, payments with their labels, and what was published of it."""
    made = make.situation(amended=True)
    for day in ("2019-05-02", "2019-06-03", "2019-06-04", "2020-05-04"):
        with clock.at(noon(day)):
            firm = register.establishment()
            for level in (NoteLevel.CONFIDENTIAL, NoteLevel.PARTNERS):
                outreach.visit(made.adviser, firm, note=f"Said on {day}", note_level=level)
    made.commit(5_000, "2019-06-05")
    made.pay(2_000, "2019-09-05")
    made.publish()
    return made


def read(made: make.Situation, at: datetime) -> list[Any]:
    """Every figure of the convention and every indicator, as known at an instant, computed anew."""
    asked = Asking(outturn.read(made.convention, at=at)).whole()
    asked += [
        figures.Question(d.reference)
        for d in figures.REGISTRY.all()
        if not d.code.startswith("tests.")
    ]
    return [
        (str(one.question), one.value, one.n, one.numerator, one.denominator)
        for one in figures.answer(asked, at, cached=False)
    ]


def everything(made: make.Situation) -> list[Any]:
    live = [read(made, noon(instant)) for instant in INSTANTS]
    return [*live, list(PublishedFigure.objects.order_by("pk").values()), ledger.heads()]


def test_after_every_rule_was_applied_each_year_every_figure_is_what_it_was() -> None:
    made = busy()
    with clock.at(noon("2031-01-01")):
        before = everything(made)
    assert any(value for _name, value, *_ in before[1])
    assert before[0] != before[1]  # as of then is not as of now
    assert before[4]

    met = 0
    for year in range(2020, 2032):
        with clock.at(noon(f"{year}-12-31")):
            met += retaining.apply(by=MACHINE).total
            assert not [due for due in retaining.look() if due.rows]

    assert met >= 10
    visits = Visit.objects.unscoped(reason="tests read all")
    assert visits.count() == 8
    assert not visits.exclude(note_confidential="", note_partners="").exists()
    assert set(Entry.objects.unscoped(reason="tests read all").values_list("label", flat=True)) == {
        ""
    }
    with clock.at(noon("2031-01-01")):
        assert everything(made) == before
        assert ledger.verify().is_valid
