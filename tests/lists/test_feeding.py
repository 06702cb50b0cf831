"""A list that feeds a segment: recognised firms belong to it, with their list and its day, until taken back."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from maillage import register as the_register
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.ledger.drift.looking import look_when_news
from maillage.ledger.drift.models import NEWS, Drift
from maillage.lists import actions, feeding, jobs
from maillage.lists.models import Match, PartnerList
from maillage.register.criteria import ESS_LISTED, MICRO_LISTED
from maillage.register.models import Belonging, Establishment
from tests.factories import accounts, ledger as acts, lists as make, register

pytestmark = pytest.mark.django_db

DAY = date(2019, 3, 1)  # of the list that the factory loads


@pytest.fixture
def by() -> Actor:
    return make.manager()


def declare(by: Actor, feeds: str = "ess_listed") -> PartnerList:
    of = actions.declare_feeding(of=make.the_list(), feeds=feeds, by=by)
    feeding.settle(of)
    return of


def mask(place: Establishment, day: date = DAY) -> int:
    return the_register.facts([place.pk], day)[place.pk].segments


def standing() -> list[tuple[int, int, date]]:
    rows = Belonging.objects.filter(ended_at=None).order_by("pk")
    return list(rows.values_list("legal_unit", "bit", "since"))


def test_the_firms_recognised_so_far_belong_to_the_segment_from_the_day_of_the_list(
    by: Actor,
) -> None:
    place = make.bakery()
    make.compared(by)
    assert standing() == []

    declare(by)

    assert standing() == [(place.legal_unit_id, ESS_LISTED.bit, DAY)]
    assert mask(place) & ESS_LISTED.mask
    assert not mask(place, date(2019, 2, 28)) & ESS_LISTED.mask
    assert feeding.firms_told(make.the_list()) == 1


def test_what_is_recognised_later_follows_by_itself(by: Actor) -> None:
    place = register.establishment()
    (match,) = make.doubtful(by, place)
    declare(by, "micro_listed")
    assert standing() == []

    actions.accept(match=match, by=by)
    assert standing() == [(place.legal_unit_id, MICRO_LISTED.bit, match.line.listed_on)]

    actions.refuse(match=make.matches().get(), by=by)
    assert standing() == []
    assert Belonging.objects.get().ended_at is not None

    actions.undo_decision(match=make.matches().get(), by=by)
    assert standing() == []


def test_what_a_comparison_recognises_follows_by_itself(by: Actor) -> None:
    make.loaded(by)
    declare(by)
    place = make.bakery()

    from maillage.lists import comparing

    comparing.compare(make.lines().first().load_id)

    assert standing() == [(place.legal_unit_id, ESS_LISTED.bit, DAY)]


def test_a_list_undone_takes_its_firms_out_and_that_they_were_in_stays_known(by: Actor) -> None:
    place = make.bakery()
    load = make.compared(by)
    declare(by)

    register.undo_load(load=load, by=accounts.actor(Role.ADMINISTRATOR, by.acting_for()))

    assert standing() == []
    assert not mask(place) & ESS_LISTED.mask
    assert Belonging.objects.count() == 1


def test_settling_twice_changes_nothing_and_a_killed_step_is_taken_up(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "STEP", 1)
    places = [make.bakery(), make.bakery(unit_name="COIFFURE LEROY", street="RUE NEUVE")]
    make.compared(by, make.ROWS + "Coiffure Leroy;;12 rue Neuve;59000;Lille;;\n")
    assert make.matches(state="automatic").count() == 2
    of = declare(by)
    assert len(standing()) == 2
    Belonging.objects.order_by("-pk").first().delete()

    assert [feeding.settle(of), feeding.settle(of)] == [1, 0]
    assert {unit for unit, *_ in standing()} == {place.legal_unit_id for place in places}
    assert jobs.feed_segments.call() == "0 told"


class Killed(BaseException):
    """As if the process had died."""


def test_a_worker_killed_between_two_steps_leaves_nothing_doubled(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "STEP", 1)
    make.bakery()
    make.bakery(unit_name="COIFFURE LEROY", street="RUE NEUVE")
    make.compared(by, make.ROWS + "Coiffure Leroy;;12 rue Neuve;59000;Lille;;\n")
    of = actions.declare_feeding(of=make.the_list(), feeds="ess_listed", by=by)
    whole, steps = feeding.tell_belonging, []

    def dies_at_the_second(**told: object) -> int:
        steps.append(told)
        if len(steps) == 2:
            raise Killed
        return whole(**told)

    monkeypatch.setattr(feeding, "tell_belonging", dies_at_the_second)
    with pytest.raises(Killed):
        feeding.settle(of)
    assert len(standing()) == 1
    monkeypatch.setattr(feeding, "tell_belonging", whole)

    assert jobs.feed_segments.call() == "1 told"
    assert len({unit for unit, *_ in standing()}) == len(standing()) == 2


def test_two_lists_may_tell_of_one_firm_and_one_undone_leaves_the_other(by: Actor) -> None:
    place = make.bakery()
    first = make.compared(by)
    make.compared(by, list="Autre liste")
    lists = PartnerList.objects.unscoped(reason="a test")
    for of in lists.order_by("pk"):
        actions.declare_feeding(of=of, feeds="ess_listed", by=by)
        feeding.settle(of)
    assert len(standing()) == 2

    register.undo_load(load=first, by=accounts.actor(Role.ADMINISTRATOR, by.acting_for()))

    assert len(standing()) == 1
    assert mask(place) & ESS_LISTED.mask


def test_the_same_list_loaded_again_tells_each_firm_once(by: Actor) -> None:
    make.bakery()
    make.compared(by)
    of = declare(by)
    make.compared(by, day="2019-04-01")

    assert feeding.settle(of) == 0
    assert [since for *_, since in standing()] == [DAY]


def test_declaring_the_same_twice_keeps_who_said_it_first(by: Actor) -> None:
    make.loaded(by)
    first = declare(by)
    second = declare(make.manager(by.acting_for()))

    assert (second.fed_by, second.fed_at) == (first.fed_by, first.fed_at)


def test_saying_otherwise_moves_the_firms_and_saying_nothing_takes_them_out(by: Actor) -> None:
    place = make.bakery()
    make.compared(by)
    declare(by)

    declare(by, "micro_listed")
    assert standing() == [(place.legal_unit_id, MICRO_LISTED.bit, DAY)]
    declare(by, "")
    assert standing() == []
    assert [row.bit for row in Belonging.objects.all()] == [ESS_LISTED.bit, MICRO_LISTED.bit]


def test_an_act_recorded_before_the_list_told_is_listed_as_late_news(by: Actor) -> None:
    place = make.bakery()
    acts.act(establishment=place, occurred_on=date(2020, 1, 1))
    make.compared(by)
    look_when_news()
    assert not Drift.objects.visible_to(NEWS).exists()

    declare(by)
    look_when_news()

    drift = Drift.objects.visible_to(NEWS).get(act__occurred_on=date(2020, 1, 1))
    before, now = drift.change["segments"]
    assert now - before == ESS_LISTED.mask


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_who_answers_for_the_list_says_what_it_tells(by: Actor, role: Role) -> None:
    make.loaded(by)
    with pytest.raises(NotAllowed):
        declare(accounts.actor(role, by.acting_for()))
    with pytest.raises(NotAllowed):
        declare(make.manager())
    with pytest.raises(Invalid):
        declare(by, "craft_rm")
    assert make.the_list().feeds == ""


def test_on_screen_the_list_is_said_to_feed_a_segment_and_the_sheet_names_it(
    client: Client,
) -> None:
    owner = accounts.organisation()
    place = make.bakery()
    make.compared(make.manager(owner))
    accounts.signed_in(client, Role.SERVICE_MANAGER, owner)
    page = reverse("lists:list", args=[make.the_list().key])
    assert "Ce que la liste dit de ses entreprises" in client.get(page).content.decode()

    said = client.post(
        reverse("lists:feed", args=[make.the_list().key]), {"feeds": "ess_listed"}, follow=True
    )
    feeding.settle(make.the_list())

    assert said.status_code == 200
    assert "1 entreprise est de ce segment" in client.get(page).content.decode()
    sheet = reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key})
    told = client.get(sheet).content.decode()
    assert "ESS (liste d’un partenaire)" in told
    assert "Union des commerçants, Adhérents" in told
    stranger = Client()
    accounts.signed_in(stranger, Role.ADVISER)
    told = stranger.get(sheet).content.decode()
    assert "que vous ne pouvez pas lire" in told
    assert "Union des commerçants" not in told
    assert "liste d’un partenaire" not in Client().get(sheet).content.decode()
    public = Client().get(reverse("register:search")).content.decode()
    assert "ess_listed" not in public
    assert "ess_listed" in stranger.get(reverse("register:search")).content.decode()


def test_a_recognition_is_told_once_even_by_two_at_once(by: Actor) -> None:
    place = make.bakery()
    make.compared(by)
    of = declare(by)
    (match,) = make.matches(state=Match.State.AUTOMATIC)

    feeding.follow([match])

    assert len(standing()) == 1
    assert of.bit == ESS_LISTED.bit
    assert place.legal_unit_id == standing()[0][0]
