"""Who reads what of a need: its words, its firm, its theme, its dates; and who is told that they did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access, Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.needs import actions, lines
from maillage.needs.models import Referral
from maillage.needs.vocabulary import Ending, Refusal, Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
WORDS = "Our oven is too small"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def sent() -> tuple[Actor, Organisation, Actor, Referral]:
    """A need heard by an adviser, with its words, sent to a partner."""
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner, words=WORDS, contact_phone="03 20 00 00 00")
    return adviser, partner, expert, referral


Sent = tuple[Actor, Organisation, Actor, Referral]


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def page(client: Client, actor: Actor, referral: Referral) -> HttpResponse:
    assert actor.person is not None
    client.force_login(actor.person)
    return client.get(reverse("needs:referral", kwargs={"key": referral.key}))


def reads_words(client: Client, actor: Actor, referral: Referral) -> bool:
    answer = page(client, actor, referral)
    assert answer.status_code == 200
    return WORDS in answer.content.decode()


def test_the_partner_reads_the_firm_s_words_and_telephone(client: Client, sent: Sent) -> None:
    _adviser, _partner, expert, referral = sent
    answer = page(client, expert, referral).content.decode()
    assert WORDS in answer
    assert 'href="tel:0320000000"' in answer


def test_opening_it_says_that_it_was_seen_once(client: Client, sent: Sent) -> None:
    adviser, _partner, expert, referral = sent
    page(client, adviser, referral)
    assert again(referral).seen_at is None
    page(client, expert, referral)
    seen = again(referral).seen_at
    assert seen is not None
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        page(client, expert, referral)
    assert again(referral).seen_at == seen


LOST = {
    "refused": lambda r, _a, e: actions.refuse(referral=r, refusal=Refusal.NO_ROOM, by=e),
    "taken back": lambda r, a, _e: actions.take_back(referral=r, by=a),
    "agreement ended": lambda r, a, _e: actions.end_agreement(need=r.need, partner=None, by=a),
    "given up": lambda r, a, _e: actions.give_up(need=r.need, by=a),
}


@pytest.mark.parametrize("how", LOST)
def test_a_partner_that_lost_it_reads_its_dates_and_no_words_at_the_very_next_request(
    client: Client, sent: Sent, how: str
) -> None:
    adviser, _partner, expert, referral = sent
    assert reads_words(client, expert, referral)
    LOST[how](again(referral), adviser, expert)
    assert not reads_words(client, expert, referral)
    assert "03 20" not in page(client, expert, referral).content.decode()
    assert reads_words(client, adviser, referral)


def test_an_expired_request_is_read_no_more_before_the_job_even_ran(
    client: Client, sent: Sent
) -> None:
    _adviser, _partner, expert, referral = sent
    with clock.at(clock.parse_instant("2020-08-02T10:00")):
        assert not reads_words(client, expert, referral)


def test_a_partner_that_helped_goes_on_reading(client: Client, sent: Sent) -> None:
    _adviser, _partner, expert, referral = sent
    actions.close_referral(referral=again(referral), ending=Ending.HELPED, by=expert)
    assert reads_words(client, expert, referral)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_a_stranger_finds_nothing(client: Client, sent: Sent, role: Role) -> None:
    stranger = accounts.actor(role)
    answer = page(client, stranger, sent[3])
    assert answer.status_code in {403, 404}
    assert WORDS not in answer.content.decode()


def test_who_shares_its_needs_shows_their_theme_and_state_and_no_word(
    client: Client, sent: Sent
) -> None:
    adviser, _partner, _expert, referral = sent
    officer = accounts.actor(Role.OFFICER)
    accounts.share(adviser.acting_for(), officer.acting_for(), "needs", Sensitivity.PARTNERS)
    assert not reads_words(client, officer, referral)
    assert client.get(reverse("needs:need", kwargs={"key": referral.need.key})).status_code == 200


def test_a_difficulty_is_named_to_whom_it_was_told_and_sent_to_only(client: Client) -> None:
    adviser, officer = accounts.actor(), accounts.actor(Role.OFFICER)
    partner, expert = make.partner()
    referral = make.referral(adviser, partner, theme=Theme.CASH)
    accounts.share(adviser.acting_for(), officer.acting_for(), "needs", Sensitivity.PARTNERS)
    name = referral.need.title
    assert name in page(client, expert, referral).content.decode()
    assert name not in page(client, officer, referral).content.decode()
    assert lines.called(referral.need, officer) != name
    accounts.share(adviser.acting_for(), officer.acting_for(), "needs", Sensitivity.DIFFICULTY)
    assert lines.called(referral.need, accounts.actor(Role.OFFICER, officer.organisation)) == name


def test_each_reading_by_somebody_else_is_written_once_a_day_for_the_firm(
    client: Client, sent: Sent
) -> None:
    adviser, partner, expert, referral = sent
    for _ in range(3):
        page(client, expert, referral)
    page(client, adviser, referral)
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        page(client, expert, referral)
    rows = Access.objects.visible_to(MACHINE).filter(object_key=str(referral.need.key))
    assert [row.organisation for row in rows] == [partner] * 2
    assert {row.subject_key for row in rows} == {str(referral.need.legal_unit.key)}


def test_the_timeline_tells_each_what_they_may_know(sent: Sent) -> None:
    adviser, _partner, expert, referral = sent
    key = str(referral.key)
    assert lines.referrals([key], adviser)[key].url
    assert lines.referrals([key], expert)[key].title == referral.need.title
    assert lines.referrals([key], accounts.actor()) == {}
    assert lines.needs([str(referral.need.key)], expert) == {}


# Lists and counts


def rows(client: Client, actor: Actor, name: str, query: str = "") -> BeautifulSoup:
    assert actor.person is not None
    client.force_login(actor.person)
    answer = client.get(reverse(f"needs:{name}") + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_counts_of_the_manager_s_page_equal_the_lists_they_open_and_the_inboxes(
    client: Client,
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    (one, first), (two, second) = make.partner(), make.partner()
    for rank in range(4):
        referral = again(make.referral(manager, one if rank % 2 else two))
        if rank == 1:
            actions.take_up(referral=referral, by=first)
        if rank == 2:
            actions.refuse(referral=referral, refusal=Refusal.KNOWN, by=second)
    table = rows(client, manager, "followed")
    links = table.select("ol.inboxes a")
    assert sum(int(link.text.split()[-1]) for link in links) == 4
    for link in links:
        address = str(link["href"])
        listed = rows(client, manager, "referrals", "?" + address.partition("?")[2])
        assert len(listed.select("ol.records > li")) == int(link.text.split()[-1])
    inboxes = [rows(client, expert, "referrals") for expert in (first, second)]
    assert sum(len(box.select("ol.records > li")) for box in inboxes) == 4


def test_a_need_that_nobody_has_in_hand_is_itself_listed(client: Client) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    never = make.need(manager, theme=Theme.ENERGY)
    partner, expert = make.partner()
    refused = make.referral(manager, partner, theme=Theme.ONLINE)
    actions.refuse(referral=again(refused), refusal=Refusal.NO_ROOM, by=expert)
    held = make.referral(manager, theme=Theme.PREMISES)
    names = rows(client, manager, "followed").select("section[aria-labelledby=nobody] li a")
    assert {name.text for name in names} == {never.title, refused.need.title}
    assert held.need.title not in {name.text for name in names}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 3),
        ("?theme=premises", 1),
        ("?theme=nothing", 3),
        ("?etat=sent", 1),
        ("?etat=expressed", 2),
        ("?etat=nowhere", 3),
    ],
)
def test_needs_are_filtered_by_the_address(client: Client, query: str, expected: int) -> None:
    adviser = accounts.actor()
    for theme in (Theme.PREMISES, Theme.ONLINE):
        make.need(adviser, theme=theme)
    make.referral(adviser, theme=Theme.ENERGY)
    make.need()
    assert len(rows(client, adviser, "needs", query).select("ol.records > li")) == expected


def test_the_list_leaves_as_a_table_without_words_nor_contacts(client: Client, sent: Sent) -> None:
    _adviser, _partner, expert, referral = sent
    assert expert.person is not None
    client.force_login(expert.person)
    told = client.get(reverse("needs:referrals_csv")).content.decode()
    assert referral.need.establishment.display_name in told
    assert WORDS not in told
    assert "03 20" not in told


@pytest.mark.parametrize("name", ["needs", "referrals", "followed", "referrals_csv"])
def test_a_list_asks_as_many_questions_for_one_as_for_twenty(client: Client, name: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    manager = accounts.actor(Role.SERVICE_MANAGER)
    partner = manager.acting_for()
    make.referral(manager, partner)
    make.need(manager)
    assert manager.person is not None
    client.force_login(manager.person)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(f"needs:{name}")).status_code == 200
        return len(seen)

    asked()
    make.need(manager)  # what figures kept of the reading before no longer holds
    few = asked()
    for _ in range(12):
        make.need(manager)
        make.referral(manager, partner)
    assert asked() <= few
