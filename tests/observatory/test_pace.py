"""Progress beside elapsed time: states, lateness with its cause, key figures and the curve, on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.conventions.states import ActionState, Fact
from maillage.figures.engine.plan import Seen
from maillage.kernel.periods import Period
from maillage.observatory import lateness
from maillage.observatory.cards import cards
from maillage.observatory.curve import curve, message
from maillage.observatory.dashboard import AxisRow, pace
from maillage.observatory.proof import proof
from tests.factories.paper import LIFE, Paper, action, answer, axis_line, figure, group, target


def spaced(text: str) -> str:
    """Words without the spaces that hold them together."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# A promise beside the time gone by

PROMISES = """
    kind    | promised | done | elapsed | state   | gap  | behind              | expected
    floor   | 100      | 0    | 0.00    | ontrack | 0    |                     | 0
    floor   | 100      | 0    | 0.05    | ontrack | -5   |                     | 5
    floor   | 100      | 0    | 0.06    | late    | -6   | 6 points de retard  | 6
    floor   | 100      | 45   | 0.50    | ontrack | -5   |                     | 50
    floor   | 100      | 44   | 0.50    | late    | -6   | 6 points de retard  | 50
    floor   | 100      | 55   | 0.50    | ontrack | 5    |                     | 50
    floor   | 100      | 56   | 0.50    | ahead   | 6    |                     | 50
    floor   | 100      | 100  | 0.99    | done    | 1    |                     | 99
    target  | 100      | 180  | 0.10    | done    | 90   |                     | 10
    target  | 350      | 0    | 1.00    | late    | -100 | 100 points de retard | 350
    floor   | 4000     | 1746 | 0.71    | late    | -27  | 27 points de retard | 2840
    target  | 3        | 2    | 0.66    | ontrack | 1    |                     | 2
"""
"""Five points either side of elapsed time still count as on pace; what is reached is not late."""


def rows(drawing: str) -> list[dict[str, str]]:
    lines = [line for line in drawing.strip().splitlines() if line.strip()]
    names = [cell.strip() for cell in lines[0].split("|")]
    return [
        dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True))
        for line in lines[1:]
    ]


@pytest.mark.parametrize("row", rows(PROMISES), ids=lambda row: f"{row['done']}@{row['elapsed']}")
def test_a_promise_is_held_beside_elapsed_time(row: dict[str, str]) -> None:
    made = figure(
        answer("I01", int(row["done"])),
        target(row["kind"], int(row["promised"])),
        float(row["elapsed"]),
    )

    assert made.promise is not None
    found = {
        "state": made.state,
        "gap": str(made.promise.gap),
        "behind": spaced(lateness.behind(made)) if made.state == "late" else "",
        "expected": spaced(lateness.expected(made)).replace(" ", ""),
    }
    assert found == {name: row[name] for name in found}


@given(done=st.integers(0, 500), elapsed=st.floats(0, 1))
def test_who_did_more_is_never_later(done: int, elapsed: float) -> None:
    order = ["late", "ontrack", "ahead", "done"]
    less, more = (
        figure(answer("I01", value), target("floor", 200), elapsed).state
        for value in (done, done + 1)
    )

    assert order.index(less) <= order.index(more)


@given(done=st.integers(0, 199), early=st.floats(0, 1), later=st.floats(0, 1))
def test_time_alone_never_brings_a_promise_forward(done: int, early: float, later: float) -> None:
    order = ["late", "ontrack", "ahead"]
    first, last = (
        figure(answer("I01", done), target("floor", 200), elapsed).state
        for elapsed in sorted((early, later))
    )

    assert order.index(last) <= order.index(first)


def test_what_is_only_watched_is_neither_late_nor_ahead() -> None:
    watched = figure(answer("I02", 0.2), target("monitor", None, "I02"), 0.9)

    assert watched.state == "monitor"
    assert (watched.amount, lateness.expected(watched)) == ("", "")


def test_a_promise_on_a_value_nobody_knows_waits() -> None:
    assert figure(answer("I05", None), target("target", 4_000, "I05"), 0.9).state == "waiting"


