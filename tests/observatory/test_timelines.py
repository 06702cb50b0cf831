"""One firm, every partner's acts, each reader's right: what is open, what is masked, what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.ledger import Entry, Line
from maillage.needs.vocabulary import Theme
from maillage.observatory.enterprise import stretches_of, together
from maillage.outreach import actions
from maillage.register.models import Establishment, Spell
from tests.factories import accounts, outreach, register
from tests.spec.drawn import noon

MASKED = "Ligne masquée, qui compte"


def sheet(client: Client, place: Establishment, query: str = "") -> BeautifulSoup:
    address = reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key})
    response = client.get(address + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def told(client: Client, place: Establishment) -> tuple[int, int]:
    """How many lines of the timeline are open, and how many are masked."""
    page = sheet(client, place)
    heading = page.find(id="acts")
    lines = heading.find_next("ol").select("li") if heading and heading.find_next("ol") else []
    masked = sum(MASKED in line.get_text(" ", strip=True) for line in lines)
    return len(lines) - masked, masked


# Who reads which lines of one firm: open, masked

READERS = """
    reader                  | visits | difficulties
    adviser of the chamber  | 1 0    | 2 0
    officer of the chamber  | 1 0    | 2 0
    manager of the chamber  | 1 0    | 2 0
    adviser of a stranger   | 0 1    | 0 2
    auditor                 | 1 0    | 1 1
    elected of the chamber  | 0 0    | 0 0
    expert of the chamber   | 0 0    | 0 0
    anonymous               | 0 0    | 0 0
