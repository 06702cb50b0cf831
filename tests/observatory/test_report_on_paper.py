"""What the report lays out, block after block, from figures laid on paper."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import bilan, witness
from maillage.ui import reports
from tests.factories.paper import SMALL, Paper, action, answer, axis_line, group, target

FROZEN = SimpleNamespace(
    published_at=clock.end_of_day(date(2020, 6, 1)),
    digest="d" * 64,
    heads=[("CMA", 12, "a" * 64), ("MEL", 3, "b" * 64)],
    key="0" * 8,
)
"""A publication, so that nothing is asked of the ledger."""


@pytest.fixture(autouse=True)
def _chains_of_known_keepers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of keepers, which a page reads from the database."""
    monkeypatch.setattr(
        bilan.witness, "named", lambda heads: [witness.Head("Chamber", *head) for head in heads]
    )


def spaced(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def paper(**more: object) -> Paper:
    given: dict[str, object] = {
        "targets": [target("floor", 100), target("target", 50, "I03", axis=1, pk=2)],
        "answers": {"I01": answer("I01", 40), "I03": answer("I03", 0.5, sides=(4, 8))},
        "axes": [axis_line(action("1.1", "under_way", due=date(2020, 12, 31)), action("1.2"))],
        "publication": FROZEN,
    }
    return Paper(**(given | more))  # type: ignore[arg-type]


def blocks(held: Paper, kind: type, *, whole: bool = True) -> list[object]:
    report = bilan.report(held.lay_out(whole=whole))
    return [block for block in report.blocks if isinstance(block, kind)]


def keys(held: Paper) -> list[reports.KeyFigure]:
    return [b for b in blocks(held, reports.KeyFigure) if isinstance(b, reports.KeyFigure)]


def tables(held: Paper) -> dict[str, reports.Table]:
    found = [b for b in blocks(held, reports.Table) if isinstance(b, reports.Table)]
    return {spaced(table.caption): table for table in found}


def test_the_title_asks_the_question_and_the_subtitle_says_who_and_when() -> None:
    report = bilan.report(paper().lay_out(whole=True))

    assert spaced(report.title) == "Convention de papier : où en est-elle ?"
    assert "MEL" in report.subtitle
    assert "30 juin 2020" in spaced(report.subtitle)
    assert "75 %" in spaced(report.subtitle)
    assert report.language == "fr"


def test_the_report_of_a_publication_says_that_it_is_one_and_when() -> None:
    (note, *_rest) = blocks(paper(), reports.Note)

    assert isinstance(note, reports.Note)
    assert "Seul ce qui a été publié est montré" in str(note)
    assert "1er juin 2020" in spaced(note)


def test_a_live_report_warns_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bilan.ledger, "heads", list)

    assert not any("publié" in str(note) for note in blocks(paper(publication=None), reports.Note))


def test_each_key_figure_says_its_value_its_rule_its_day_and_its_pace() -> None:
    first = keys(paper())[0]

    assert (first.value, first.code) == ("40", "outreach.firms_prospected@1")
    assert first.on == date(2020, 6, 30)
    assert "sur 100 au moins" in first.detail
    assert "En retard" in first.detail
    assert first.url.startswith("/chiffres/outreach.firms_prospected@1/lignes/")


def test_a_masked_key_figure_keeps_its_rule_and_says_why() -> None:
    hidden = paper(answers={"I01": answer("I01", 2, masked=True)}, opens=False)

    first = keys(hidden)[0]

    assert (first.value, first.url) == ("valeur masquée", "")
    assert str(SMALL) in first.detail
    assert first.code == "outreach.firms_prospected@1"


def test_every_figure_of_the_annex_names_its_rule_and_version() -> None:
    found = tables(paper())

    whole = found["Engagements chiffrés et argent de toute la convention"]
    rules = [str(row[1]) for row in whole.rows]
    assert all(rule.endswith("@1") for rule in rules)
    assert rules[0] == "outreach.firms_prospected@1"
    assert "conventions.late_actions@1" in rules


def test_a_figure_that_the_text_watches_and_every_report_shows_stands_once() -> None:
    watched = target("monitor", None, "I13", pk=3)
    watched.filter = {"schemes": ["convention:on-paper"]}

    found = tables(paper(targets=[target("floor", 100), watched]))

    whole = found["Engagements chiffrés et argent de toute la convention"]
    assert [row[1] for row in whole.rows].count("conventions.late_actions@1") == 1


