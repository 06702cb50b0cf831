"""What leaves the house after an assembly day: page, PDF, list to sign and table count the same, and name nobody they should not."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase
from pypdf import PdfReader

from maillage.accounts.actors import Actor, System
from maillage.events import actions, programme, reading
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.vocabulary import Said
from maillage.kernel import clock
from maillage.ledger import themes
from maillage.needs.vocabulary import Theme
from maillage.ui import reports
from maillage.ui.reports import Heading, KeyFigure, Note, Paragraph, Report, Table
from tests.events.test_pages import signed, soup, url
from tests.factories import accounts, events as make, register

MACHINE = System("tests")
BEFORE, NOON = (clock.parse_instant(f"2020-03-{one}") for one in ("02T10:00", "12T12:00"))
OPEN, CONFIDED = (Theme.ENERGY, Theme.RECRUIT), (Theme.CASH,)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.at(NOON):
        yield


def report_of(event: Event, by: Actor, language: str = "fr") -> Report:
    now = Event.objects.visible_to(MACHINE).select_related("organisation").get(pk=event.pk)
    with translation.override(language):
        return programme.proceedings(programme.told_at(now, by))


def cells(paper: Report) -> list[list[str]]:
    return [list(row) for one in paper.blocks if isinstance(one, Table) for row in one.rows]


def counted(paper: Report) -> int:
    (figure,) = (one for one in paper.blocks if isinstance(one, KeyFigure))
    return int(figure.value)


def print_of(paper: Report) -> str:
    pages = PdfReader(io.BytesIO(reports.pdf(paper))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


# Whatever is said, in whatever room, by whomever, and taken back


DRAWN = st.tuples(
    st.sampled_from([*OPEN, *CONFIDED]),
    st.sampled_from(Said.values),
    st.sampled_from(["firm", "person", "nobody"]),
    st.integers(0, 1),
    st.booleans(),
)


class TestProceedings(TestCase):
    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(DRAWN, max_size=6))
    def test_the_report_counts_what_stands_quotes_what_is_open_and_names_nobody(
        self, drawn: list[tuple[str, str, str, int, bool]]
    ) -> None:
        with clock.at(NOON):
            by = accounts.actor()
            event = make.assembly(by)
            rooms = [make.workshop(event, by=by, title_fr=f"Atelier {one}") for one in "AB"]
            firm = register.establishment()
            lines: dict[str, Registration | None] = {"nobody": None}
            for name, place in (("firm", firm), ("person", None)):
                who = actions.Walker(establishment=place, name=f"Zoé-{name}")
                lines[name] = actions.note_arrival(event=event, who=who, by=by)
            stands: Counter[tuple[int, str, str]] = Counter()
            for number, (theme, said, who_said, room, is_kept) in enumerate(drawn):
                words = f"mot{number}"
                given = {"theme": theme, "said": said, "words": words}
                made = make.contribution(rooms[room], lines[who_said], by=by, **given)
                if is_kept:
                    stands[room, theme, words] += 1
                else:
                    actions.take_contribution_back(contribution=made, by=by)
            paper = report_of(event, by)
            rows = cells(paper)
            assert counted(paper) == len(rows) == sum(stands.values())
            quoted = sorted(row[2] for row in rows if row[2] != "—")
            assert quoted == sorted(one for _r, theme, one in stands if theme in OPEN)
            confided = [row for row in rows if row[2] == "—"]
            assert len(confided) == sum(theme in CONFIDED for _r, theme, _one in stands)
            assert {row[0] for row in confided} <= {"Dit en confidence"}
            shown = reports.document(paper)
            for hidden in ("Zoé", firm.display_name, str(themes.find(Theme.CASH).words)):  # type: ignore[union-attr]
                assert hidden not in shown
            titles = [one.text for one in paper.blocks if isinstance(one, Heading)]
            assert [title.split(". ")[1].split(",")[0] for title in titles] == ["Atelier A", "Atelier B"]  # fmt: skip
            silent = sum(not any(room == one for room, _t, _w in stands) for one in (0, 1))
            assert sum(isinstance(one, Paragraph) for one in paper.blocks) == silent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title", "sort", "note"),
    [
        ("fr", "Recruter et transmettre", "Proposition", "reste"),
        ("en", "Hire and hand over", "A proposal", "stays with the organisation"),
    ],
)
def test_page_paper_and_pdf_say_the_same_in_the_language_of_the_reader(
    client: Client, language: str, title: str, sort: str, note: str
) -> None:
    by = signed(client, accounts.actor(), language)
    room = make.workshop(make.assembly(by), by=by)
    for words in ("Une halle commune", "Un quai"):
        make.contribution(room, by=by, words=words)
    make.contribution(room, by=by, theme=Theme.CASH, words="Trois mois de loyer")
    paper = report_of(room.event, by, language)
    (told,) = (one for one in paper.blocks if isinstance(one, Note))
    assert note in str(told.text)
    assert paper.language == language
    page = soup(client.get(url("proceedings", room.event.key))).get_text(" ")
    answer = client.get(url("proceedings_pdf", room.event.key))
    handed = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    for shown in (page, reports.document(paper), print_of(paper), handed):
        plain = " ".join(shown.split())
        for one in (title, sort, "Une halle commune", "Un quai"):
            assert one in plain
        assert "Trois mois" not in plain
    assert counted(paper) == len(cells(paper)) == 3


@pytest.mark.django_db
def test_a_day_on_which_nothing_was_said_says_so_and_counts_none(client: Client) -> None:
    by = signed(client, accounts.actor())
    event = make.workshop(make.assembly(by), by=by).event
    paper = report_of(event, by)
    assert (counted(paper), cells(paper)) == (0, [])
    assert "Rien n’a été noté" in " ".join(soup(client.get(url("proceedings", event.key))).get_text(" ").split())  # fmt: skip


# The list to sign


def full_day(by: Actor) -> tuple[Event, Workshop, Workshop]:
    """Three seats at the event, two in a room, one in the other; five who asked, one who came without asking."""
    with clock.at(BEFORE):
        event = make.assembly(by, seats=3)
        room = make.workshop(event, by=by, seats=2)
        other = make.workshop(event, by=by, title_fr="Énergie", room="", seats=1)
        for name, wanted in (("a", room), ("b", room), ("c", room), ("d", other), ("e", other)):
            make.line(event, name=f"Name-{name}", workshops=[wanted])
        gone = make.line(event, name="Name-gone", workshops=[room])
        actions.end_registration(line=gone, because="mistake", by=by)
    who = actions.Walker(name="Name-door")
    actions.note_arrival(event=event, who=who, by=by)
    return event, room, other


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_to_sign_the_pages_and_the_table_agree_on_seats_and_waits(
    client: Client, language: str
) -> None:
    by = signed(client, accounts.actor(), language)
    event, room, other = full_day(by)
    with translation.override(language):
        paper = programme.paper_list(event, by)
    everybody, first = (one for one in paper.blocks if isinstance(one, Table))
    assert [row[1] for row in everybody.rows] == ["Name-a", "Name-b", "Name-c", "Name-door"]
    assert [row[2] for row in everybody.rows] == ["1", "2", "3", ""]
    assert [(row[1], row[2], row[3]) for row in first.rows] == [("Name-a", "1", ""), ("Name-b", "2", "")]  # fmt: skip
    assert sum(isinstance(one, Paragraph) for one in paper.blocks) == 1, "nobody yet in the other"
    standing = reading.standing_of(event, reading.lines_of(event, by))
    assert (standing.seated, standing.waiting, standing.came) == (3, 2, 1)
    held = programme.programme(event, Workshop.objects.visible_to(by))
    assert [(one.seated, one.waiting) for one in held] == [(0, 2), (2, 1)]  # type: ignore[attr-defined]
    assert {one.pk: one.left for one in held} == {room.pk: 0, other.pk: 0}
    answer = client.get(url("events_csv", query="?quand=tous"))
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    row = next(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    assert list(row.values())[-4:] == ["3", "3", "2", "1"]
    for name in ("a", "b", "c"):
        page = soup(client.get(url("workshop", room.key))).get_text(" ")
        assert f"Name-{name}" in page
    assert "Name-gone" not in soup(client.get(url("workshop", room.key))).get_text(" ")


@pytest.mark.django_db
def test_the_list_of_an_event_of_another_kind_is_one_list_and_an_empty_one_says_so() -> None:
    by = accounts.actor()
    event = make.event(by)
    paper = programme.paper_list(event, by)
    assert len([one for one in paper.blocks if isinstance(one, Heading)]) == 1
    assert not [one for one in paper.blocks if isinstance(one, Table)]
    assert [str(one.text) for one in paper.blocks if isinstance(one, Paragraph)] != []


@pytest.mark.django_db
def test_a_workshop_in_which_something_was_said_is_not_called_off_so_that_report_and_figure_agree(
    client: Client,
) -> None:
    by = signed(client, accounts.actor())
    room = make.workshop(make.assembly(by), by=by)
    made = make.contribution(room, by=by)
    address, why = url("cancel_workshop", room.key), {"why": "wrong"}
    for language, remedy in (("fr", "Reprenez d’abord"), ("en", "Take back first")):
        signed(client, by, language)
        assert remedy in soup(client.post(address, why), 409).get_text(" ")
    paper = report_of(room.event, by)
    assert counted(paper) == len(cells(paper)) == 1
    actions.take_contribution_back(contribution=made, by=by)
    assert client.post(address, why).status_code == 302
    assert counted(report_of(room.event, by)) == 0
    assert not Contribution.objects.visible_to(MACHINE).standing().exists()
