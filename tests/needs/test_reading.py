"""Lists of needs as pages read them: what an address asks for, what a line tells, what leaves as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions, reading
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, NeedState, ReferralState, Refusal, Theme
from maillage.ui.csvout import csv_response
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


ASKED: dict[str, tuple[dict[str, str], reading.Wanted]] = {
    "nothing": ({}, reading.Wanted()),
    "a state": ({"etat": "taken"}, reading.Wanted(state="taken")),
    "no state": ({"etat": "lost"}, reading.Wanted()),
    "a theme": ({"theme": "cash"}, reading.Wanted(theme="cash")),
    "no theme": ({"theme": "holidays"}, reading.Wanted()),
    "what was sent": ({"sens": "envoyees"}, reading.Wanted(sent=True)),
    "what was received": ({"sens": "recues"}, reading.Wanted()),
    "another side": ({"sens": "x"}, reading.Wanted()),
    "a partner": ({"partenaire": "p"}, reading.Wanted(partner="p")),
    "a partner without end": ({"partenaire": "p" * 99}, reading.Wanted(partner="p" * 40)),
    "all at once": (
        {"etat": "refused", "theme": "online", "sens": "envoyees", "autre": "x"},
        reading.Wanted(state="refused", theme="online", sent=True),
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_address_asks_for_what_it_says_and_what_is_no_choice_is_left_out(what: str) -> None:
    given, expected = ASKED[what]
    assert reading.Wanted.of(given, ReferralState) == expected


def test_needs_and_referrals_have_states_of_their_own() -> None:
    given = {"etat": "expressed"}
    assert reading.Wanted.of(given, NeedState).state == "expressed"
    assert reading.Wanted.of(given, ReferralState).state == ""


@pytest.mark.parametrize(
    "partner", ["", "x", "0" * 32, "' OR 1=1", "00000000-0000-0000-0000-000000000000"]
)
def test_a_partner_that_is_none_finds_what_it_may(partner: str) -> None:
    adviser = accounts.actor()
    make.referral(adviser)
    found = reading.referrals(adviser, reading.Wanted(sent=True, partner=partner))
    assert found.count() == (0 if partner else 1)


def test_one_partner_among_two_is_asked_for_by_its_key() -> None:
    adviser = accounts.actor()
    (one, _), (two, _) = make.partner(), make.partner()
    for partner in (one, one, two):
        make.referral(adviser, partner)
    found = reading.referrals(adviser, reading.Wanted(sent=True, partner=str(one.key)))
    assert found.count() == 2


# Days it waits: sent on Tuesday 2 June 2020.
WAITS = [
    ("2020-06-02", 0, False), ("2020-06-03", 1, False), ("2020-06-05", 3, False), ("2020-06-07", 3, False),
    ("2020-06-08", 4, False), ("2020-06-09", 5, False), ("2020-06-10", 6, True), ("2020-07-14", 29, True),
]  # fmt: skip


@pytest.mark.parametrize(("day", "waits", "late"), WAITS)
def test_a_request_that_waits_tells_working_days_and_is_late_past_five(
    day: str, waits: int, late: bool
) -> None:
    partner, expert = make.partner()
    referral = again(make.referral(to=partner))
    row = reading.row_of(referral, expert, date.fromisoformat(day))
    assert (row.waits, row.is_late) == (waits, late)


@pytest.mark.parametrize("state", ["taken", "closed", "refused"])
def test_one_that_was_answered_waits_no_more(state: str) -> None:
    partner, expert = make.partner()
    referral = make.referral(to=partner)
    if state == "refused":
        actions.refuse(referral=again(referral), refusal=Refusal.KNOWN, by=expert)
    else:
        actions.take_up(referral=again(referral), by=expert)
    if state == "closed":
        actions.close_referral(referral=again(referral), ending=Ending.HELPED, by=expert)
    row = reading.row_of(again(referral), expert, date(2020, 9, 1))
    assert (row.state, row.waits, row.is_late) == (ReferralState(state), None, False)
    assert bool(row.firm) is (state != "refused"), "refused, its firm is told no more"


def test_each_tally_opens_the_list_that_it_counts() -> None:
    adviser = accounts.actor(Role.SERVICE_MANAGER)
    partner, expert = make.partner()
    first = make.referral(adviser, partner)
    make.referral(adviser, partner)
    actions.take_up(referral=again(first), by=expert)
    [inbox] = reading.inboxes(adviser)
    assert inbox.total == 2
    for tally in inbox.counts:
        query = dict(part.split("=") for part in tally.url.partition("?")[2].split("&"))
        wanted = reading.Wanted.of(query, ReferralState)
        assert reading.referrals(adviser, wanted).count() == tally.number, tally.state


def test_partners_to_whom_nothing_was_sent_have_no_line() -> None:
    make.partner()
    assert reading.inboxes(accounts.actor(Role.SERVICE_MANAGER)) == []


# As a table


def table(actor: Actor, *, sent: bool = False) -> tuple[list[str], list[list[Any]]]:
    return reading.as_csv(reading.referrals(actor, reading.Wanted(sent=sent)), actor)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_table_has_as_many_cells_as_headers_in_both_languages(language: str) -> None:
    adviser = accounts.actor()
    make.referral(adviser)
    with translation.override(language):
        header, rows = table(adviser, sent=True)
    assert len(set(header)) == len(header) == 10
    assert [len(row) for row in rows] == [10]
    assert isinstance(rows[0][6], datetime)


def test_a_table_tells_what_came_of_each_request() -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    helped, refused = make.referral(adviser, partner), make.referral(adviser, partner)
    actions.close_referral(referral=again(helped), ending=Ending.HELPED, by=expert)
    actions.refuse(referral=again(refused), refusal=Refusal.NO_ROOM, by=expert)
    _header, rows = table(adviser, sent=True)
    assert {row[-1] for row in rows} == {"Aide apportée", "Personne n’est disponible"}
    assert all(row[8] is not None for row in rows)


def test_a_firm_named_like_a_formula_is_data_in_a_spreadsheet() -> None:
    adviser = accounts.actor()
    firm = register.establishment(unit_name="=1+1")
    make.referral(adviser, of=make.need(adviser, firm))
    header, rows = table(adviser, sent=True)
    text = csv_response("x.csv", header, rows).content.decode()
    assert "'=1+1" in text


# Readings that are noted


def noted(need: Need) -> list[Access]:
    return list(Access.objects.visible_to(MACHINE).filter(object_key=str(need.key)))


def test_who_heard_a_need_reads_it_unnoted_and_a_partner_and_an_auditor_are_noted() -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = again(make.referral(adviser, partner, theme=Theme.CASH))
    auditor = accounts.actor(Role.AUDITOR)
    for actor in (adviser, expert, auditor, expert):
        reading.note_reading(referral, actor)
    assert len(noted(referral.need)) == 2
    reading.note_audit(referral.need, adviser)
    reading.note_audit(referral.need, accounts.actor(Role.OFFICER))
    assert len(noted(referral.need)) == 2
    assert {row.organisation for row in reading.who_read(referral.need)} == {
        partner,
        auditor.organisation,
    }


def test_the_latest_reading_is_told_first() -> None:
    partner, expert = make.partner()
    referral = again(make.referral(to=partner))
    for day in ("2020-06-03", "2020-06-04", "2020-06-05"):
        with clock.at(clock.parse_instant(f"{day}T10:00")):
            reading.note_reading(referral, expert)
    told = [clock.local_day(row.at) for row in reading.who_read(referral.need)]
    assert told == [date(2020, 6, 5), date(2020, 6, 4), date(2020, 6, 3)]


def test_who_may_not_read_is_not_noted() -> None:
    referral = again(make.referral())
    reading.note_reading(referral, accounts.actor())
    assert noted(referral.need) == []