def test_a_promise_with_its_own_day_is_held_to_that_day() -> None:
    soon = target("target", 100, by_on=date(2019, 12, 31))
    page = Paper([soon], {"I01": answer("I01", 60)}, day=date(2019, 7, 2)).lay_out()

    (found,) = page.figures
    assert found.promise is not None
    assert round(found.promise.elapsed, 2) == 0.5
    assert round(page.text.elapsed, 2) == 0.25
    assert found.state == "ahead"


SHARES = [
    (None, 0.5, "waiting"),
    (0.0, 0.0, "ontrack"),
    (0.44, 0.5, "late"),
    (0.46, 0.5, "ontrack"),
    (0.56, 0.5, "ahead"),
    (1.0, 1.0, "ontrack"),
]


@pytest.mark.parametrize(("share", "elapsed", "state"), SHARES)
def test_a_share_of_money_is_judged_with_the_same_tolerance(
    share: float | None, elapsed: float, state: str
) -> None:
    assert pace(share, elapsed) == state


# An axis that promises nothing says what its actions say, the worst first

AXES = [
    ("", "waiting", "À venir"),
    ("to_come", "waiting", "À venir"),
    ("under_way", "ontrack", "En cours"),
    ("to_come under_way", "ontrack", "En cours"),
    ("completed", "done", ""),
    ("completed to_come", "ontrack", "En cours"),
    ("completed paused", "waiting", "À l’arrêt"),
    ("completed abandoned to_come", "ontrack", "En cours"),
    ("completed under_way", "ontrack", "En cours"),
    ("paused", "waiting", "À l’arrêt"),
    ("abandoned to_come", "waiting", "À l’arrêt"),
    ("blocked completed", "late", ""),
    ("under_way! completed", "late", ""),
    ("to_come!", "late", ""),
]
"""`!` marks an action past its day."""


def drawn(states: str) -> list[object]:
    return [
        action(f"1.{rank}", state.rstrip("!"), late=9 if state.endswith("!") else 0)
        for rank, state in enumerate(states.split(), 1)
    ]


@pytest.mark.parametrize(("states", "state", "words"), AXES)
def test_an_axis_without_a_promise_says_what_its_actions_say(
    states: str, state: str, words: str
) -> None:
    row = AxisRow(axis_line(*drawn(states)), None, None)  # type: ignore[arg-type]

    assert (row.state, row.state_words) == (state, words)
    assert row.completed == states.split().count("completed")


def test_an_axis_with_a_promise_is_judged_by_its_pace_and_not_by_its_actions() -> None:
    behind = figure(answer("I01", 1), target(axis=1), 0.9)
    row = AxisRow(axis_line(action("1.1", "completed")), behind, None)

    assert (row.state, row.state_words) == ("late", "")


def test_an_axis_whose_promise_is_only_watched_is_judged_by_its_actions() -> None:
    watched = figure(answer("I02", 0.1), target("monitor", None, "I02", axis=1))
    row = AxisRow(axis_line(action("1.1", "under_way")), watched, None)

    assert (row.is_paced, row.state) == (False, "ontrack")


def test_an_axis_whose_promise_is_masked_says_so() -> None:
    row = AxisRow(axis_line(), figure(answer("I01", masked=True), target(axis=1)), None)

    assert row.state_words == "Masqué"


@pytest.mark.parametrize("state", [state.value for state in ActionState])
def test_what_troubles_an_axis_is_late_or_stopped(state: str) -> None:
    calm = AxisRow(axis_line(action("1.1", state)), None, None)
    late = AxisRow(axis_line(action("1.1", state, late=3)), None, None)

    assert bool(calm.troubled) is (state in {"blocked", "paused", "abandoned"})
    assert len(late.troubled) == 1


# Lateness, with its cause


