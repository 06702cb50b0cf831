"""Portfolios whatever happens: histories that join up, days that follow the calendar, rights by role, few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions, following
from maillage.outreach.following import EVERYBODY, Wanted
from maillage.outreach.models import FollowedFirm, Handover
from maillage.outreach.models.portfolios import Ended, Every, Family
from tests.factories import accounts, outreach as make, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
PAGE = reverse("outreach:portfolio")
Rollback = Callable[[], AbstractContextManager[None]]
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.at(noon("2020-06-30")):
        yield


def person_of(actor: Actor) -> Person:
    assert actor.person is not None
    return actor.person


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


# The calendar, without the database


def due(last: date | None, every: int, since: date = TODAY) -> FollowedFirm:
    followed = FollowedFirm(every=every, since=since)
    followed.last_contact_on = last
    return followed


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.sampled_from(Every.values))
def test_a_contact_is_due_in_the_month_that_was_said(last: date, every: int) -> None:
    found = due(last, every).due_on
    months = (found.year - last.year) * 12 + found.month - last.month
    assert months == every
    assert found.day <= last.day, "a month too short ends on its last day, and never runs over"
    assert found.day == last.day or (found + timedelta(days=1)).day == 1


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.sampled_from(Every.values))
def test_who_is_late_counts_days_and_who_is_not_counts_none(last: date, every: int) -> None:
    one = due(last, every)
    assert one.is_due is (one.due_on <= TODAY)
    assert one.days_late == max(0, (TODAY - one.due_on).days)
    assert one.is_due or one.days_late == 0


@given(
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(0, 400),
    st.sampled_from(Every.values),
)
def test_a_later_contact_is_never_due_sooner(last: date, more: int, every: int) -> None:
    later = last + timedelta(days=more)
    assert due(later, every).due_on >= due(last, every).due_on
    wider = [due(last, one).due_on for one in sorted(Every.values)]
    assert wider == sorted(wider)


# last contact | how often, in months | what the page says
TOLD = {
    "a day late": (date(2020, 5, 29), 1, "attendu depuis le 29 juin 2020"),
    "due today": (date(2020, 5, 30), 1, "attendu aujourd’hui"),
    "due tomorrow": (date(2020, 5, 31), 1, "attendu aujourd’hui"),
    "due in July": (date(2020, 6, 1), 1, "attendu le 1er juillet 2020"),
    "a leap day": (date(2019, 8, 31), 6, "attendu depuis le 29 février 2020"),
    "in a year": (date(2020, 6, 30), 12, "attendu le 30 juin 2021"),
    "never yet": (None, 3, "attendu aujourd’hui"),
}


@pytest.mark.parametrize(("last", "every", "words"), TOLD.values(), ids=TOLD)
def test_the_next_contact_is_told_in_words(last: date | None, every: int, words: str) -> None:
    assert following.told(due(last, every)) == words


# Histories


@FEW
@given(passes=st.lists(st.integers(0, 2), max_size=6))
def test_whatever_is_handed_over_the_history_joins_up(
    db_rollback: Rollback, passes: list[int]
) -> None:
    with db_rollback():
        manager = accounts.actor(Role.SERVICE_MANAGER)
        team = [accounts.actor(Role.ADVISER, manager.organisation) for _ in range(3)]
        followed = make.followed(team[0])
        for rank in passes:
            followed = actions.hand_over(followed=followed, to=person_of(team[rank]), by=manager)
        history = list(Handover.objects.visible_to(manager).filter(followed=followed))
        holders = [person_of(team[0]), *(one.taker for one in history)]
        assert [one.giver for one in history] == holders[:-1], "who gives is who had it"
        assert all(one != other for one, other in pairwise(holders)), "to oneself is no handover"
        assert followed.adviser == holders[-1] == person_of(team[passes[-1] if passes else 0])
        assert followed.version == 1 + len(history)
        assert {one.decided_by for one in history} <= {manager.person}


@FEW
@given(
    held=st.lists(st.integers(0, 2), max_size=5),
    passes=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(lambda pair: pair[0] != pair[1]),
        max_size=4,
    ),
)
def test_whole_portfolios_pass_without_losing_a_firm(
    db_rollback: Rollback, held: list[int], passes: list[tuple[int, int]]
) -> None:
    with db_rollback():
        manager = accounts.actor(Role.SERVICE_MANAGER)
        team = [accounts.actor(Role.ADVISER, manager.organisation) for _ in range(3)]
        mine = {make.followed(team[rank]).pk: rank for rank in held}
        for giver, to in passes:
            moved = actions.hand_over_all(
                giver=person_of(team[giver]), to=person_of(team[to]), by=manager
            )
            assert moved == sum(rank == giver for rank in mine.values())
            mine = {key: to if rank == giver else rank for key, rank in mine.items()}
        for rank, adviser in enumerate(team):
            own = {one.pk for one in following.followed(adviser, Wanted())}
            assert own == {key for key, holder in mine.items() if holder == rank}
        assert len(following.followed(manager, Wanted(adviser=EVERYBODY))) == len(held)


@FEW
@given(days=st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=5))
def test_filters_of_what_is_due_are_each_within_the_next(
    db_rollback: Rollback, days: list[int | None]
) -> None:
    with db_rollback():
        adviser = accounts.actor()
        for ago in days:
            followed = make.followed(adviser, every=1)
            if ago is not None:
                when = TODAY - timedelta(days=ago)
                make.visit(adviser, followed.establishment, occurred_on=when)
        late, soon, every = (
            following.followed(adviser, Wanted(due=due_)) for due_ in ("dus", "bientot", "")
        )
        assert late == soon[: len(late)] == every[: len(late)]
        assert soon == every[: len(soon)]
        assert [one.due_on for one in every] == sorted(one.due_on for one in every)
        assert all(one.is_due for one in late)
        assert not any(one.is_due for one in every[len(late) :])
        assert len(every) == len(days)


@pytest.mark.parametrize("because", Ended.values)
def test_a_firm_that_was_left_may_be_followed_anew_from_nothing(because: str) -> None:
    adviser = accounts.actor()
    first = make.followed(adviser, family="industry", every=12)
    actions.stop_following(followed=first, because=because, by=adviser)
    again = make.followed(adviser, first.establishment)
    assert (again.version, again.every, again.ended_on) == (1, 3, None)
    assert following.followed(adviser, Wanted(adviser=EVERYBODY)) == [again]
    first.refresh_from_db()
    assert (first.ended_because, first.ended_on) == (because, TODAY)


def test_families_part_a_portfolio_without_overlap() -> None:
    adviser = accounts.actor()
    for family in Family.values:
        make.followed(adviser, family=family)
    parts = [following.followed(adviser, Wanted(family=family)) for family in Family.values]
    assert [len(part) for part in parts] == [1] * len(Family)
    assert {one.pk for part in parts for one in part} == {
        one.pk for one in following.followed(adviser, Wanted())
    }


# Pages

READS = {Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER}


@pytest.mark.parametrize("role", Role)
def test_each_route_of_portfolios_by_role(client: Client, role: Role) -> None:
    holder = accounts.actor()
    followed = make.followed(holder)
    place = register.establishment()
    accounts.signed_in(client, role, holder.organisation)
    reads = 200 if role in READS | {Role.AUDITOR} else 403
    follows = 200 if role in READS else 403
    runs = 200 if role in READS - {Role.ADVISER} else 403
    for name, args, status in (
        ("portfolio", [], reads), ("portfolio_csv", [], reads), ("followed", [followed.key], reads),
        ("find_to_follow", [], follows), ("follow", [place.key], follows), ("hand_over_all", [], runs),
    ):  # fmt: skip
        assert client.get(reverse(f"outreach:{name}", args=args)).status_code == status, name
    stop = client.post(reverse("outreach:stop", args=[followed.key]), {"because": "done"})
    decides = role in READS - {Role.ADVISER}
    assert stop.status_code == (302 if decides else 403)
    followed.refresh_from_db()
    assert bool(followed.ended_on) is decides


def test_a_colleague_reads_without_deciding_and_a_stranger_finds_nothing(client: Client) -> None:
    holder = accounts.actor()
    followed = make.followed(holder)
    address = reverse("outreach:followed", args=[followed.key])
    accounts.signed_in(client, Role.ADVISER, holder.organisation)
    assert not read(client, address).select("main form")
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    read(client, address, status=404)
    other = reverse("outreach:hand_over", args=[followed.key])
    assert client.post(other, {"to": person_of(holder).pk}).status_code == 404


@pytest.mark.parametrize(
    ("language", "title", "empty"),
    [
        ("fr", "Quelles entreprises attendent un contact", "Aucune entreprise ici"),
        ("en", "Which firms wait for a contact?", "No firm here"),
    ],
)
def test_an_empty_portfolio_speaks_both_languages(
    client: Client, language: str, title: str, empty: str
) -> None:
    adviser = accounts.signed_in(client)
    page = read(client, PAGE, language)
    assert title in page.get_text()
    assert empty in page.get_text()
    make.followed(adviser)
    assert empty not in read(client, PAGE, language).get_text()
    assert empty in read(client, PAGE + "?portefeuille=farming", language).get_text()


def test_a_stale_page_shows_both_answers_and_one_that_is_over_says_so(client: Client) -> None:
    adviser = accounts.signed_in(client)
    followed = make.followed(adviser)
    address = reverse("outreach:followed", args=[followed.key])
    sent = {"family": "social", "every": "6", "version": "1"}
    actions.change_following(followed=followed, family="industry", every=1, version=1, by=adviser)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    followed.refresh_from_db()
    assert (followed.family, followed.every) == ("industry", 1), "nothing is lost by a stale page"
    actions.stop_following(followed=followed, because="done", by=adviser)
    over = client.post(address, sent | {"version": "2"})
    assert over.status_code == 409
    assert "n’est plus suivie" in over.content.decode()


# what is sent | the field refused
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no portfolio": ({"family": ""}, "family"),
    "a portfolio that is none": ({"family": "gold"}, "family"),
    "a pace that is none": ({"every": "5"}, "every"),
    "a pace in words": ({"every": "often"}, "every"),
}


@pytest.mark.parametrize(("given_", "field"), WRONG.values(), ids=WRONG)
def test_a_form_is_refused_where_it_is_wrong(
    client: Client, given_: dict[str, str], field: str
) -> None:
    accounts.signed_in(client)
    address = reverse("outreach:follow", args=[register.establishment().key])
    once = read(client, address).select_one("[name=once]")
    assert once is not None
    sent = {"family": "crafts", "every": "3", "once": str(once["value"])} | given_
    answer = client.post(address, sent)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select(f"[name={field}][aria-invalid=true]")
    assert not FollowedFirm.objects.unscoped(reason="a test").exists()


def test_longer_portfolios_and_histories_ask_the_database_no_more(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    team = [accounts.actor(Role.ADVISER, manager.organisation) for _ in range(2)]
    followed = make.followed(manager)
    pages = [f"{PAGE}?conseiller={EVERYBODY}", reverse("outreach:followed", args=[followed.key])]
    counts: list[list[int]] = []
    for turn in range(2):
        for rank in range(2 + 4 * turn):
            one: Any = make.followed(manager, adviser=person_of(team[rank % 2]))
            make.visit(team[0], one.establishment, occurred_on=date(2020, 6, 1))
            actions.hand_over(followed=followed, to=person_of(team[(rank + turn) % 2]), by=manager)
        asked = []
        for address in pages:
            read(client, address)
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
