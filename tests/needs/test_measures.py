"""The manager's follow-up: how soon firms are answered, compared with before; counts equal to the inboxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.needs import actions, measures, reading
from maillage.needs.measures import Measure
from maillage.needs.vocabulary import Ending, Origin, Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
TODAY = date(2020, 12, 15)


def on(day: date | str) -> datetime:
    return clock.parse_instant(f"{day}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(on(TODAY)):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def sent(
    manager: Actor, heard: str, *, taken_after: int | None = None, theme: str = Theme.ONLINE
) -> None:
    """A need sent the day it is heard to a partner, who takes it up so many days later."""
    partner, expert = make.partner()
    with clock.at(on(heard)):
        referral = make.referral(manager, partner, theme=theme, origin=Origin.VISIT)
    if taken_after is not None:
        with clock.at(on(date.fromisoformat(heard) + timedelta(days=taken_after))):
            actions.take_up(referral=referral, by=expert)


@pytest.fixture
def story(manager: Actor) -> Actor:
    """Two months told: two taken up of three, one of one before, and one a year before."""
    sent(manager, "2019-11-04", taken_after=1)
    sent(manager, "2020-10-05", taken_after=10)
    sent(manager, "2020-11-02", taken_after=1)
    sent(manager, "2020-11-03", taken_after=6)
    sent(manager, "2020-11-04", theme=Theme.CASH)
    return manager


NOVEMBER = Period.parse("2020-11-01..2020-11-30")


def shown(rows: list[Measure], label: str) -> list[str]:
    return [cell.shown for row in rows for cell in row.cells if label in row.label]


def test_each_figure_stands_beside_the_days_before_and_a_year_earlier(story: Actor) -> None:
    found = measures.measured(story, NOVEMBER)
    assert list(map(str, found.periods)) == [
        "2020-11-01..2020-11-30",
        "2020-10-02..2020-10-31",
        "2019-11-01..2019-11-30",
    ]
    rows = list(found.measures)
    assert shown(rows, "Mises en relation") == ["3", "1", "1"]
    assert shown(rows, "sous 3 jours") == ["33\xa0%", "0\xa0%", "100\xa0%"]
    assert shown(rows, "sous 5 jours") == ["67\xa0%", "0\xa0%", "100\xa0%"]
    assert shown(rows, "Délai médian") == ["3,5", "10", "1"]
    median = next(row for row in rows if "Délai médian" in row.label)
    assert [cell.beside for cell in median.cells] == [
        "sur 2, 1 en attente",
        "sur 1, 0 en attente",
        "sur 1, 0 en attente",
    ]


def test_what_was_not_known_is_said_and_is_not_zero(manager: Actor) -> None:
    found = measures.measured(manager, NOVEMBER)
    assert shown(list(found.measures), "sous 3 jours") == ["s.o."] * 3
    assert shown(list(found.measures), "Mises en relation") == ["0"] * 3
    assert found.shares == []


def test_shares_by_theme_make_a_hundred_and_a_difficulty_counts_masked(story: Actor) -> None:
    shares = measures.measured(story, NOVEMBER).shares
    assert sum(share.percent for share in shares) == 100
    assert [(share.label, share.number, share.percent) for share in shares] == [
        ("Être visible en ligne", 2, 67),
        ("Ligne masquée, qui compte", 1, 33),
    ]


def test_what_others_heard_is_not_measured(story: Actor) -> None:
    other = accounts.actor(Role.SERVICE_MANAGER)
    assert (
        shown(list(measures.measured(other, NOVEMBER).measures), "Mises en relation") == ["0"] * 3
    )


def test_the_inboxes_of_partners_add_up_to_what_was_sent_and_to_the_figure(story: Actor) -> None:
    partner, expert = make.partner()
    referral = make.referral(story, partner)
    actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    inboxes = reading.inboxes(story)
    total = sum(inbox.total for inbox in inboxes)
    mine = Filter(organisations=(str(story.acting_for().key),))
    (sent_in_all,) = figures.answer([Question("needs.referrals_sent", mine)])
    assert total == sent_in_all.value == 6
    wanted = reading.Wanted(sent=True)
    assert reading.referrals(story, wanted).count() == total
    for inbox in inboxes:
        assert sum(one.number for one in inbox.counts) == inbox.total


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({}, Period(TODAY - timedelta(days=89), TODAY)),
        ({"du": "2020-11-01", "au": "2020-11-30"}, NOVEMBER),
        ({"du": "2020-11-30", "au": "2020-11-01"}, Period(TODAY - timedelta(days=89), TODAY)),
        ({"du": "soon", "au": "2020-11-01"}, Period(TODAY - timedelta(days=89), TODAY)),
    ],
)
def test_the_days_are_those_of_the_address(given: dict[str, str], period: Period) -> None:
    assert measures.period_of(given) == period


def test_every_number_opens_onto_what_it_counts(client: Client, story: Actor) -> None:
    client.force_login(story.person)  # type: ignore[arg-type]
    page = client.get("/besoins/suivi/?du=2020-11-01&au=2020-11-30").content.decode()
    assert "67\xa0%" in page
    found = measures.measured(story, NOVEMBER)
    for url in [row.cells[0].url for row in found.measures] + [share.url for share in found.shares]:
        opened = client.get(url)
        assert opened.status_code == 200, url
    assert "3" in client.get(found.measures[0].cells[0].url).content.decode()


def test_it_leaves_as_a_table_and_so_do_the_needs(client: Client, story: Actor) -> None:
    client.force_login(story.person)  # type: ignore[arg-type]
    table = client.get("/besoins/suivi.csv?du=2020-11-01&au=2020-11-30").content.decode()
    assert "Délai médian" in table
    assert table.count("\n") == 1 + len(measures.SHOWN) + 2
    every = client.get("/besoins.csv").content.decode()
    assert len(every.strip().splitlines()) == 6
    assert (
        len(
            client.get("/besoins.csv?theme=online&etat=taken").content.decode().strip().splitlines()
        )
        == 5
    )


def test_the_page_costs_the_same_for_few_needs_and_for_many(client: Client, manager: Actor) -> None:
    client.force_login(manager.person)  # type: ignore[arg-type]
    counts = []
    for number in (1, 8):
        partner, _expert = make.partner()
        for _ in range(number):
            make.referral(manager, partner)
        with CaptureQueriesContext(connection) as seen:
            client.get("/besoins/suivi/")
        counts.append(len(seen))
    assert counts[1] <= counts[0]