@pytest.mark.django_db
def test_a_late_axis_tells_the_cause_of_each_of_its_stopped_actions() -> None:
    stopped = action("1.2", "blocked", late=91, due=date(2020, 3, 31))
    paused = action("1.3", "paused")
    paper = Paper(
        [target("target", 100, axis=1)],
        {"I01": answer("I01", 10)},
        axes=[axis_line(action("1.1", "under_way"), stopped, paused)],
        facts={
            stopped.action.key: [Fact("conventions.action_blocked", date(2020, 3, 16), 1)],
            paused.action.key: [Fact("conventions.action_paused", date(2020, 5, 1), 2)],
        },
    )

    (notice,) = lateness.notices(paper.lay_out())

    assert spaced(notice.title) == "Axe 1, 65 points de retard."
    assert spaced(notice.words) == (
        "Action 1.2 : Bloquée depuis le 16 mars 2020. Échéance du 31 mars 2020 dépassée de 91 jours. "
        "Action 1.3 : En pause depuis le 1er mai 2020."
    )
    assert notice.url == "/conventions/on-paper/actions/1.2/"
    assert notice.tone == "late"


def test_a_late_axis_without_a_recorded_cause_leads_to_its_first_action() -> None:
    paper = Paper(
        [target("target", 100, axis=1)],
        axes=[axis_line(action("1.1", "under_way"), action("1.2", "completed"))],
    )

    (notice,) = lateness.notices(paper.lay_out())

    assert notice.words == "Aucune cause n’est enregistrée."
    assert notice.url == "/conventions/on-paper/actions/1.1/"


def test_a_late_axis_without_any_action_leads_nowhere() -> None:
    (notice,) = lateness.notices(Paper([target(axis=1)], axes=[axis_line()]).lay_out())

    assert notice.url == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "late", "tone"),
    [
        ("blocked", 0, "late"),
        ("paused", 0, "waiting"),
        ("abandoned", 0, "waiting"),
        ("under_way", 1, "late"),
    ],
)
def test_an_action_that_stops_is_told_even_when_its_axis_is_on_pace(
    state: str, late: int, tone: str
) -> None:
    line = action("1.1", state, late=late, due=date(2020, 6, 29) if late else None)
    fact = Fact(f"conventions.action_{state}", date(2020, 6, 1), 1)
    paper = Paper(axes=[axis_line(line)], facts={line.action.key: [fact]})

    (notice,) = lateness.notices(paper.lay_out())

    assert spaced(notice.title) == "Action 1.1 : Action 1.1."
    assert notice.tone == tone
    if late:
        assert spaced(notice.words) == "Échéance du 29 juin 2020 dépassée de 1 jour."


def test_a_promise_of_the_whole_convention_that_is_late_says_what_the_pace_asked_for() -> None:
    paper = Paper([target("floor", 4_000)], {"I01": answer("I01", 1_746)}, day=date(2020, 6, 3))

    (notice,) = lateness.notices(paper.lay_out())

    assert spaced(notice.title) == "Entreprises artisanales prospectées : 27 points de retard."
    assert spaced(notice.words).startswith("1 746 sur 4 000")
    assert "2 845" in spaced(notice.words)
    assert notice.url.startswith("/chiffres/outreach.firms_prospected@1/lignes/?periode=2019-01-01")
    assert spaced(notice.opens) == "Voir les 1 746 entreprises"


def test_nothing_is_told_of_what_is_on_pace() -> None:
    paper = Paper([target("floor", 100)], {"I01": answer("I01", 75)}, axes=[axis_line(action())])

    assert lateness.notices(paper.lay_out()) == []


# Key figures


def test_floors_come_first_then_money_then_what_is_watched() -> None:
    paper = Paper(
        [target("monitor", None, "I02", pk=1), target("floor", 10, pk=2)],
        {"I01": answer("I01", 4), "I02": answer("I02", 0.4, sides=(4, 10))},
    )

    shown = [
        (card.label, spaced(card.value), card.beside, card.state) for card in cards(paper.lay_out())
    ]

    assert [label for label, *_rest in shown] == [
        "Entreprises artisanales prospectées",
        "Montant engagé",
        "Couverture des entreprises artisanales",
    ]
    assert shown[0][1:] == ("4", "sur 10 au moins", "late")
    assert shown[2][1:] == ("40 %", "", "")


