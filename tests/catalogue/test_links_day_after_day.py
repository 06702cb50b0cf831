"""Links of entries over many days, against a model of them: what is asked, what is found dead, what is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.actions.links import AT_ONCE, Checked
from maillage.catalogue.importers import offers
from maillage.catalogue.models import EntryVersion, Link
from maillage.catalogue.vocabulary import Flag
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.remote.knocking import Knock
from tests.factories import accounts, catalogue as make

pytestmark = pytest.mark.django_db
FIRST = date(2020, 6, 1)
PAGE, OTHER = "https://a.example/", "https://b.example/"
ANSWERS: dict[str, Knock | None] = {
    "good": Knock(is_there=True, status=200),
    "bad": Knock(is_there=False, status=404),
    "late": Knock(is_there=False, why="timeout"),
    "private": None,
}


@pytest.fixture(autouse=True)
def _on(settings: object) -> None:
    settings.CATALOGUE_CHECKS_LINKS = True  # type: ignore[attr-defined]


def ran(day: date, answers: dict[str, str], at_once: int = AT_ONCE) -> tuple[Checked, list[str]]:
    """A run of the job on a day, and the pages that it asked, in order."""
    asked: list[str] = []

    def knocks(url: str) -> Knock | None:
        asked.append(url)
        return ANSWERS[answers.get(url, "good")]

    noon = datetime.combine(day, time(12), tzinfo=clock.PARIS)
    with clock.at(noon):
        return actions.check_links(knocks=knocks, at_once=at_once), asked


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass
class Life:
    """What must be true of one link: the days since which it did not answer."""

    asked: date | None = None
    answered: date | None = None
    failed: list[date] = field(default_factory=list)

    def hear(self, when: date, answer: str) -> None:
        if self.asked == when:
            return
        self.asked = when
        if answer == "good":
            self.answered, self.failed = when, []
        elif answer != "private":
            self.failed.append(when)

    def told(self) -> tuple[date | None, date | None, date | None, date | None, bool]:
        first = self.failed[0] if self.failed else None
        again = self.failed[-1] if len(self.failed) > 1 else None
        return self.asked, self.answered, first, again, len(self.failed) > 1


def kept(url: str) -> tuple[date | None, date | None, date | None, date | None, bool]:
    one = Link.objects.get(url=url)
    return one.checked_on, one.answered_on, one.failed_on, one.failed_again_on, one.is_dead


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    runs=st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from(sorted(ANSWERS)), st.sampled_from(sorted(ANSWERS))
        ),
        max_size=10,
    )
)
def test_whatever_the_days_and_the_answers_a_link_is_what_the_model_says(
    runs: list[tuple[int, str, str]], db_rollback: Callable[[], AbstractContextManager[None]]
) -> None:
    with db_rollback():
        make.entry(link=PAGE)
        make.entry(link=OTHER)
        today, lives = FIRST, {PAGE: Life(), OTHER: Life()}
        for days, first, second in runs:
            today += timedelta(days=days)
            told = {PAGE: first, OTHER: second}
            ran(today, told)
            for url, life in lives.items():
                life.hear(today, told[url])
                assert kept(url) == life.told()
        dead = set(Link.objects.dead().values_list("url", flat=True))
        assert dead == {url for url, life in lives.items() if len(life.failed) > 1}


def test_a_run_counts_each_link_once_under_one_answer() -> None:
    answers = dict(zip((f"{PAGE}{name}" for name in ANSWERS), ANSWERS, strict=True))
    for url in answers:
        make.entry(link=url)
    done, asked = ran(FIRST, answers)
    assert sorted(asked) == sorted(answers)
    assert (done.asked, done.answered, done.failed, done.passed_over) == (4, 1, 2, 1)
    assert done.answered + done.failed + done.passed_over == done.asked
    assert str(done) == "4 asked, 1 answered, 2 did not, 1 may not be asked"


def test_why_a_link_failed_is_kept_until_it_answers() -> None:
    make.entry(link=PAGE)
    ran(day(0), {PAGE: "bad"})
    assert list(Link.objects.values_list("status", "why")) == [(404, "")]
    ran(day(1), {PAGE: "late"})
    assert list(Link.objects.values_list("status", "why")) == [(None, "timeout")]
    ran(day(2), {PAGE: "good"})
    assert list(Link.objects.values_list("status", "why")) == [(200, "")]


def test_many_days_without_a_worker_are_one_run_and_kill_nothing_alone() -> None:
    make.entry(link=PAGE)
    ran(day(0), {PAGE: "bad"})
    done, _asked = ran(day(40), {PAGE: "good"})
    assert done.asked == 1
    assert kept(PAGE) == (day(40), day(40), None, None, False)


def test_each_link_has_its_turn_when_a_run_asks_fewer_than_there_are() -> None:
    for number in range(7):
        make.entry(link=f"{PAGE}{number}")
    turns = [ran(day(number), {}, at_once=3)[1] for number in range(7)]
    every = {f"{PAGE}{number}" for number in range(7)}
    assert all(len(turn) == 3 for turn in turns)
    for first in range(5):  # none waits for more than three runs
        assert {url for turn in turns[first : first + 3] for url in turn} == every


# What entries say meanwhile


def by_the_entry(officer: Actor, title: str = "Atelier") -> EntryVersion:
    return make.last(make.entry(officer, title=title, link=PAGE))


def test_a_page_said_anew_is_asked_from_its_first_day(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    version = by_the_entry(officer)
    ran(day(0), {PAGE: "bad"})
    ran(day(1), {PAGE: "bad"})
    actions.edit_entry(entry=version.entry, content=make.content(link=OTHER), version=1, by=officer)
    assert not make.last(version.entry).is_dead
    ran(day(2), {OTHER: "bad"})
    assert list(Link.objects.values_list("url", flat=True)) == [OTHER]
    assert kept(OTHER) == (day(2), None, day(2), None, False)


def test_a_page_that_two_entries_bear_lives_as_long_as_one_of_them(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    first, second = by_the_entry(officer, "Un"), by_the_entry(officer, "Deux")
    ran(day(0), {PAGE: "bad"})
    actions.retire_entry(entry=first.entry, version=1, by=officer)
    ran(day(1), {PAGE: "bad"})
    assert Link.objects.get().is_dead
    assert make.last(second.entry).is_dead
    actions.retire_entry(entry=second.entry, version=1, by=officer)
    ran(day(2), {})
    assert not Link.objects.exists()


def test_the_page_of_a_load_taken_back_is_asked_no_more() -> None:
    load = make.told(offers.IMPORTER, make.service(lien_source=PAGE))
    assert ran(day(0), {})[1] == [PAGE]
    evening = datetime.combine(day(0), time(18), tzinfo=clock.PARIS)
    Load.objects.filter(pk=load.pk).update(state="undone", undone_at=evening)
    assert ran(day(1), {})[1] == []
    assert not Link.objects.exists()


def test_the_page_of_a_provider_is_not_asked(client: Client) -> None:
    from maillage.catalogue.importers import structures

    make.told(structures.IMPORTER, make.structure(site_web=PAGE))
    assert ran(day(0), {})[1] == []


def test_confirming_an_entry_says_nothing_of_its_page(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    version = by_the_entry(officer)
    ran(day(0), {PAGE: "bad"})
    ran(day(1), {PAGE: "bad"})
    actions.confirm_entry(entry=version.entry, version=1, by=officer)
    assert make.last(version.entry).is_dead


# On screen


@pytest.fixture
def _at_end_of_june() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.mark.usefixtures("_at_end_of_june")
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["bad", "bad"], "no answer on 1 June 2020, nor on 2 June 2020"),
        (["good", "bad"], "last answered on 1 June 2020"),
        (["bad"], "asked on 1 June 2020, no answer yet"),
        (["bad", "bad", "good"], "last answered on 3 June 2020"),
    ],
)
def test_the_page_of_an_entry_tells_the_life_of_its_link_in_english(
    client: Client, days: list[str], words: str
) -> None:
    officer = accounts.signed_in(client, Role.ELECTED)
    client.cookies["django_language"] = "en"
    made = make.entry(link=PAGE)
    assert officer.person is not None
    for number, answer in enumerate(days):
        ran(day(number), {PAGE: answer})
    found = BeautifulSoup(client.get(f"/catalogue/{made.key}/").content, "html.parser")
    text = " ".join(found.get_text(" ", strip=True).split())
    assert words in text
    assert ("Dead link" in text) is ("nor on" in words)
    for french in ("sans réponse", "a répondu", "Lien mort"):
        assert french not in text


@pytest.mark.usefixtures("_at_end_of_june")
def test_a_link_that_was_never_asked_says_nothing(client: Client) -> None:
    accounts.signed_in(client)
    made = make.entry(link=PAGE)
    text = client.get(f"/catalogue/{made.key}/").content.decode()
    assert PAGE in text
    for words in ("a répondu le", "sans réponse", "Lien mort"):
        assert words not in text


@pytest.mark.usefixtures("_at_end_of_june")
def test_dead_links_of_others_are_not_counted_for_an_organisation(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    make.entry(officer, title="La nôtre", link=PAGE)
    make.entry(title="La leur", link=OTHER)
    for number in range(2):
        ran(day(number), {PAGE: "bad", OTHER: "bad"})
    rows = EntryVersion.objects.offered()
    assert rows.flagged(Flag.DEAD, day(29)).count() == 2
    found = BeautifulSoup(client.get("/catalogue/").content, "html.parser")
    told = found.select_one('#to-check + ul a[href*="a-verifier=dead"]')
    assert told is not None
    assert told.find_next("strong").get_text() == "1"  # type: ignore[union-attr]
    listed = BeautifulSoup(client.get(str(told["href"])).content, "html.parser")
    assert [one.get_text() for one in listed.select(".records li > a")] == ["La nôtre"]


def test_following_asks_as_many_questions_for_two_links_as_for_twenty() -> None:
    def asked(at: date) -> int:
        with CaptureQueriesContext(connection) as captured:
            ran(at, {}, at_once=0)
        return len(captured)

    for number in range(2):
        make.entry(link=f"{PAGE}{number}")
    before = asked(day(0))
    for number in range(2, 20):
        make.entry(link=f"{PAGE}{number}")
    assert asked(day(1)) == before
    assert Link.objects.count() == 20