"""
"""`visits`: an ordinary one. `difficulties`: the same, where money trouble was told, which is an act too
and which nobody opens in a timeline but those it was told to."""

ROLES = {
    "adviser": Role.ADVISER,
    "officer": Role.OFFICER,
    "manager": Role.SERVICE_MANAGER,
    "elected": Role.ELECTED,
    "expert": Role.EXPERT,
    "auditor": Role.AUDITOR,
}


def readers() -> Iterator[tuple[str, str, str]]:
    for line in READERS.strip().splitlines()[1:]:
        who, plain, hard = (cell.strip() for cell in line.split("|"))
        yield who, plain, hard


@pytest.mark.django_db
def test_each_reader_finds_open_or_masked_what_their_right_says() -> None:
    by = accounts.actor()
    plain, hard = register.establishment(), register.establishment()
    outreach.visit(by, plain)
    outreach.visit(by, hard, themes=(Theme.CASH,))
    for who, of_plain, of_hard in readers():
        client = Client()
        role, _, whose = who.partition(" of the ")
        if who != "anonymous":
            name = role.partition(" of ")[0]
            owner = by.organisation if whose else None
            accounts.signed_in(client, ROLES[name], owner)
        found = tuple("{} {}".format(*told(client, place)) for place in (plain, hard))
        assert found == (of_plain, of_hard), who


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shared", "plain", "hard"),
    [
        ((), (0, 1), (0, 2)),
        ((Sensitivity.PARTNERS,), (1, 0), (1, 1)),
        ((Sensitivity.DIFFICULTY,), (0, 1), (0, 2)),
    ],
    ids=["nothing", "visits", "difficulties alone"],
)
def test_a_share_opens_the_class_it_names_and_no_other(
    client: Client,
    shared: tuple[Sensitivity, ...],
    plain: tuple[int, int],
    hard: tuple[int, int],
) -> None:
    by, mine = accounts.actor(), accounts.signed_in(client)
    assert by.organisation is not None
    assert mine.organisation is not None
    for sensitivity in shared:
        accounts.share(by.organisation, mine.organisation, "visits", sensitivity)
    easy, difficult = register.establishment(), register.establishment()
    outreach.visit(by, easy)
    outreach.visit(by, difficult, themes=(Theme.CASH,))

    assert (told(client, easy), told(client, difficult)) == (plain, hard)


@pytest.mark.django_db
def test_a_need_is_named_to_who_may_open_it_and_to_nobody_else(client: Client) -> None:
    by = accounts.actor()
    firm = register.establishment()
    outreach.visit(by, firm, themes=(Theme.RECRUIT, Theme.CASH))
    accounts.signed_in(client, Role.ADVISER, by.organisation)
    stranger = Client()
    accounts.signed_in(stranger, Role.ADVISER)

    words = ("Recruter ou former un apprenti", "Trésorerie, loyer, charges")
    for reader, named in ((client, True), (stranger, False)):
        page = reader.get(reverse("observatory:enterprise", args=[firm.legal_unit.key]))
        assert [word in page.content.decode() for word in words] == [named, named]


@pytest.mark.django_db
def test_a_share_that_ended_masks_again(client: Client) -> None:
    by, mine = accounts.actor(), accounts.signed_in(client)
    assert by.organisation is not None
    assert mine.organisation is not None
    given = accounts.share(by.organisation, mine.organisation, "visits")
    place = register.establishment()
    outreach.visit(by, place)
    assert told(client, place) == (1, 0)

    given.ended_at = clock.now()
    given.save()

    assert told(client, place) == (0, 1)


@pytest.mark.django_db
def test_a_masked_line_says_kind_keeper_and_month_and_nothing_more(client: Client) -> None:
    by = accounts.actor()
    place = register.establishment()
    with clock.at(noon("2020-06-17")):
        outreach.visit(by, place, note="il cherche un repreneur", note_level="partners")
    accounts.signed_in(client)

    (line,) = sheet(client, place).select("ol.records li")
    words = re.sub(r"\s+", " ", line.get_text(" ", strip=True))

    assert "Visite réalisée" in words
    assert "juin 2020" in words
    assert str(by.organisation) in words
    assert "17" not in words.replace(str(by.organisation), "")  # its name holds a number
    assert "repreneur" not in str(line)
    assert str(by.person) not in words
    assert line.a is None


@pytest.mark.django_db
def test_a_corrected_visit_shows_what_was_said_and_what_replaced_it(client: Client) -> None:
    mine = accounts.signed_in(client)
    place = register.establishment()
    with clock.at(noon("2020-06-17")):
        visit = outreach.visit(mine, place, occurred_on=date(2020, 6, 16))
    with clock.at(noon("2020-06-18")):
        actions.correct_visit(
            visit=visit,
            facts=outreach.facts(occurred_on=date(2020, 6, 15)),
            notes={},
            reason="typing",
            version=visit.version,
            by=mine,
        )
        words = re.sub(r"\s+", " ", sheet(client, place).get_text(" ", strip=True))

    assert words.count("Annulé, ne compte plus") == 1
    assert "16 juin 2020" in words
    assert "15 juin 2020" in words
    assert "Annulé le 18 juin 2020" in words


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["0", "-1", "2", "99999", "1e3", "٣", "9999999"])
def test_a_page_that_does_not_exist_shows_one_that_does(client: Client, page: str) -> None:
    mine = accounts.signed_in(client)
    place = register.establishment()
    outreach.visit(mine, place)

    assert len(sheet(client, place, f"?page={page}").select("ol.records li")) == 1


@pytest.mark.django_db
def test_a_firm_nobody_saw_says_so_and_offers_the_visit(client: Client) -> None:
    accounts.signed_in(client)
    place = register.establishment()

    page = sheet(client, place)

    assert "Aucun partenaire n’a rien enregistré" in page.get_text()
    assert page.find("a", href=reverse("outreach:new_visit", kwargs={"key": place.key}))


@pytest.mark.django_db
def test_the_sheet_speaks_english_to_who_reads_english(client: Client) -> None:
    accounts.signed_in(client)
    client.cookies["django_language"] = "en"
    outreach.visit(accounts.actor(), place := register.establishment())

    words = sheet(client, place).get_text(" ", strip=True)

    assert "1 recorded act" in words
    assert "Masked line, which counts." in words


# Entries side by side


def entry(state: str = "stands", other: UUID | None = None, *, masked: bool = False) -> Entry:
    return Entry(
        Words("Visite", "Visit"),
        "CMA",
        "2020-06",
        state,  # type: ignore[arg-type]
        line=None if masked else Line(title="x"),
        key=None if masked else uuid4(),
        other=other,
    )


def test_a_cancellation_stands_beside_what_it_cancels() -> None:
    first, cancelled = entry(), entry("cancelled")
    cancels = entry("cancels", cancelled.key)

    shown = together([cancels, first, cancelled])

    assert [(t.entry, t.cancellations) for t in shown] == [(first, ()), (cancelled, (cancels,))]


def test_a_cancellation_whose_act_is_on_another_page_stands_alone() -> None:
    alone = entry("cancels", uuid4())

    assert [t.entry for t in together([alone])] == [alone]


def test_masked_entries_stay_each_on_its_line() -> None:
    hidden = [entry("cancelled", masked=True), entry("cancels", masked=True)]

    assert [t.entry for t in together(hidden)] == hidden


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8))
def test_no_act_is_lost_and_none_is_told_twice(drawn: list[tuple[bool, bool]]) -> None:
    entries: list[Entry] = []
    for reversed_, masked in drawn:
        act = entry("cancelled" if reversed_ else "stands", masked=masked)
        entries.append(act)
        if reversed_:
            entries.insert(0, entry("cancels", act.key, masked=masked))

    shown = [e for t in together(entries) for e in (t.entry, *t.cancellations)]

    assert sorted(map(id, shown)) == sorted(map(id, entries))


# Periods of an establishment

years = st.one_of(st.none(), st.integers(2000, 2020))
told_spells = st.lists(
    st.tuples(years, st.sampled_from("AF"), st.sampled_from(["x", "y"])), max_size=7
)


@given(told_spells)
def test_periods_follow_one_another_without_hole_nor_overlap(
    drawn: list[tuple[int | None, str, str]],
) -> None:
    found = stretches_of(
        Spell(
            starts_on=date(year, 1, 1) if year else None,
            state=state,
            activity=activity,
            commune="59350",
        )
        for year, state, activity in drawn
    )

    assert bool(found) is bool(drawn)
    assert all(first.until == second.since for first, second in pairwise(found))
    assert all(part.since is not None for part in found[1:])
    assert all(part.until is None for part in found[-1:])
    if drawn:
        assert (found[-1].state, found[-1].activity) == drawn[-1][1:]