def test_what_an_axis_promises_stands_with_the_axis_and_not_twice() -> None:
    found = tables(paper())

    of_axis = found["Cibles de l’axe 1"]
    whole = found["Engagements chiffrés et argent de toute la convention"]
    assert [str(row[1]) for row in of_axis.rows] == ["outreach.contact_success@1"]
    assert "outreach.contact_success@1" not in [str(row[1]) for row in whole.rows]


def test_actions_are_listed_with_their_state_and_their_day() -> None:
    (table,) = [t for caption, t in tables(paper()).items() if caption.startswith("Actions")]

    assert [spaced(row[2]) for row in table.rows] == ["31 décembre 2020", "–"]
    assert [str(row[3]) for row in table.rows] == ["En cours", "À venir"]


def test_breakdowns_are_printed_month_by_month_with_their_masks() -> None:
    parts = [group("2019-06", 40), group("2019-07", None, masked=True, n=0)]
    held = paper()
    held.answers = {**held.answers, "I01/first_month": answer("I01", 40, groups=parts)}

    (table,) = [
        t for t in tables(held).values() if any("juin 2019" in str(row[0]) for row in t.rows)
    ]

    assert [[spaced(cell) for cell in row] for row in table.rows] == [
        ["juin 2019", "40"],
        ["juillet 2019", "valeur masquée"],
    ]


def test_the_heads_and_the_digest_of_the_publication_are_printed() -> None:
    held = paper()

    assert bilan.digest(held.lay_out(whole=True)) == FROZEN.digest
    text = reports.document(bilan.report(held.lay_out(whole=True)))
    assert FROZEN.digest in text
    for keeper, _seq, hash_ in FROZEN.heads:
        assert keeper in text
        assert hash_ in text


def test_the_digest_of_a_live_report_follows_its_values_and_not_its_language() -> None:
    def digest(value: int) -> str:
        return bilan.digest(
            paper(publication=None, answers={"I01": answer("I01", value)}).lay_out()
        )

    first = digest(40)
    with translation.override("en"):
        assert digest(40) == first
    assert digest(41) != first
    assert len(first) == 64


BEFORE = [
    ("2020-01-01..2020-12-31", "2019-01-01..2019-06-30"),  # read on 30 June: the year is not over
    ("2020-06-01..2020-06-30", "2019-06-01..2019-06-30"),
    ("2020-02-01..2020-02-29", "2019-02-01..2019-02-28"),
    ("2019-01-01..2019-12-31", None),
    ("2019-01-01..2020-12-31", None),
    ("0001-01-01..9999-12-31", None),
]
"""A year before is compared where the convention was alive, never over more than a year."""


@pytest.mark.parametrize(("period", "before"), BEFORE)
def test_the_same_days_a_year_before_are_asked_where_they_exist(
    period: str, before: str | None
) -> None:
    held = paper(publication=None, period=Period.parse(period))

    asked = bilan.earlier(held.lay_out().reading)

    assert {str(question.period) for question in asked.values()} == ({before} if before else set())
    assert all(not question.by for question in asked)


def test_a_publication_is_not_compared_with_what_was_not_frozen() -> None:
    held = paper(period=Period.parse("2020"))

    assert bilan.earlier(held.lay_out().reading) == {}


def test_the_report_is_whole_in_english() -> None:
    with translation.override("en"):
        report = bilan.report(paper().lay_out(whole=True))
        text = reports.document(report)

    assert report.language == "en"
    for french in ("Règle", "Engagements chiffrés", "valeur masquée", "Preuve", "Annexe"):
        assert french not in text, french


def test_a_convention_without_axes_nor_promises_is_still_a_report() -> None:
    report = bilan.report(Paper(publication=FROZEN).lay_out(whole=True))

    assert [b for b in report.blocks if isinstance(b, reports.Bars)] == []
    assert reports.document(report)


def test_an_axis_without_a_promise_is_drawn_by_its_completed_actions() -> None:
    held = Paper(axes=[axis_line(action("1.1", "completed"), action("1.2"))], publication=FROZEN)

    (bars,) = blocks(held, reports.Bars)

    assert isinstance(bars, reports.Bars)
    (bar,) = bars.rows
    assert spaced(bar.shown) == "actions réalisées : 1 sur 2"
    assert bar.share == 0.5