@pytest.mark.parametrize(
    ("kind", "done", "beside", "state", "words"),
    [
        ("floor", 3, "sur 10 au moins", "late", ""),
        ("floor", 10, "sur 10 au moins", "done", "Plancher atteint"),
        ("target", 3, "sur 10", "late", ""),
        ("target", 12, "sur 10", "done", ""),
    ],
)
def test_a_floor_and_a_target_are_told_apart(
    kind: str, done: int, beside: str, state: str, words: str
) -> None:
    card = cards(Paper([target(kind, 10)], {"I01": answer("I01", done)}).lay_out())[0]

    assert (card.beside, card.state, card.state_words) == (beside, state, words)
    assert card.share == min(1.0, done / 10)
    assert card.pace is not None
    assert card.code == "outreach.firms_prospected@1"


def test_a_masked_card_says_why_and_nothing_else() -> None:
    paper = Paper([target()], {"I01": answer("I01", 2, masked=True)}, opens=False)

    card = cards(paper.lay_out())[0]

    assert (card.value, card.beside, card.share, card.url) == ("", "", None, "")
    assert (card.masked, card.note) == (True, "moins de 3 unités")


def test_a_year_alone_says_that_the_promise_is_for_the_whole() -> None:
    year = Period(date(2020, 1, 1), date(2020, 12, 31))
    paper = Paper([target()], {"I01": answer("I01", 2)}, period=year)

    card = cards(paper.lay_out())[0]

    assert (card.state, card.share, card.pace) == ("", None, None)
    assert card.state_words == "Cible fixée pour toute la convention"


MONEY = [
    (10_000_000, 15_000_000, "sur 150 000 €", "ontrack", 2 / 3),
    (15_000_000, 15_000_000, "sur 150 000 €", "ahead", 1.0),
    (0, 15_000_000, "sur 150 000 €", "late", 0.0),
    (10_000_000, 0, "", "", None),
]


@pytest.mark.parametrize(("committed", "budget", "beside", "state", "share"), MONEY)
def test_money_committed_stands_beside_the_budget_of_the_text(
    committed: int, budget: int, beside: str, state: str, share: float | None
) -> None:
    paper = Paper(
        answers={
            "conventions.commitments/counterpart": answer("conventions.commitments", committed),
            "conventions.budget_promised/counterpart": answer(
                "conventions.budget_promised", budget
            ),
        },
        day=date(2020, 4, 30),
    )

    (card,) = cards(paper.lay_out())

    assert (spaced(card.beside), card.state, card.share) == (beside, state, share)


def test_who_opens_nothing_is_given_no_address() -> None:
    paper = Paper([target()], {"I01": answer("I01", 12)}, opens=False)
    page = paper.lay_out()

    assert [card.url for card in cards(page)] == ["", ""]
    assert [card.opening for card in cards(page)] == ["", ""]


# The curve

MONTHS = [group("2019-02", 3), group("2019-04", 2)]


def curved(**more: object) -> Paper:
    given: dict[str, object] = {
        "targets": [target("floor", 100)],
        "answers": {"I01": answer("I01", 5), "I01/first_month": answer("I01", 5, groups=MONTHS)},
        "day": date(2019, 5, 10),
    }
    return Paper(**(given | more))  # type: ignore[arg-type]


def test_the_curve_adds_months_up_and_skips_none() -> None:
    found = curve(curved().lay_out())

    assert found is not None
    assert [(m.month, m.added, m.total) for m in found.months] == [
        ("2019-01", 0, 0),
        ("2019-02", 3, 3),
        ("2019-03", 0, 3),
        ("2019-04", 2, 5),
        ("2019-05", 0, 5),
    ]


def test_each_month_opens_its_own_days_and_the_last_stops_at_the_day_read() -> None:
    found = curve(curved().lay_out())

    assert found is not None
    assert "periode=2019-02-01..2019-02-28" in found.months[1].url.replace("%2E", ".")
    assert "periode=2019-05-01..2019-05-10" in found.months[-1].url


def test_the_curve_is_drawn_with_the_pace_and_words_for_each_point() -> None:
    found = curve(curved().lay_out())

    assert found is not None
    drawing = BeautifulSoup(found.drawing, "html.parser")
    said = [title.get_text() for title in drawing.select("title")] + [
        str(link.get("aria-label", "")) for link in drawing.select("a")
    ]
    assert any(spaced(words) == "février 2019 : 3 de plus, 3 en tout" for words in said)
    assert "Cible 100" in spaced(drawing.get_text())


