"""Links of entries: asked once a day when it is turned on, dead after two failures on two days, alive at the first answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from maillage.accounts.roles import Role
from maillage.catalogue import actions, jobs
from maillage.catalogue.models import EntryVersion, Link
from maillage.catalogue.vocabulary import Flag
from maillage.kernel import clock
from maillage.kernel.remote.knocking import Knock
from tests.factories import accounts, catalogue as make

pytestmark = pytest.mark.django_db
GOOD, BAD = Knock(is_there=True, status=200), Knock(is_there=False, status=404)
PAGE = "https://a.example/"


@pytest.fixture(autouse=True)
def _on(settings: object) -> None:
    settings.CATALOGUE_CHECKS_LINKS = True  # type: ignore[attr-defined]


class Web:
    """Pages that answer as told, and what was asked of them."""

    def __init__(self, answer: Knock | None = GOOD) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, url: str) -> Knock | None:
        self.asked.append(url)
        return self.answer


def on(day: str, web: Web, **how: int) -> actions.links.Checked:
    """A run of the job on a day."""
    with clock.at(clock.parse_instant(f"{day}T10:00")):
        return actions.check_links(knocks=web, **how)


def link() -> Link:
    return Link.objects.get(url=PAGE)


def test_nothing_is_asked_unless_it_is_turned_on(settings: object) -> None:
    settings.CATALOGUE_CHECKS_LINKS = False  # type: ignore[attr-defined]
    make.entry(link=PAGE)
    web = Web()
    assert str(on("2020-06-01", web)) == "0 asked, 0 answered, 0 did not, 0 may not be asked"
    assert web.asked == []
    assert not Link.objects.exists()


def test_each_link_is_asked_once_whatever_the_entries_that_bear_it() -> None:
    make.entry(link=PAGE)
    make.entry(link=PAGE)
    make.entry(link="")
    web = Web()
    done = on("2020-06-01", web)
    assert web.asked == [PAGE]
    assert (done.asked, done.answered) == (1, 1)
    assert (link().checked_on, link().answered_on, link().status) == (
        date(2020, 6, 1),
        date(2020, 6, 1),
        200,
    )


def test_a_second_run_of_the_day_asks_nothing() -> None:
    make.entry(link=PAGE)
    web = Web()
    on("2020-06-01", web)
    assert on("2020-06-01", web).asked == 0
    assert on("2020-06-02", web).asked == 1


def test_the_longest_unasked_come_first_and_the_next_run_goes_on() -> None:
    for number in range(5):
        make.entry(link=f"{PAGE}{number}")
    web = Web()
    on("2020-06-01", web, at_once=2)
    on("2020-06-01", web, at_once=2)
    on("2020-06-01", web, at_once=2)
    assert sorted(web.asked) == [f"{PAGE}{number}" for number in range(5)]
    make.entry(link=f"{PAGE}new")
    web.asked.clear()
    on("2020-06-02", web, at_once=1)
    assert web.asked == [f"{PAGE}new"]


def test_a_site_is_asked_a_few_pages_in_a_run_and_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions.links, "OF_ONE_SITE", 2)
    many = [f"https://many.example/{number}" for number in range(5)]
    for url in (*many, "https://other.example/"):
        make.entry(link=url)
    web = Web()
    for asked in (3, 2, 1, 0):
        web.asked.clear()
        assert on("2020-06-01", web).asked == len(web.asked) == asked
    assert not Link.objects.filter(checked_on=None).exists()


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_is_asked_too_much_is_left_alone_until_the_next_run(status: int) -> None:
    for url in ("https://tired.example/1", "https://TIRED.example/2", "https://other.example/"):
        make.entry(link=url)
    web = Web(Knock(is_there=status == 429, status=status))
    assert on("2020-06-01", web).asked == 2
    assert on("2020-06-01", web).asked == 1
    assert len(set(web.asked)) == 3
    assert not Link.objects.dead().exists()


@pytest.mark.parametrize(
    ("lives", "dead"),
    [
        ([("2020-06-01", BAD)], False),
        ([("2020-06-01", BAD), ("2020-06-02", BAD)], True),
        ([("2020-06-01", BAD), ("2020-06-09", BAD)], True),
        ([("2020-06-01", BAD), ("2020-06-02", GOOD), ("2020-06-03", BAD)], False),
        ([("2020-06-01", BAD), ("2020-06-02", BAD), ("2020-06-03", GOOD)], False),
        ([("2020-06-01", BAD), ("2020-06-02", None), ("2020-06-03", BAD)], True),
        (
            [("2020-06-01", GOOD), ("2020-06-02", BAD), ("2020-06-03", BAD), ("2020-06-04", BAD)],
            True,
        ),
    ],
)
def test_a_link_is_dead_after_two_failures_on_two_days_with_no_answer_between(
    lives: list[tuple[str, Knock | None]], dead: bool
) -> None:
    make.entry(link=PAGE)
    for day, answer in lives:
        on(day, Web(answer))
    assert link().is_dead is dead
    assert Link.objects.dead().exists() is dead
    version = EntryVersion.objects.offered().get()
    assert (Flag.DEAD in version.flags(date(2020, 6, 30))) is dead
    assert EntryVersion.objects.offered().flagged(Flag.DEAD, date(2020, 6, 30)).exists() is dead


def test_a_link_that_failed_twice_on_one_day_is_not_dead() -> None:
    make.entry(link=PAGE)
    on("2020-06-01", Web(BAD))
    Link.objects.update(checked_on=None)
    on("2020-06-01", Web(BAD))
    assert not link().is_dead


def test_what_may_not_be_asked_is_passed_over_and_told() -> None:
    make.entry(link=PAGE)
    done = on("2020-06-01", Web(None))
    assert (done.asked, done.passed_over, done.failed) == (1, 1, 0)
    assert (link().why, link().failed_on) == ("not_public", None)


def test_a_link_that_no_entry_has_any_more_is_forgotten() -> None:
    by = make.keeper()
    made = make.entry(by, link=PAGE)
    on("2020-06-01", Web(BAD))
    actions.retire_entry(entry=made, version=1, by=by)
    on("2020-06-02", Web(BAD))
    assert not Link.objects.exists()


def test_a_second_failure_comes_after_the_first() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(
            digest="x", url=PAGE, failed_on=date(2020, 6, 2), failed_again_on=date(2020, 6, 2)
        )


def test_the_job_tells_what_it_did(settings: object) -> None:
    settings.CATALOGUE_CHECKS_LINKS = False  # type: ignore[attr-defined]
    assert jobs.ask_links.func() == "0 asked, 0 answered, 0 did not, 0 may not be asked"
    assert set(jobs.EVERY) == set(jobs.WORDS) == {jobs.ask_links}


@pytest.fixture
def _at_end_of_june() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.mark.usefixtures("_at_end_of_june")
def test_a_dead_link_is_told_on_the_entry_and_counted_for_those_who_keep_it(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    made = make.entry(officer, link=PAGE)
    on("2020-06-01", Web(BAD))
    on("2020-06-02", Web(BAD))
    page = client.get(f"/catalogue/{made.key}/").content.decode()
    assert "Lien mort" in page
    assert "sans réponse le 1er juin 2020, ni le 2 juin 2020" in page
    listed = client.get("/catalogue/?gardees=oui&a-verifier=dead").content.decode()
    assert made.versions.get().title in listed
    assert (
        'href="/catalogue/?gardees=oui&amp;a-verifier=dead"'
        in client.get("/catalogue/").content.decode()
    )


@pytest.mark.usefixtures("_at_end_of_june")
@pytest.mark.parametrize(
    ("answer", "words"),
    [(GOOD, "a répondu le 1er juin 2020"), (BAD, "demandée le 1er juin 2020, sans réponse")],
)
def test_an_entry_says_when_its_page_last_answered(
    client: Client, answer: Knock, words: str
) -> None:
    accounts.signed_in(client)
    made = make.entry(link=PAGE)
    on("2020-06-01", Web(answer))
    assert words in client.get(f"/catalogue/{made.key}/").content.decode()


def test_a_list_of_dead_links_says_so_on_each_line_whatever_else_is_to_be_checked(
    client: Client,
) -> None:
    accounts.signed_in(client)
    make.entry(link=PAGE, told_on=date(2018, 1, 1))
    for day in ("2020-06-01", "2020-06-02"):
        on(day, Web(BAD))
    for flag, said in (("dead", "Lien mort"), ("stale", "Sans mise à jour depuis 12 mois")):
        page = client.get("/catalogue/", {"a-verifier": flag}).content.decode()
        _above, records = page.split('<ol class="records">', 1)
        assert said in records.split("</ol>", 1)[0]
