"""A firm's timeline: all acts of all partners, the newest first, masked where the reader has no right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import ledger
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.models import Organisation
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.ledger import permissions, showing
from maillage.ledger.models import Act
from maillage.register.models import Establishment
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Establishment:
    return register.establishment()


@pytest.fixture
def chamber() -> Organisation:
    return accounts.organisation(short_name="CMA")


def test_the_newest_act_comes_first(firm: Establishment) -> None:
    for day in ("2020-02-01", "2020-03-01", "2020-01-01"):
        factory.act(establishment=firm, occurred_on=factory.day(day))
    found = ledger.timeline(firm.legal_unit, accounts.actor())
    assert [entry.month for entry in found] == ["2020-03", "2020-02", "2020-01"]
    assert found[0].occurred_on == date(2020, 3, 1)


def test_all_partners_and_establishments_of_the_firm_are_there_and_no_other_firm(
    firm: Establishment,
) -> None:
    second = register.establishment(legal_unit=firm.legal_unit)
    for place in (firm, second, register.establishment()):
        factory.act(establishment=place)
    assert ledger.timeline(firm.legal_unit, accounts.actor()).total == 2


def test_what_the_reader_may_not_see_is_a_masked_line(
    firm: Establishment, chamber: Organisation
) -> None:
    factory.act(
        establishment=firm,
        keeper=chamber,
        occurred_on=date(2020, 2, 3),
        source=("tests.visit", "hidden-1"),
    )
    (entry,) = ledger.timeline(firm.legal_unit, accounts.actor())
    assert entry == ledger.Entry(
        kind=factory.VISIT.words, keeper="CMA", month="2020-02", state="stands"
    )
    assert entry.is_masked


def test_what_the_reader_may_see_is_told_by_the_package_that_knows_it(firm: Establishment) -> None:
    act = factory.act(establishment=firm, source=("tests.visit", "seen"))
    (entry,) = ledger.timeline(firm.legal_unit, accounts.actor())
    assert not entry.is_masked
    assert entry.line is not None
    assert (entry.line.title, entry.line.url) == ("Visit seen", "/visits/seen/")
    assert (entry.key, entry.recorded_at) == (act.key, act.recorded_at)


def test_an_act_and_its_cancellation_and_what_replaces_it_are_shown(firm: Establishment) -> None:
    chamber = accounts.organisation()
    first = factory.act(establishment=firm, keeper=chamber, occurred_on=date(2020, 1, 5))
    cancelling = factory.reversal(first, reason_code="wrong_day")
    factory.act(establishment=firm, keeper=chamber, occurred_on=date(2020, 1, 6))
    new, cancels, cancelled = ledger.timeline(firm.legal_unit, accounts.actor())
    assert (new.state, cancels.state, cancelled.state) == ("stands", "cancels", "cancelled")
    assert (cancels.other, cancelled.other) == (first.key, cancelling.key)
    assert (cancels.reason_code, cancelled.reason_code) == ("wrong_day", "")


def test_a_masked_act_that_was_cancelled_does_not_read_as_two_acts(firm: Establishment) -> None:
    act = factory.act(establishment=firm, source=("tests.visit", "hidden-2"))
    factory.reversal(act)
    states = [entry.state for entry in ledger.timeline(firm.legal_unit, accounts.actor())]
    assert states == ["cancels", "cancelled"]


SENSITIVE: list[dict[str, Any]] = [{"kind": factory.DISTRESS}, {"theme": "tests_hardship"}]


@pytest.mark.parametrize("said", SENSITIVE, ids=["kind", "theme"])
def test_a_difficulty_is_masked_for_a_partner_and_still_there(
    said: dict[str, Any], firm: Establishment, chamber: Organisation
) -> None:
    factory.act(establishment=firm, keeper=chamber, **said)

    def masked(actor: Any) -> list[bool]:
        return [entry.is_masked for entry in ledger.timeline(firm.legal_unit, actor)]

    partner = accounts.organisation()
    assert masked(ANONYMOUS) == [True]
    assert masked(accounts.actor(organisation=partner)) == [True]
    accounts.share(chamber, partner, "acts", Sensitivity.PARTNERS)
    assert masked(accounts.actor(organisation=partner)) == [True]
    accounts.share(chamber, partner, "acts", Sensitivity.DIFFICULTY)
    assert masked(accounts.actor(organisation=partner)) == [False]
    assert masked(accounts.actor(organisation=chamber)) == [False]
    assert masked(System("a report")) == [False]


def test_an_act_whose_kind_or_theme_the_code_forgot_is_masked(firm: Establishment) -> None:
    forgotten = Act(kind="tests.forgotten_done", keeper_id=1, organisation_id=1)
    assert permissions.is_sensitive(forgotten)
    assert permissions.is_sensitive(Act(kind=factory.VISIT.name, theme="forgotten"))
    assert not permissions.is_sensitive(Act(kind=factory.VISIT.name, theme=""))


def test_pages_follow_one_another_without_loss(firm: Establishment) -> None:
    factory.acts(7, establishment=firm)
    pages = [ledger.timeline(firm.legal_unit, accounts.actor(), page, 3) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({entry.key for page in pages for entry in page}) == 7
    assert [page.has_next for page in pages] == [True, True, False]
    assert (pages[0].pages, pages[0].total) == (3, 7)
    assert ledger.timeline(firm.legal_unit, accounts.actor(), 0, 3).page == 1


def test_the_timeline_asks_as_many_queries_for_ten_acts_as_for_fifty(firm: Establishment) -> None:
    actor = accounts.actor()

    def queries(number: int) -> int:
        for act in factory.acts(number, establishment=firm):
            factory.reversal(act)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ledger.timeline(firm.legal_unit, actor)
        return len(captured)

    assert queries(5) == queries(20) <= 4


def test_the_sources_of_a_page_are_presented_in_one_call(
    firm: Establishment, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def presenter(keys: Sequence[str], _actor: Any) -> dict[str, ledger.Line]:
        calls.append(list(keys))
        return {}

    monkeypatch.setattr(showing, "presenter", lambda _path: presenter)
    for key in ("a", "b", "a"):
        factory.act(establishment=firm, source=("tests.visit", key), occurred_on=date(2020, 1, 1))
    ledger.timeline(firm.legal_unit, accounts.actor())
    assert calls == [["a", "b"]]


def test_effective_acts_are_those_that_stand_as_far_as_was_known() -> None:
    start = datetime(2020, 1, 1, 9, tzinfo=UTC)
    with clock.at(start):
        act = factory.act()
    with clock.at(start + timedelta(days=2)):
        factory.reversal(act)

    def standing(instant: datetime | None) -> int:
        acts = Act.objects.unscoped(reason="a test").effective(instant)
        return acts.count()

    assert standing(start - timedelta(microseconds=1)) == 0
    assert standing(start) == 1
    assert standing(start + timedelta(days=2)) == 0
    assert standing(None) == 0
    assert len(kept()) == 2


def test_acts_are_found_by_their_source() -> None:
    wanted = [factory.act(source=("tests.visit", key)) for key in ("a", "b")]
    factory.act(source=("tests.other", "a"))
    factory.act(source=("tests.visit", "c"))
    found = Act.objects.unscoped(reason="a test").of_source("tests.visit", "a", "b")
    assert {act.key for act in found} == {act.key for act in wanted}


def test_a_reader_sees_own_acts_those_made_in_its_name_and_shared_ones() -> None:
    owner, partner, stranger = (accounts.organisation() for _ in range(3))
    factory.act(keeper=owner)
    factory.act(by=accounts.actor(organisation=stranger), organisation=partner)

    def seen(organisation: Organisation) -> int:
        actor = accounts.actor(organisation=organisation)
        return Act.objects.visible_to(actor).count()

    assert (seen(owner), seen(partner), seen(stranger)) == (1, 1, 1)
    accounts.share(owner, partner, "acts")
    assert (seen(owner), seen(partner), seen(stranger)) == (1, 2, 1)
    assert Act.objects.visible_to(ANONYMOUS).count() == 0
    assert Act.objects.visible_to(System("a job")).count() == 2


def test_the_acts_of_places_are_theirs_whatever_their_firms(firm: Establishment) -> None:
    other, third = register.establishment(), register.establishment(legal_unit=firm.legal_unit)
    for place in (firm, other, third):
        factory.act(establishment=place)
    reader = accounts.actor()
    assert ledger.timeline_of_places([firm, other], reader).total == 2
    assert ledger.timeline_of_places([], reader).total == 0
    page = ledger.timeline_of_places([firm, other], reader, size=1)
    assert (len(page), page.pages, page.has_next) == (1, 2, True)