@pytest.mark.parametrize(
    "more",
    [
        {"targets": []},
        {"targets": [target("monitor", None, "I02")]},
        {"answers": {"I01": answer("I01", 0)}},
        {
            "answers": {
                "I01/first_month": answer("I01", 5, groups=[group("2019-02", None, masked=True)])
            }
        },
        {"answers": {"I01/first_month": answer("I01", 5, groups=MONTHS, masked=True)}},
    ],
    ids=["no promise", "a rate alone", "nothing counted", "a masked month", "masked whole"],
)
def test_there_is_no_curve_where_nothing_may_be_drawn(more: dict[str, object]) -> None:
    assert curve(curved(**more).lay_out()) is None


def test_a_period_far_before_the_text_draws_no_empty_centuries() -> None:
    far = Period(date(1, 1, 1), date(9999, 12, 31))

    found = curve(curved(period=far).lay_out())

    assert found is not None
    assert found.months[0].month == "2019-01"
    assert len(found.months) == 5


def test_what_counted_before_the_text_stays_on_the_curve() -> None:
    early = [group("2018-11", 4), *MONTHS]
    paper = curved(
        period=Period(date(2018, 1, 1), date(2019, 12, 31)),
        answers={"I01": answer("I01", 9), "I01/first_month": answer("I01", 9, groups=early)},
    )

    found = curve(paper.lay_out())

    assert found is not None
    assert (found.months[0].month, found.months[0].added) == ("2018-11", 4)
    assert found.months[-1].total == 9


MESSAGES = [
    (20, 0.5, "30 de moins que le rythme attendu", "30 fewer than the pace asks for"),
    (80, 0.5, "30 de plus que le rythme attendu", "30 more than the pace asks for"),
    (100, 0.5, "La cible est atteinte", "What was promised is reached"),
    (52, 0.5, "Dans le rythme attendu", "On the pace that was promised"),
]


@pytest.mark.parametrize(("done", "elapsed", "fr", "en"), MESSAGES)
def test_the_title_of_the_curve_says_what_it_shows(
    done: int, elapsed: float, fr: str, en: str
) -> None:
    made = figure(answer("I01", done), target("floor", 100), elapsed)

    assert spaced(message(made)) == fr
    with translation.override("en"):
        assert spaced(message(made)) == en


def test_a_curve_without_a_promise_says_the_total() -> None:
    assert message(figure(answer("I01", 1_746))) == "1\u202f746 à ce jour"


# The proof line


def test_the_proof_says_rule_version_and_day_without_acts_for_who_opens_nothing() -> None:
    page = Paper([target()], {"I01": answer("I01", 5)}, opens=False).lay_out()

    found = proof(page)

    assert found is not None
    assert (found.indicator.code, found.version) == ("outreach.firms_prospected", 1)
    assert (found.read, found.units, found.aside) == (None, 5, 0)
    assert found.as_of == page.text.as_of


def test_what_was_read_beyond_the_units_was_set_aside() -> None:
    months = replace(answer("I01", 5, by="first_month"), seen=Seen(rows=7))
    says = {"I01": answer("I01", 5), "I01/first_month": months}

    found = proof(Paper([target()], says).lay_out())

    assert found is not None
    assert (found.read, found.units, found.aside) == (7, 5, 2)


def test_rows_are_not_told_to_who_opens_nothing() -> None:
    months = replace(answer("I01", 5, by="first_month"), seen=Seen(rows=7))
    says = {"I01": answer("I01", 5), "I01/first_month": months}

    found = proof(Paper([target()], says, opens=False).lay_out())

    assert found is not None
    assert (found.read, found.aside) == (None, 0)


def test_a_convention_that_promises_nothing_has_no_proof() -> None:
    assert proof(Paper().lay_out()) is None


def test_the_life_on_paper_is_two_years() -> None:
    assert Paper(day=LIFE.end).text.elapsed == 1.0
