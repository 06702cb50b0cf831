"""Where needs and referrals stand: the property, the database's answer and the sight of a partner agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest

from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, NeedState, ReferralState, Refusal, Theme, Withdrawal
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY = date(2020, 6, 2)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


#: Which instants a referral has → where it stands, whether it is live, whether its partner still reads it.
STANDS = """
    seen taken closed refused expired withdrawn | state     live reads
    -    -     -      -       -       -         | sent      x    x
    x    -     -      -       -       -         | seen      x    x
    x    x     -      -       -       -         | taken     x    x
    x    x     x      -       -       -         | closed    -    x
    x    -     -      x       -       -         | refused   -    -
    -    -     -      -       x       -         | expired   -    -
    x    -     -      -       x       -         | expired   -    -
    -    -     -      -       -       x         | withdrawn -    -
    x    x     -      -       -       x         | withdrawn -    -
"""
NAMES = ("seen", "taken", "closed", "refused", "expired", "withdrawn")
ROWS = [line.replace("|", "").split() for line in STANDS.strip().splitlines()[1:]]


def with_instants(*names: str) -> Referral:
    referral = make.referral()
    told: dict[str, object] = {f"{name}_at": clock.now() for name in names}
    told |= {"ending": Ending.HELPED} if "closed" in names else {}
    told |= {"refusal": Refusal.KNOWN} if "refused" in names else {}
    told |= {"withdrawn_because": Withdrawal.CONSENT} if "withdrawn" in names else {}
    Referral.objects.visible_to(MACHINE).filter(pk=referral.pk).update(**told)
    return Referral.objects.visible_to(MACHINE).with_stage().get(pk=referral.pk)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[6:7]))
def test_instants_say_where_a_referral_stands(row: list[str]) -> None:
    cells, (state, live, reads) = row[:6], row[6:]
    found = with_instants(*(name for name, cell in zip(NAMES, cells, strict=True) if cell == "x"))
    assert found.state == state
    assert found.stage == state
    assert found.is_live is (live == "x")
    assert found.is_open_to_partner(TODAY) is (reads == "x")
    assert bool(found.ended_at) is not found.is_live
    every = Referral.objects.visible_to(MACHINE)
    assert every.live().filter(pk=found.pk).exists() is found.is_live
    waits = state in {"sent", "seen"}
    assert every.waiting().filter(pk=found.pk).exists() is waits
    assert [one.state for one in every.at_stage(state)] == [ReferralState(state)]


@pytest.mark.parametrize(
    ("days", "reads"), [(0, True), (59, True), (60, True), (61, False), (400, False)]
)
def test_what_nobody_took_up_is_read_until_the_day_it_expires(days: int, reads: bool) -> None:
    found = with_instants("seen")
    assert found.is_open_to_partner(TODAY + timedelta(days=days)) is reads
    taken = with_instants("seen", "taken")
    assert taken.is_open_to_partner(TODAY + timedelta(days=days))


#: What becomes of a need by the states of its referrals.
NEEDS = """
    referrals           | stage
    -                   | expressed
    sent                | sent
    seen                | sent
    taken               | taken
    sent,taken          | taken
    refused             | expressed
    refused,sent        | sent
    expired,withdrawn   | expressed
    closed,sent         | sent
    closed,taken        | taken
"""
OF_NEEDS = [line.replace("|", "").split() for line in NEEDS.strip().splitlines()[1:]]
INSTANTS = {
    "sent": (), "seen": ("seen",), "taken": ("taken",), "closed": ("taken", "closed"), "refused": ("refused",),
    "expired": ("expired",), "withdrawn": ("withdrawn",),
}  # fmt: skip


@pytest.mark.parametrize(("states", "stage"), OF_NEEDS)
def test_a_need_stands_where_its_referrals_bring_it(states: str, stage: str) -> None:
    adviser = accounts.actor()
    need = make.need(adviser)
    for state in states.split(",") if states != "-" else ():
        found = with_instants(*INSTANTS[state])
        Referral.objects.visible_to(MACHINE).filter(pk=found.pk).update(need=need)
    every = Need.objects.visible_to(MACHINE)
    assert every.with_state().get(pk=need.pk).stage == stage
    assert [one.pk for one in every.at_stage(stage).filter(pk=need.pk)] == [need.pk]
    others = [state for state in NeedState.values if state != stage]
    assert not any(every.at_stage(state).filter(pk=need.pk).exists() for state in others)


def test_closed_and_withdrawn_come_before_what_its_referrals_say() -> None:
    adviser = accounts.actor()
    need = make.need(adviser)
    found = with_instants("taken")
    Referral.objects.visible_to(MACHINE).filter(pk=found.pk).update(need=need)
    rows = Need.objects.visible_to(MACHINE).filter(pk=need.pk)
    rows.update(closed_at=clock.now(), ending=Ending.HELPED)
    assert rows.with_state().get().stage == NeedState.CLOSED
    rows.update(withdrawn_at=clock.now(), withdrawn_because="mistake")
    assert rows.with_state().get().stage == NeedState.WITHDRAWN


def test_counting_by_partner_and_state_adds_up_to_all() -> None:
    states = ["sent", "seen", "taken", "closed", "refused", "expired", "withdrawn"]
    for one, other in combinations(states, 2):
        if one < other:
            continue
        with_instants(*INSTANTS[one])
    rows = Referral.objects.visible_to(MACHINE)
    counted = list(rows.counted())
    assert sum(number for _partner, _stage, number in counted) == rows.count()
    assert {stage for _partner, stage, _number in counted} <= set(states)


@pytest.mark.parametrize("theme", list(Theme))
def test_a_need_is_titled_by_its_theme_and_cash_alone_is_a_difficulty(theme: Theme) -> None:
    need = make.need(theme=theme)
    assert need.title == str(need)
    assert need.is_sensitive is (theme is Theme.CASH)


def test_a_theme_that_no_package_declares_any_more_is_shown_by_its_code() -> None:
    need = make.need()
    need.theme = "forgotten"
    assert need.title == "forgotten"
