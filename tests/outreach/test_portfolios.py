"""Portfolios: who follows which firm, when the next contact is due, how a firm passes on with its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions, following
from maillage.outreach.following import EVERYBODY, Wanted
from maillage.outreach.models import FollowedFirm, Handover
from maillage.outreach.vocabulary import Mode, Outcome, Reason
from tests.factories import accounts, outreach as make, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def manager_of(adviser: Actor) -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)


def colleague_of(adviser: Actor) -> Actor:
    return accounts.actor(Role.ADVISER, adviser.organisation)


def read(followed: FollowedFirm, by: Actor) -> FollowedFirm:
    return FollowedFirm.objects.visible_to(by).with_last_contact().get(pk=followed.pk)


def seen(by: Actor, followed: FollowedFirm, day: str, **facts: Any) -> Any:
    return make.visit(by, followed.establishment, occurred_on=date.fromisoformat(day), **facts)


@pytest.mark.parametrize(
    ("every", "last", "due"),
    [
        (1, "2020-06-30", "2020-07-30"), (1, "2020-01-31", "2020-02-29"), (2, "2019-12-31", "2020-02-29"),
        (3, "2020-03-15", "2020-06-15"), (6, "2019-08-31", "2020-02-29"), (12, "2020-02-29", "2021-02-28"),
    ],
)  # fmt: skip
def test_the_next_contact_is_due_so_many_months_after_the_last(
    adviser: Actor, every: int, last: str, due: str
) -> None:
    followed = make.followed(adviser, every=every)
    seen(adviser, followed, last)
    assert read(followed, adviser).due_on == date.fromisoformat(due)


def test_without_a_contact_it_is_due_from_the_day_it_is_followed(adviser: Actor) -> None:
    followed = read(make.followed(adviser), adviser)
    assert (followed.due_on, followed.is_due, followed.days_late) == (TODAY, True, 0)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.DONE])
def test_an_attempt_that_did_not_succeed_is_no_contact(adviser: Actor, outcome: Outcome) -> None:
    followed = make.followed(adviser)
    seen(adviser, followed, "2020-06-29", outcome=outcome)
    assert read(followed, adviser).last_contact_on is None


def test_a_colleague_or_a_call_makes_the_contact_another_organisation_does_not(
    adviser: Actor,
) -> None:
    followed = make.followed(adviser)
    seen(accounts.actor(), followed, "2020-06-29")
    assert read(followed, adviser).last_contact_on is None
    seen(colleague_of(adviser), followed, "2020-06-10", mode=Mode.CALL)
    assert read(followed, adviser).last_contact_on == date(2020, 6, 10)


def test_the_last_act_that_stands_counts_a_cancelled_visit_does_not(adviser: Actor) -> None:
    followed = make.followed(adviser)
    seen(adviser, followed, "2020-03-01")
    wrong = seen(adviser, followed, "2020-06-20")
    actions.cancel_visit(visit=wrong, reason=Reason.DID_NOT_HAPPEN, by=adviser)
    assert read(followed, adviser).last_contact_on == date(2020, 3, 1)
    assert read(followed, adviser).days_late == 29


def test_following_is_planning_no_act_is_recorded(adviser: Actor) -> None:
    followed = make.followed(adviser)
    actions.stop_following(followed=followed, because="done", by=adviser)
    assert not Act.objects.visible_to(adviser).exists()


def test_the_most_urgent_come_first_and_one_s_own_alone(adviser: Actor) -> None:
    late, never, soon = (make.followed(adviser) for _ in range(3))
    seen(adviser, late, "2020-01-01")
    seen(adviser, soon, "2020-04-10")
    make.followed(colleague_of(adviser))
    assert following.followed(adviser, Wanted()) == [late, never, soon]
    assert following.due(adviser) == [late, never]
    assert following.followed(adviser, Wanted(due="bientot")) == [late, never, soon]


def test_lists_are_filtered_by_adviser_and_portfolio(adviser: Actor) -> None:
    craft = make.followed(adviser)
    farm = make.followed(adviser, family="farming")
    other = colleague_of(adviser)
    theirs = make.followed(other, family="farming")
    make.followed()
    assert other.person is not None
    asked = {
        (): [craft, farm],
        (("conseiller", EVERYBODY),): [craft, farm, theirs],
        (("conseiller", str(other.person.key)),): [theirs],
        (("conseiller", EVERYBODY), ("portefeuille", "farming")): [farm, theirs],
        (("conseiller", "' OR 1=1"), ("portefeuille", "gold"), ("echeance", "x")): [craft, farm],
    }
    for filters, found in asked.items():
        assert following.followed(adviser, Wanted.of(dict(filters))) == found


def test_a_firm_is_followed_once_by_an_organisation_and_again_once_left(adviser: Actor) -> None:
    place = register.establishment()
    first = make.followed(adviser, place)
    with pytest.raises(Conflict):
        make.followed(colleague_of(adviser), place)
    make.followed(accounts.actor(), place)
    actions.stop_following(followed=first, because="wish", by=adviser)
    again = make.followed(colleague_of(adviser), place)
    assert again.pk != first.pk


def test_a_form_sent_twice_follows_once(adviser: Actor) -> None:
    place = register.establishment()
    first = make.followed(adviser, place, once="k")
    assert make.followed(adviser, place, once="k") == first
    with pytest.raises(Conflict):
        make.followed(adviser, once="k")


def test_who_runs_the_team_fills_the_portfolio_of_a_colleague_an_adviser_only_one_s_own(
    adviser: Actor,
) -> None:
    manager = manager_of(adviser)
    assert make.followed(manager, adviser=adviser.person).adviser == adviser.person
    with pytest.raises(NotAllowed):
        make.followed(adviser, adviser=manager.person)
    with pytest.raises(Invalid):
        make.followed(manager, adviser=accounts.actor().person)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ELECTED, Role.ADMINISTRATOR])
def test_others_follow_no_firm(role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.followed(accounts.actor(role))


@pytest.mark.parametrize("given", [{"family": "gold"}, {"every": 5}, {"every": 0}])
def test_a_portfolio_or_a_pace_that_is_none_is_refused(
    adviser: Actor, given: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        make.followed(adviser, **given)
    assert set(refusal.value.fields) == set(given)


def test_a_firm_passes_on_with_its_history(adviser: Actor) -> None:
    followed, other, third = make.followed(adviser), colleague_of(adviser), colleague_of(adviser)
    assert other.person is not None
    assert third.person is not None
    passed = actions.hand_over(followed=followed, to=other.person, by=adviser)
    assert passed.adviser == other.person
    with pytest.raises(NotAllowed):
        actions.hand_over(followed=passed, to=third.person, by=adviser)
    actions.hand_over(followed=passed, to=third.person, by=manager_of(adviser))
    actions.hand_over(followed=passed, to=third.person, by=third)
    history = Handover.objects.visible_to(third).filter(followed=followed)
    assert [(one.giver, one.taker, one.day) for one in history] == [
        (adviser.person, other.person, TODAY), (other.person, third.person, TODAY),
    ]  # fmt: skip
    assert not Handover.objects.visible_to(accounts.actor()).exists()


def test_a_firm_passes_only_to_somebody_who_sees_firms_for_the_organisation(
    adviser: Actor,
) -> None:
    followed = make.followed(adviser)
    for stranger in (accounts.actor(), accounts.actor(Role.ELECTED, adviser.organisation)):
        assert stranger.person is not None
        with pytest.raises(Invalid):
            actions.hand_over(followed=followed, to=stranger.person, by=adviser)


def test_when_an_adviser_leaves_the_whole_portfolio_passes(adviser: Actor) -> None:
    manager, other = manager_of(adviser), colleague_of(adviser)
    mine = [make.followed(adviser) for _ in range(3)]
    left = make.followed(adviser)
    actions.stop_following(followed=left, because="closed", by=adviser)
    Membership.objects.visible_to(manager).filter(person=adviser.person).update(
        ends_on=TODAY - timedelta(days=1)
    )
    assert adviser.person is not None
    assert other.person is not None
    assert actions.hand_over_all(giver=adviser.person, to=other.person, by=manager) == 3
    assert {one.pk for one in following.followed(other, Wanted())} == {one.pk for one in mine}
    assert read(left, manager).adviser == adviser.person, "what is over stays as it was"
    with pytest.raises(NotAllowed):
        actions.hand_over_all(giver=other.person, to=adviser.person, by=other)
    with pytest.raises(Invalid):
        actions.hand_over_all(giver=other.person, to=other.person, by=manager)


def test_a_stale_change_is_refused_and_so_is_any_after_the_end(adviser: Actor) -> None:
    followed = make.followed(adviser)
    changed = actions.change_following(
        followed=followed, family="social", every=6, version=1, by=adviser
    )
    assert (changed.family, changed.every, changed.version) == ("social", 6, 2)
    with pytest.raises(Conflict):
        actions.change_following(followed=followed, family="crafts", every=1, version=1, by=adviser)
    with pytest.raises(Invalid):
        actions.stop_following(followed=followed, because="tired", by=adviser)
    actions.stop_following(followed=followed, because="done", by=adviser)
    for again in (
        lambda: actions.stop_following(followed=followed, because="done", by=adviser),
        lambda: actions.hand_over(followed=followed, to=adviser.person, by=adviser),  # type: ignore[arg-type]
    ):
        with pytest.raises(Conflict):
            again()


def test_strangers_and_partners_see_no_portfolio_auditors_do(adviser: Actor) -> None:
    followed, partner = make.followed(adviser), accounts.actor()
    assert adviser.organisation is not None
    assert partner.organisation is not None
    accounts.share(adviser.organisation, partner.organisation, "visits")
    assert not FollowedFirm.objects.visible_to(partner).exists()
    assert not FollowedFirm.objects.visible_to(accounts.actor(Role.ELECTED, adviser.organisation)).exists()  # fmt: skip
    assert FollowedFirm.objects.visible_to(accounts.actor(Role.AUDITOR)).get() == followed
    with pytest.raises(NotAllowed):
        actions.stop_following(followed=followed, because="done", by=partner)
